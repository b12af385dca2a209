/** @file Files of results that the user names: none is overwritten that Graft did not write. */

import { open } from "node:fs/promises";
import { extname } from "node:path";
import { ConfigError } from "../../core/index.ts";

/** A mark of Graft's stands in so many first bytes. */
const BEGINNING_BYTES = 4096;

/** A kind of result, and how a file of it is known to be Graft's. */
export interface ResultKind {
  /** As people call it. */
  readonly what: string;
  readonly endings: readonly [string, ...string[]];
  /** A name for it, without its ending. */
  readonly example: string;
  /** Stands near the beginning of every such file. */
  readonly mark: string;
}

/** A page; every title of ours ends alike. */
export function pageOf(example: string): ResultKind {
  return { what: "a page", endings: [".html", ".htm"], example, mark: "· Graft</title>" };
}

/** A table with these columns. */
export function tableOf(example: string, columns: readonly string[]): ResultKind {
  return { what: "a table", endings: [".csv"], example, mark: `${columns.join(",")}\r\n` };
}

/**
 * Checks the name of a result before anything is computed: an option without its value takes the next word for it, which
 * may be an image of the user's.
 *
 * @throws ConfigError if the name has another ending, or a file is there that is no such result of Graft's.
 */
export async function requireResultFile(path: string | undefined, option: string, kind: ResultKind): Promise<void> {
  if (path === undefined) return;
  const { what, endings, example, mark } = kind;
  if (!endings.includes(extname(path).toLowerCase())) {
    throw new ConfigError(
      `${option}: expected the name of a file that ends in ${endings.join(" or ")}, got "${path}". ` +
        `Try ${option} ${example}${endings[0]}.`,
    );
  }
  const beginning = await readBeginning(path);
  if (beginning === undefined || beginning.includes(mark)) return;
  throw new ConfigError(
    `${option}: expected a new file, or ${what} that Graft wrote before, got "${path}", which it did not write. ` +
      "Choose another name, or remove that file yourself.",
  );
}

/** Undefined where nothing is there; what cannot be read is nothing of ours. */
async function readBeginning(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING_BYTES), 0, BEGINNING_BYTES, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "";
  }
}
