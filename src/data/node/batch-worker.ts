/** @file The worker thread of a batch loader: fills the ring with the batches of one epoch after the other. */

import { workerData } from "node:worker_threads";
import { type RingMemory, RingProducer } from "./batch-ring.ts";
import { type BatchPlan, batchesPerEpoch, epochOrder, makeBatch } from "../batches/batch.ts";
import { fromThreadData } from "./thread-data.ts";

/** What `createBatchLoader` hands to the thread. */
export interface BatchWorkerData {
  readonly plan: BatchPlan;
  readonly memory: RingMemory;
}

const { plan, memory } = fromThreadData(workerData) as BatchWorkerData;
const ring = new RingProducer(memory);

let handled = 0;
for (;;) {
  const { request, epoch } = ring.awaitRequest(handled);
  handled = request;
  fillFrom(epoch, request);
}

/** Makes batches, on into the epochs that follow, until there is a newer request. */
function fillFrom(firstEpoch: number, request: number): void {
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
