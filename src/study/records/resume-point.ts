/** @file Where a run goes on: what its folder says of it. */

import { ConfigError } from "../../core/index.ts";
import type { Parameters } from "../../engine/nn/index.ts";
import type { SafetensorsContent } from "../../engine/training/index.ts";
import { TRAIN_AGAIN } from "./history-file.ts";
import type { EpochRecord, RunRecord } from "./records.ts";
import { type RunCheckpoint, parseFinal, parseProgress } from "./run-checkpoint.ts";
import type { RunStore } from "./run-store.ts";
import { StateError } from "./state-file.ts";

/** A run begins, goes on from a checkpoint, or was finished by a process that ended before it could say so. */
export type ResumePoint =
  { at: "beginning" } | { at: "checkpoint"; checkpoint: RunCheckpoint; epochs: EpochRecord[] } | { at: "end" };

/**
 * Reads where a run stands.
 *
 * @throws DataError if the checkpoint is damaged or not this run's, or the history lacks some of its epochs.
 */
export async function readResumePoint(store: RunStore, record: RunRecord): Promise<ResumePoint> {
  const content = await store.readCheckpoint(record.id);
  const isFinal = content?.metadata["status"] === "done";
  if (isFinal && record.freezeProof !== undefined) {
    await store.requireFiles(record);
    return { at: "end" };
  }
  if (content === null || isFinal) return { at: "beginning" };
  await requireOwner(store, record.id, content);
  const checkpoint = parseProgress(content, store.runDirectory(record.id));
  return { at: "checkpoint", checkpoint, epochs: await epochsBefore(store, { record, content, checkpoint }) };
}

/** Sets a record back to where its run goes on; the next history that is written has no epochs beyond. */
export function rewindTo(point: ResumePoint, record: RunRecord): void {
  if (point.at === "checkpoint") record.epochs = point.epochs;
  if (point.at === "beginning") Object.assign(record, { epochs: [], durationMs: 0, featureDurationMs: 0 });
}

/**
 * The weights of a finished run.
 *
 * @throws ConfigError if they are not there.
 * @throws DataError if their file is damaged, or another run's.
 */
export async function readWeights(store: RunStore, id: string): Promise<Parameters> {
  const content = await store.readCheckpoint(id);
  const where = store.runDirectory(id);
  if (content === null)
    throw new ConfigError(
      `${where}: expected the weights of a finished run, got no checkpoint. Delete this folder to train the run again.`,
    );
  const record = await store.readRun(id);
  if (record !== null) await store.requireFiles(record);
  return parseFinal(content, where);
}

/** Checkpoints of earlier versions do not say whose they are. */
async function requireOwner(store: RunStore, id: string, { metadata }: SafetensorsContent): Promise<void> {
  const { run = id, study } = metadata;
  const fail = (expected: string, got: string): StateError =>
    new StateError(store.runDirectory(id), `expected a checkpoint of ${expected}, got one of ${got}`, {
      fix: TRAIN_AGAIN,
    });
  if (run !== id) throw fail(id, run);
  if (metadata["run"] !== undefined && study !== ((await store.studyId()) ?? undefined))
    throw fail("this study", "another");
}

async function epochsBefore(
  store: RunStore,
  { record, content, checkpoint }: { record: RunRecord; content: SafetensorsContent; checkpoint: RunCheckpoint },
): Promise<EpochRecord[]> {
  const { epoch } = checkpoint.progress;
  const { history } = content.metadata;
  if (history !== undefined) return store.readHistory(record.id, { epochs: epoch, sha256: history });
  if (record.epochs.length >= epoch) return record.epochs.slice(0, epoch);
  throw new StateError(
    store.runDirectory(record.id),
    `expected a history of ${epoch} epochs, as many as the checkpoint has, got ${record.epochs.length}`,
    { fix: TRAIN_AGAIN },
  );
}
