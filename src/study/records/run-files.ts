/** @file The files of a run, and whether they are as they were written. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type SafetensorsContent, decodeSafetensors } from "../../engine/training/index.ts";
import { checkSeal, readWholeFile, sha256 } from "../../files/index.ts";
import { type HistoryMark, TRAIN_AGAIN, readHistory } from "./history-file.ts";
import { runSchema } from "./record-schemas.ts";
import type { RunRecord } from "./records.ts";
import { StateError, type StudyId, readState } from "./state-file.ts";

export const RUN = "run.json";
export const HISTORY = "history.jsonl";
export const CHECKPOINT = "checkpoint.safetensors";
export const MODEL = "model.onnx";

/** What a run writes, the first of them first. */
export const RUN_FILES = [RUN, HISTORY, CHECKPOINT, MODEL] as const;

/** `run.json`. */
type RunFile = Omit<RunRecord, "epochs"> & { history?: HistoryMark };

/**
 * The record of a run and its epochs; null where it has not begun.
 *
 * @throws DataError naming the file that is damaged, or another run's or study's.
 */
export async function readRun(
  folder: string,
  { id, study }: { id: string; study: StudyId },
): Promise<RunRecord | null> {
  const path = join(folder, RUN);
  const fix = TRAIN_AGAIN;
  const found = await readState<RunFile>(path, { schema: runSchema, study, fix });
  if (found === null) return null;
  const { history, ...run } = found;
  if (run.id !== id) throw new StateError(path, `expected the record of ${id}, got that of ${run.id}`, { fix });
  const epochs = await readHistory(join(folder, HISTORY), history);
  if (run.status === "done" && epochs.length === 0)
    throw new StateError(join(folder, HISTORY), "expected the epochs of a finished run, got none", { fix });
  return { ...run, epochs };
}

/** The content of a checkpoint, without its seal; null where there is none. */
export async function readCheckpoint(path: string): Promise<SafetensorsContent | null> {
  if (!existsSync(path)) return null;
  const bytes = await readWholeFile(path);
  const state = checkSeal(bytes);
  if (state === "broken") throw changed(path);
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  if (state === "none" && metadata["seal"] !== undefined) throw changed(path);
  const { seal: _seal, ...facts } = metadata;
  return { tensors, metadata: facts };
}

/**
 * What the record in a run's folder says of the model beside it; null where no record, or none of this version, lies there.
 *
 * @throws DataError if the record is damaged.
 */
export async function modelChecksum(folder: string): Promise<string | null> {
  const path = join(folder, RUN);
  if (!existsSync(path) || checkSeal(await readWholeFile(path)) === "none") return null;
  const run = await readState<Pick<RunRecord, "files">>(path, {
    schema: runSchema,
    study: undefined,
    fix: TRAIN_AGAIN,
  });
  return run?.files?.model ?? null;
}

/** @throws DataError unless the file has the checksum that its run's record knows. */
export async function requireFile(path: string, checksum: string): Promise<void> {
  if (!existsSync(path))
    throw new StateError(path, "expected a file of a finished run, got none", { fix: TRAIN_AGAIN });
  if (sha256(await readWholeFile(path)) !== checksum) throw changed(path);
}

function changed(path: string): StateError {
  return new StateError(path, "expected the file as Graft wrote it, got one whose checksum differs", {
    fix: TRAIN_AGAIN,
  });
}
