import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { takeClasses } from "../split-classes.ts";
import { tinyDataset } from "../tiny-dataset.fixture.ts";
import { type BatchLoader, createBatchLoader } from "./batch-loader.ts";
import { type Batch, type BatchPlan, epochOrder, makeBatch } from "../batches/batch.ts";

const dataset = tinyDataset({
  train: Array.from({ length: 50 }, (_, index) => index % 3),
  test: [0, 1, 2],
  imageShape: [3, 4, 4],
});
const plan: BatchPlan = {
  subset: takeClasses(dataset, [2, 0]).train,
  imageShape: [3, 4, 4],
  batchSize: 4,
  seed: 7,
  shuffle: true,
  purpose: "source",
  augmentation: { flip: true, crop: 2 },
};

let loader: BatchLoader | undefined;
afterEach(async () => {
  await loader?.close();
  loader = undefined;
});

function open(change: Partial<BatchPlan> = {}): BatchLoader {
  loader = createBatchLoader({ ...plan, ...change });
  return loader;
}

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const collected: Batch[] = [];
  for await (const batch of batches) collected.push(batch);
  return collected;
}

/** Takes batches without end. */
async function takeAll({ epoch }: BatchLoader): Promise<never> {
  for (let number = 1; ; number++) await collect(epoch(number));
}

function synchronously(epoch: number, change: Partial<BatchPlan> = {}): Batch[] {
  const own = { ...plan, ...change };
  const order = epochOrder(own, epoch);
  const count = Math.ceil(order.length / own.batchSize);
  return Array.from({ length: count }, (_, batch) => makeBatch(own, { epoch, batch, order }));
}

test.each([
  ["shuffled and augmented", {}],
  ["in order", { shuffle: false, augmentation: undefined }],
  ["larger than the subset", { batchSize: 100 }],
  ["one image each", { batchSize: 1 }],
  ["over-sampled", { oversample: true }],
])("batches %s equal makeBatch, also in the next epochs", async (_, change) => {
  const { epoch } = open(change);
  for (const number of [1, 2, 3]) {
    expect(await collect(epoch(number))).toEqual(synchronously(number, change));
  }
});

test("epochs may be asked for in any order", async () => {
  const { epoch } = open();
  for (const number of [9, 4, 4, 5, 1]) {
    expect(await collect(epoch(number))).toEqual(synchronously(number));
  }
});

test("an epoch left early does not disturb the next", async () => {
  const { epoch } = open();
  for (let taken = 0; taken < 9; taken++) {
    const batches = epoch(1);
    for (let i = 0; i < taken; i++) expect((await batches.next()).value).toEqual(synchronously(1)[i]);
    await batches.return();
    expect(await collect(epoch(2))).toEqual(synchronously(2));
  }
});

test("a batch is the caller's own and not written again", async () => {
  const batches = await collect(open().epoch(1));
  expect(batches[0].images.buffer).toBeInstanceOf(ArrayBuffer);
  expect(batches[0]).toEqual(synchronously(1)[0]);
});

test("an older epoch cannot go on once a newer one began", async () => {
  const { epoch } = open();
  const older = epoch(1);
  await older.next();
  await epoch(2).next();
  await expect(older.next()).rejects.toThrow(
    new Error("internal: an epoch of batches went on after a newer one began"),
  );
});

test("a closed loader says so, also to who is waiting", async () => {
  const opened = open();
  const batches = opened.epoch(1);
  await opened.close();
  await expect(batches.next()).rejects.toThrow(new Error("internal: the batch loader is closed"));
  const other = open();
  const [waiting] = await Promise.allSettled([takeAll(other), other.close()]);
  expect(waiting).toEqual({ status: "rejected", reason: new Error("internal: the batch loader is closed") });
  await expect(opened.epoch(1).next()).rejects.toThrow(new Error("internal: the batch loader is closed"));
});

test("a thread goes on with the next loader's batches, also where one was closed in the middle", async () => {
  const first = open();
  await first.epoch(1).next();
  await Promise.all([first.close(), first.close()]);
  const others = [open({ seed: 8 }), open({ seed: 9, batchSize: 3 })];
  const found = await Promise.all(others.map(({ epoch }) => collect(epoch(2))));
  expect(found).toEqual([synchronously(2, { seed: 8 }), synchronously(2, { seed: 9, batchSize: 3 })]);
  await Promise.all(others.map((other) => other.close()));
  await expect(first.epoch(2).next()).rejects.toThrow(new Error("internal: the batch loader is closed"));
});

test("a failure in the worker arrives in this thread", async () => {
  // A label that is no whole number cannot become a BigInt.
  const labels = Array.from(plan.subset.labels, () => 0.5) as unknown as Uint16Array;
  const { epoch } = open({ subset: { ...plan.subset, labels } });
  const error: unknown = await epoch(1)
    .next()
    .catch((thrown: unknown) => thrown);
  expect(error).toEqual(new Error("internal: the batch worker failed"));
  expect((error as Error).cause).toBeInstanceOf(RangeError);
});

test("an impossible plan is refused before a worker starts", () => {
  expect(() => createBatchLoader({ ...plan, batchSize: 2.5 })).toThrow(
    new ConfigError("batch size: expected a whole number from 1, got 2.5."),
  );
});

test("a process that waits for a batch lives on, and one that leaves the loader open ends", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graft-loader-"));
  const script = join(folder, "script.mjs");
  await writeFile(
    script,
    `import { createBatchLoader } from ${JSON.stringify(new URL("./batch-loader.ts", import.meta.url).href)};
     import { tinyDataset } from ${JSON.stringify(new URL("../tiny-dataset.fixture.ts", import.meta.url).href)};
     import { takeClasses } from ${JSON.stringify(new URL("../split-classes.ts", import.meta.url).href)};
     const subset = takeClasses(tinyDataset({ train: [0, 1, 2], test: [0, 1, 2] }), [0, 1, 2]).train;
     const plan = { subset, imageShape: [1, 2, 2], batchSize: 2, seed: 1, shuffle: true, purpose: "x" };
     for await (const batch of createBatchLoader(plan).epoch(1)) console.log(batch.size);`,
  );
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 20_000 });
    expect(stdout).toBe("2\n1\n");
  } finally {
    await rm(folder, { recursive: true });
  }
});
