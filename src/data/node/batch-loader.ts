/** @file Batches of images made ahead, off the training thread. */

import { Worker } from "node:worker_threads";
import { DataError } from "../../core/index.ts";
import { RingConsumer, allocateRing } from "./batch-ring.ts";
import type { BatchWorkerData } from "./batch-worker.ts";
import { type Batch, type BatchPlan, batchesPerEpoch, checkBatchPlan } from "../batches/batch.ts";
import { toThreadData } from "./thread-data.ts";

/** Batches that are made ahead. */
const SLOT_COUNT = 3;

/** The sources run as they are; compiled, the worker is JavaScript as this file is. */
const WORKER_URL = new URL(`./batch-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/** Delivers the batches of one epoch after the other. */
export interface BatchLoader {
  readonly batchesPerEpoch: number;
  /**
   * The batches of an epoch, in order; the last may be smaller than the others.
   *
   * Epochs may be asked for in any order and left early, but one at a time:
   * starting one ends the one before. Fastest in order, without a pause in between.
   */
  epoch(epoch: number): AsyncGenerator<Batch, void, undefined>;
  /** Ends the worker thread. A loader left open does not keep the process alive. */
  close(): Promise<void>;
}

/**
 * Starts a worker thread that makes the batches of `plan` ahead of training.
 *
 * Every batch equals `makeBatch` bit by bit and belongs to the caller. The
 * hand-over is in shared memory, so the thread goes on while this one is busy.
 * The subset's images should be in shared memory or in a file, or the thread copies them.
 *
 * Its batches throw DataError if an image cannot be read.
 *
 * @throws ConfigError if the subset is empty or the batch size or the augmentation is not possible.
 */
export function createBatchLoader(plan: BatchPlan): BatchLoader {
  checkBatchPlan(plan);
  const memory = allocateRing(SLOT_COUNT, plan.batchSize, plan.imageShape);
  const ring = new RingConsumer(memory);
  const workerData: BatchWorkerData = { plan, memory };
  const worker = new Worker(WORKER_URL, { workerData: toThreadData(workerData), name: `batches for ${plan.purpose}` });
  worker.unref();

  let ended: Error | undefined;
  const end = (reason: Error): void => {
    ended ??= reason;
    ring.wake();
  };
  worker.on("error", (cause) => end(failureOf(cause)));
  worker.on("exit", (code) => end(new Error(`internal: the batch worker ended with code ${code}`)));

  const next = async (): Promise<Batch> => {
    for (;;) {
      if (ended !== undefined) throw ended;
      const batch = ring.take();
      if (batch !== undefined) return batch;
      // Waiting on shared memory alone would let the process end here.
      worker.ref();
      await ring.somethingNew();
      worker.unref();
    }
  };

  /** The epoch whose batches are on their way without being asked for. */
  let following: number | undefined;
  let newest = 0;
  const count = batchesPerEpoch(plan);
  async function* epochBatches(epoch: number): AsyncGenerator<Batch, void, undefined> {
    const turn = ++newest;
    if (following !== epoch) ring.request(epoch);
    following = undefined;
    for (let taken = 0; taken < count; taken++) {
      if (turn !== newest) throw new Error("internal: an epoch of batches went on after a newer one began");
      const batch = await next();
      if (taken === count - 1) following = epoch + 1;
      yield batch;
    }
  }

  return {
    batchesPerEpoch: count,
    epoch: epochBatches,
    close: async () => {
      end(new Error("internal: the batch loader is closed"));
      await worker.terminate();
    },
  };
}

/** Between threads an error keeps its name and loses its class. */
function failureOf(cause: unknown): Error {
  const { name, message } = cause as Error;
  return name === "DataError"
    ? new DataError(message, { cause })
    : new Error("internal: the batch worker failed", { cause });
}
