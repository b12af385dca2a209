/** @file Where a run goes on: what its folder says of it. */

import { ConfigError, DataError } from "../../core/index.ts";
import type { Parameters } from "../../engine/nn/index.ts";
import type { RunRecord } from "./records.ts";
import { type RunCheckpoint, parseFinal, parseProgress } from "./run-checkpoint.ts";
import type { RunStore } from "./run-store.ts";

/** A run begins, goes on from a checkpoint, or was finished by a process that ended before it could say so. */
export type ResumePoint = { at: "beginning" } | { at: "checkpoint"; checkpoint: RunCheckpoint } | { at: "end" };

/**
 * Reads where a run stands; its record and history are cut back to the epochs that the checkpoint knows.
 *
 * @throws DataError if the checkpoint is damaged or the history lacks some of its epochs.
 */
export async function readResumePoint(store: RunStore, record: RunRecord): Promise<ResumePoint> {
  const content = await store.readCheckpoint(record.id);
  if (content?.metadata.status === "done" && record.freezeProof !== undefined) return { at: "end" };
  if (content === null || content.metadata.status === "done") {
    await cutHistory(store, record, 0);
    record.durationMs = 0;
    record.featureDurationMs = 0;
    return { at: "beginning" };
  }
  const checkpoint = parseProgress(content, store.runDirectory(record.id));
  await cutHistory(store, record, checkpoint.progress.epoch);
  return { at: "checkpoint", checkpoint };
}

/**
 * The weights of a finished run.
 *
 * @throws ConfigError if they are not there.
 * @throws DataError if their file is damaged.
 */
export async function readWeights(store: RunStore, id: string): Promise<Parameters> {
  const content = await store.readCheckpoint(id);
  const where = store.runDirectory(id);
  if (content === null)
    throw new ConfigError(
      `${where}: expected the weights of a finished run, got no checkpoint. Delete this folder to train the run again.`,
    );
  return parseFinal(content, where);
}

async function cutHistory(store: RunStore, record: RunRecord, epochs: number): Promise<void> {
  if (record.epochs.length < epochs) {
    const path = store.runDirectory(record.id);
    throw new DataError(
      `${path}: expected a history of ${epochs} epochs, as many as the checkpoint has, got ${record.epochs.length}. Delete this folder to train the run again.`,
      { location: { path } },
    );
  }
  if (record.epochs.length === epochs) return;
  record.epochs = record.epochs.slice(0, epochs);
  await store.writeHistory(record.id, record.epochs);
}
