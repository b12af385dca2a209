/** @file Batches of images made ahead, off the training thread. */

import { Worker } from "node:worker_threads";
import { DataError } from "../../core/index.ts";
import { RingConsumer, allocateRing } from "./batch-ring.ts";
import type { BatchWork } from "./batch-worker.ts";
import { type Batch, type BatchPlan, batchesPerEpoch, checkBatchPlan } from "../batches/batch.ts";
import { toThreadData } from "./thread-data.ts";

/** Batches that are made ahead. */
const SLOT_COUNT = 3;

/** Threads whose loader was closed: to start one takes longer than many small batches. */
const idle: Worker[] = [];

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
  /** Frees the worker thread for the next loader. A loader left open does not keep the process alive. */
  close(): Promise<void>;
}

/**
 * Has a worker thread make the batches of `plan` ahead of training.
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
  let ended: Error | undefined;
  const end = (reason: Error): void => {
    ended ??= reason;
    ring.wake();
  };
  const { worker, free } = occupyWorker({ plan, memory }, end);

  const next = async (): Promise<Batch> => {
    for (;;) {
      if (ended !== undefined) throw ended;
      const batch = ring.take();
      if (batch !== undefined) return batch;
      // Waiting on shared memory alone would let the process end here.
      worker.ref();
      await ring.somethingNew();
      // being closed, it is waited for
      if (ended === undefined) worker.unref();
    }
  };

  /** The epoch whose batches are on their way without being asked for. */
  let following: number | undefined;
  let newest = 0;
  const count = batchesPerEpoch(plan);
  async function* epochBatches(epoch: number): AsyncGenerator<Batch, void, undefined> {
    if (ended !== undefined) throw ended;
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

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    end(new Error("internal: the batch loader is closed"));
    ring.close();
    await free();
  };

  return {
    batchesPerEpoch: count,
    epoch: epochBatches,
    close: () => (closing ??= close()),
  };
}

/** Gives work to a thread; `free` waits until it has ended it, and keeps the thread for other work unless it failed. */
function occupyWorker(
  work: BatchWork,
  onFailure: (reason: Error) => void,
): { worker: Worker; free: () => Promise<void> } {
  const worker = idle.pop() ?? new Worker(WORKER_URL, { name: "batches" });
  worker.unref();
  const { promise: over, resolve } = Promise.withResolvers<{ failed: boolean }>();
  const fail = (reason: Error): void => {
    onFailure(reason);
    resolve({ failed: true });
  };
  const listeners = {
    error: (cause: unknown) => fail(failureOf(cause)),
    exit: (code: number) => fail(new Error(`internal: the batch worker ended with code ${code}`)),
    message: () => resolve({ failed: false }),
  };
  for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
  worker.postMessage(toThreadData(work));
  const free = async (): Promise<void> => {
    worker.ref();
    const { failed } = await over;
    for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
    worker.unref();
    if (!failed) idle.push(worker);
  };
  return { worker, free };
}

/** Between threads an error keeps its name and loses its class. */
function failureOf(cause: unknown): Error {
  const { name, message } = cause as Error;
  return name === "DataError"
    ? new DataError(message, { cause })
    : new Error("internal: the batch worker failed", { cause });
}
