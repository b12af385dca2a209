/** @file `history.jsonl`, a line an epoch, and how its lines are known again. */

import { existsSync } from "node:fs";
import { plural } from "../../core/index.ts";
import { readWholeFile, sha256, writeFileAtomic } from "../../files/index.ts";
import { explainIssue } from "../file/explain-issue.ts";
import { epochSchema } from "./record-schemas.ts";
import type { EpochRecord } from "./records.ts";
import { StateError } from "./state-file.ts";

/** The first lines of a history. What follows them was written by a process that could not go on to say so. */
export interface HistoryMark {
  readonly epochs: number;
  readonly sha256: string;
}

/** What to do about a damaged file of a run. */
export const TRAIN_AGAIN = "Restore the file, or resume the study, which trains this run again.";

/** Writes a line for every epoch. */
export function writeHistory(path: string, epochs: readonly EpochRecord[]): Promise<void> {
  return writeFileAtomic(path, linesOf(epochs));
}

/** How a history of these epochs is known again. */
export function markOf(epochs: readonly EpochRecord[]): HistoryMark {
  return { epochs: epochs.length, sha256: sha256(Buffer.from(linesOf(epochs))) };
}

/**
 * The epochs that `mark` knows; all that are there where an earlier version left no mark.
 *
 * @throws DataError naming the file, and the line if it is one alone that is damaged.
 */
export async function readHistory(path: string, mark?: HistoryMark): Promise<EpochRecord[]> {
  const isThere = existsSync(path);
  const text = isThere ? (await readWholeFile(path)).toString() : "";
  const lines = text.split("\n").filter((line) => line !== "");
  if (mark === undefined) return lines.map((line, index) => parseLine(line, { path, number: index + 1 }));
  const fail = (got: string): StateError =>
    new StateError(path, `expected a history of ${plural(mark.epochs, "epoch")} as Graft wrote it, got ${got}`, {
      fix: TRAIN_AGAIN,
    });
  const known = lines.slice(0, mark.epochs);
  if (!isThere && mark.epochs > 0) throw fail("no file");
  if (known.length < mark.epochs) throw fail(`one of ${known.length}`);
  if (sha256(Buffer.from(known.map((line) => `${line}\n`).join(""))) !== mark.sha256)
    throw fail("one whose checksum differs");
  return known.map((line, index) => parseLine(line, { path, number: index + 1 }));
}

function linesOf(epochs: readonly EpochRecord[]): string {
  return epochs.map((record) => `${JSON.stringify(record)}\n`).join("");
}

function parseLine(line: string, { path, number }: { path: string; number: number }): EpochRecord {
  const fail = (problem: string, cause: unknown): StateError =>
    new StateError(`${path}, line ${number}`, problem, { fix: TRAIN_AGAIN, cause });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw fail(`expected one JSON object, got: ${(cause as Error).message}`, cause);
  }
  const { success, data, error } = epochSchema.safeParse(value, { reportInput: true });
  if (success) return data as EpochRecord;
  throw fail(explainIssue(error.issues[0], epochSchema).replace(/\.$/, ""), error);
}
