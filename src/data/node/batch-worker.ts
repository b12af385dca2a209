/** @file The worker thread of batch loaders, one after the other: fills each ring with the batches of epoch after epoch. */

import { parentPort } from "node:worker_threads";
import { type RingMemory, RingProducer } from "./batch-ring.ts";
import { type BatchPlan, batchesPerEpoch, epochOrder, makeBatch } from "../batches/batch.ts";
import { closePixelFiles } from "./pixel-file.ts";
import { fromThreadData } from "./thread-data.ts";

/** What `createBatchLoader` hands to the thread, which answers once that loader is closed. */
export interface BatchWork {
  readonly plan: BatchPlan;
  readonly memory: RingMemory;
}

parentPort?.on("message", (message: unknown) => {
  serve(fromThreadData(message) as BatchWork);
  // another file may lie in the place of one that was read
  closePixelFiles();
  parentPort?.postMessage("closed");
});

function serve({ plan, memory }: BatchWork): void {
  const ring = new RingProducer(memory);
  let handled = 0;
  for (;;) {
    const asked = ring.awaitRequest(handled);
    if (asked === null) return;
    handled = asked.request;
    fillFrom(asked.epoch, { request: handled, plan, ring });
  }
}

/** Makes batches, on into the epochs that follow, until there is a newer request. */
function fillFrom(
  firstEpoch: number,
  { request, plan, ring }: { request: number; plan: BatchPlan; ring: RingProducer },
): void {
  const batches = batchesPerEpoch(plan);
  for (let epoch = firstEpoch; ; epoch++) {
    const order = epochOrder(plan, epoch);
    for (let batch = 0; batch < batches; batch++) {
      const slot = ring.awaitFreeSlot(request);
      if (slot === undefined) return;
      const { size } = makeBatch(plan, { epoch, batch, order }, slot);
      ring.publish(request, size);
    }
  }
}
