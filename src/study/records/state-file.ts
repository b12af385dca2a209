/** @file Files of a study's state as JSON: sealed, of one study, and of a form that is checked field by field. */

import { existsSync } from "node:fs";
import type { z } from "zod";
import { ConfigError, DataError } from "../../core/index.ts";
import { blankSeal, checkSeal, readWholeFile, seal, writeFileAtomic, writeFileNew } from "../../files/index.ts";
import { explainIssue } from "../file/explain-issue.ts";

/** One more with every change that earlier versions could not read. */
const FORMAT = 1;

/** What a file of a study says of itself: the study's id, null for studies of earlier versions, undefined where nobody knows it. */
export type StudyId = string | null | undefined;

/** A file of a study that is not as it was written; `problem` is the message without what to do about it. */
export class StateError extends DataError {
  readonly problem: string;

  constructor(path: string, problem: string, { fix, cause }: { fix: string; cause?: unknown }) {
    super(`${path}: ${problem}. ${fix}`, { location: { path }, cause });
    this.problem = `${path}: ${problem}`;
  }
}

interface StateOptions {
  schema: z.ZodType;
  /** What it should say; files of other studies are refused. */
  study: StudyId;
  /** What to do if it is damaged, as a sentence. */
  fix: string;
}

/** Writes a file that says which study it is of, and whether it is whole. */
export async function writeState(path: string, content: object, study: StudyId): Promise<void> {
  await writeFileAtomic(path, stateBytes(content, study));
}

/** The same where there is no such file yet; where there is, it stays as it is. */
export async function writeNewState(path: string, content: object, study: StudyId): Promise<void> {
  await writeFileNew(path, stateBytes(content, study));
}

function stateBytes(content: object, study: StudyId): Uint8Array {
  const owner = typeof study === "string" ? { study } : {};
  const text = JSON.stringify({ formatVersion: FORMAT, ...content, ...owner, seal: blankSeal }, null, 2);
  return seal(Buffer.from(`${text}\n`));
}

/**
 * What {@link writeState} was given, without the format's version; null where there is no file.
 *
 * Files of earlier versions have no seal, and may be lists.
 *
 * @throws DataError naming the file if it is damaged, of another study, or a field of it is wrong.
 * @throws ConfigError if a newer version wrote it.
 */
export async function readState<T>(path: string, { schema, study, fix }: StateOptions): Promise<T | null> {
  if (!existsSync(path)) return null;
  const bytes = await readWholeFile(path);
  const fail = (problem: string, cause?: unknown): StateError => new StateError(path, problem, { fix, cause });
  if (checkSeal(bytes) === "broken") throw fail("expected the file as Graft wrote it, got one whose checksum differs");
  const value = parse(bytes, fail);
  const { formatVersion = FORMAT, seal: sealed, study: owner = null, ...content } = value as Record<string, unknown>;
  if (sealed !== undefined && checkSeal(bytes) === "none")
    throw fail("expected the file as Graft wrote it, got one whose checksum is damaged");
  if (typeof formatVersion === "number" && formatVersion > FORMAT)
    throw new ConfigError(
      `${path}: expected format ${FORMAT}, got ${formatVersion}, which a newer Graft wrote. Use that version, or update this one.`,
    );
  if (formatVersion !== FORMAT) throw fail(`formatVersion: expected ${FORMAT}, got ${JSON.stringify(formatVersion)}`);
  if (study !== undefined && owner !== study) throw fail("expected a file of this study, got one of another");
  const { success, data, error } = schema.safeParse(Array.isArray(value) ? value : content, { reportInput: true });
  if (success) return data as T;
  throw fail(explainIssue(error.issues[0], schema).replace(/\.$/, ""), error);
}

function parse(bytes: Buffer, fail: (problem: string, cause?: unknown) => StateError): object {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw fail(`expected JSON that Graft wrote, got: ${(cause as Error).message}`, cause);
  }
  if (typeof value === "object" && value !== null) return value;
  throw fail(`expected JSON that Graft wrote, got ${JSON.stringify(value)}`);
}
