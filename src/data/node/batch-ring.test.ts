import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { takeClasses } from "../split-classes.ts";
import { tinyDataset } from "../tiny-dataset.fixture.ts";
import { RingConsumer, RingProducer, allocateRing } from "./batch-ring.ts";
import { type Batch, type BatchPlan, epochOrder, makeBatch } from "../batches/batch.ts";
import { toThreadData } from "./thread-data.ts";

test("a thread that never comes back to its event loop gets its batches", async () => {
  const dataset = tinyDataset({ train: Array.from({ length: 30 }, (_, index) => index % 3), test: [0, 1, 2] });
  const subset = takeClasses(dataset, [0, 1]).train;
  const plan: BatchPlan = { subset, imageShape: [1, 2, 2], batchSize: 3, seed: 1, shuffle: true, purpose: "x" };
  const memory = allocateRing(2, 3, [1, 2, 2]);
  const ring = new RingConsumer(memory);
  const worker = new Worker(new URL("./batch-worker.ts", import.meta.url));
  worker.postMessage(toThreadData({ plan, memory }));
  ring.request(5);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const deadline = Date.now() + 20_000;
  const taken: Batch[] = [];
  while (taken.length < 14 && Date.now() < deadline) {
    const batch = ring.take();
    if (batch === undefined) Atomics.wait(sleeper, 0, 0, 1);
    else taken.push(batch);
  }
  await worker.terminate();
  const expected = Array.from({ length: 14 }, (_, at) => {
    const epoch = 5 + Math.floor(at / 7);
    return makeBatch(plan, { epoch, batch: at % 7, order: epochOrder(plan, epoch) });
  });
  expect(taken).toEqual(expected);
});

test("slots are handed over in order, and used again once they are taken", () => {
  const memory = allocateRing(2, 1, [1, 1, 1]);
  const producer = new RingProducer(memory);
  const consumer = new RingConsumer(memory);
  consumer.request(1);
  for (let value = 1; value <= 5; value++) {
    producer.awaitFreeSlot(1)?.images.fill(value);
    producer.publish(1, 1);
    expect(consumer.take()?.images).toEqual(Uint8Array.of(value));
  }
  expect(consumer.take()).toBeUndefined();
});

test("batches of an older request are not delivered", () => {
  const memory = allocateRing(3, 1, [1, 1, 1]);
  const producer = new RingProducer(memory);
  const consumer = new RingConsumer(memory);
  consumer.request(1);
  producer.awaitFreeSlot(1);
  producer.publish(1, 1);
  consumer.request(7);
  expect(producer.awaitFreeSlot(1)).toBeUndefined();
  // Handed over by a producer that had not yet seen the newer request.
  producer.publish(1, 1);
  expect(producer.awaitRequest(1)).toEqual({ request: 2, epoch: 7 });
  producer.awaitFreeSlot(2)?.images.fill(9);
  producer.publish(2, 1);
  expect(consumer.take()?.images).toEqual(Uint8Array.of(9));
  expect(consumer.take()).toBeUndefined();
});

test("waiting ends when a batch is handed over, and at wake", async () => {
  const memory = allocateRing(1, 1, [1, 1, 1]);
  const producer = new RingProducer(memory);
  const consumer = new RingConsumer(memory);
  consumer.request(1);
  const woken = consumer.somethingNew();
  consumer.wake();
  await woken;
  const handedOver = consumer.somethingNew();
  producer.awaitFreeSlot(1);
  producer.publish(1, 1);
  await handedOver;
  await consumer.somethingNew();
  expect(consumer.take()?.size).toBe(1);
});
