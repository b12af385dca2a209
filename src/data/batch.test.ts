import { expect, test } from "vitest";
import { ConfigError, stream } from "../core/index.ts";
import { type BatchPlan, batchesPerEpoch, checkBatchPlan, epochOrder, makeBatch, orderedBatches } from "./batch.ts";
import { takeClasses } from "./split-classes.ts";
import { tinyDataset } from "./tiny-dataset.fixture.ts";

const dataset = tinyDataset({ train: [0, 1, 2, 1, 0, 2, 1], test: [0, 1, 2] });
const subset = takeClasses(dataset, [1, 2]).train;
const plan: BatchPlan = { subset, imageShape: [1, 2, 2], batchSize: 2, seed: 1, shuffle: false, purpose: "target" };

test("a batch holds the images, task labels and indices of its positions", () => {
  const batch = makeBatch(plan, { epoch: 1, batch: 1, order: Uint32Array.of(4, 0, 3, 1, 2) });
  expect(batch.size).toBe(2);
  expect([...batch.indices]).toEqual([5, 2]);
  expect([...batch.images]).toEqual([50, 51, 52, 53, 20, 21, 22, 23]);
  expect([...batch.labels]).toEqual([1n, 1n]);
});

test("the last batch is as small as what is left", () => {
  const batches = [...orderedBatches(plan)];
  expect(batches.map(({ size }) => size)).toEqual([2, 2, 1]);
  expect(batches.map(({ images }) => images.length)).toEqual([8, 8, 4]);
  expect(batches.flatMap(({ indices }) => [...indices])).toEqual([1, 2, 3, 5, 6]);
  expect(batchesPerEpoch(plan)).toBe(3);
});

test("the order of an epoch is a permutation that depends on seed, purpose and epoch", () => {
  const order = (change: Partial<BatchPlan>, epoch = 1): string =>
    epochOrder({ ...plan, shuffle: true, ...change }, epoch).join();
  expect(order({})).toBe(stream(1, "shuffle", "target", 1).permutation(5).join());
  expect(order({})).toBe(order({}));
  const others = [order({}, 2), order({ seed: 2 }), order({ purpose: "source" })];
  expect(others).not.toContain(order({}));
});

test("augmentation depends on the image and the epoch, not on its place in the batches", () => {
  const augmented = { ...plan, augmentation: { flip: true, crop: 1 } };
  const at = (order: number[], batchSize: number, epoch: number): Map<number, string> => {
    const found = new Map<number, string>();
    for (let batch = 0; batch * batchSize < order.length; batch++) {
      const made = makeBatch({ ...augmented, batchSize }, { epoch, batch, order: Uint32Array.from(order) });
      made.indices.forEach((index, row) => found.set(index, made.images.subarray(4 * row, 4 * row + 4).join()));
    }
    return found;
  };
  expect(at([4, 2, 0, 1, 3], 3, 1)).toEqual(at([0, 1, 2, 3, 4], 2, 1));
  expect(at([0, 1, 2, 3, 4], 2, 2)).not.toEqual(at([0, 1, 2, 3, 4], 2, 1));
});

test("the images of the data set stay as they are", () => {
  const before = dataset.train.pixels.join();
  makeBatch({ ...plan, augmentation: { flip: true, crop: 1 } }, { epoch: 1, batch: 0, order: epochOrder(plan, 1) });
  expect(dataset.train.pixels.join()).toBe(before);
});

test("a plan without images or with an impossible batch size is refused", () => {
  const empty = { ...subset, indices: new Uint32Array(), labels: new Uint16Array() };
  expect(() => checkBatchPlan({ ...plan, subset: empty })).toThrow(
    new ConfigError("batches for target: expected at least one image, got none. Choose classes that have images."),
  );
  expect(() => checkBatchPlan({ ...plan, batchSize: 0 })).toThrow(
    new ConfigError("batch size: expected a whole number from 1, got 0."),
  );
});
