import { describe, expect, test } from "vitest";
import { ConfigError, stream } from "../../core/index.ts";
import { takeClasses } from "../split-classes.ts";
import { tinyDataset } from "../tiny-dataset.fixture.ts";
import {
  type BatchPlan,
  batchesPerEpoch,
  checkBatchPlan,
  epochOrder,
  imagesPerEpoch,
  makeBatch,
  orderedBatches,
} from "./batch.ts";

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

describe("over-sampling", () => {
  // ant 7 times, bee 3 times, cat never
  const uneven = tinyDataset({ train: [0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 2], test: [0, 1, 2] });
  const whole = takeClasses(uneven, [0, 1, 2]).train;
  const withoutCats = { ...whole, indices: whole.indices.subarray(0, 10), labels: whole.labels.subarray(0, 10) };
  const oversampled: BatchPlan = { ...plan, subset: withoutCats, oversample: true };
  const timesOf = (order: Uint32Array): number[] =>
    Array.from(withoutCats.indices, (_, position) => order.filter((visited) => visited === position).length);

  test("draws every class that has images as often as the largest, in whole passes", () => {
    for (const epoch of [1, 2, 3]) {
      const times = timesOf(epochOrder({ ...oversampled, shuffle: true }, epoch));
      const bees = [times[1], times[4], times[8]];
      expect(times.filter((_, position) => ![1, 4, 8].includes(position))).toEqual(Array(7).fill(1));
      expect(bees.toSorted()).toEqual([2, 2, 3]);
    }
  });

  test("gives the last pass to other images of the class from epoch to epoch", () => {
    const shuffling = { ...oversampled, shuffle: true };
    const oftenest = Array.from({ length: 20 }, (_, epoch) => timesOf(epochOrder(shuffling, epoch)).indexOf(3));
    expect(new Set(oftenest)).toEqual(new Set([1, 4, 8]));
  });

  test("keeps the order of the subset where nothing is shuffled, the first images once more", () => {
    const order = [0, 1, 1, 1, 2, 3, 4, 4, 5, 6, 7, 8, 8, 9];
    expect([...epochOrder(oversampled, 1)]).toEqual(order);
    expect([...epochOrder(oversampled, 2)]).toEqual(order);
  });

  test("makes epochs of as many images and batches as are said", () => {
    expect(imagesPerEpoch(oversampled)).toBe(14);
    expect(epochOrder({ ...oversampled, shuffle: true }, 1)).toHaveLength(14);
    expect(batchesPerEpoch({ ...oversampled, batchSize: 4 })).toBe(4);
    expect(imagesPerEpoch({ ...oversampled, oversample: false })).toBe(10);
    expect(imagesPerEpoch(plan)).toBe(5);
  });

  test("depends on seed, purpose and epoch alone", () => {
    const order = (change: Partial<BatchPlan>, epoch = 1): string =>
      epochOrder({ ...oversampled, shuffle: true, ...change }, epoch).join();
    expect(order({})).toBe(order({}));
    expect([order({}, 2), order({ seed: 2 }), order({ purpose: "source" })]).not.toContain(order({}));
  });

  test("changes nothing about classes of one size", () => {
    const even = tinyDataset({ train: [0, 1, 2, 1, 0, 2], test: [0, 1, 2] });
    const balanced = { ...plan, subset: takeClasses(even, [0, 1, 2]).train, shuffle: true };
    expect(epochOrder({ ...balanced, oversample: true }, 3)).toEqual(epochOrder(balanced, 3));
    expect(imagesPerEpoch({ ...balanced, oversample: true })).toBe(6);
  });

  test("augments the same image differently where it is repeated, whatever the size of the batches", () => {
    const augmented = { ...oversampled, augmentation: { crop: 1, flip: true } };
    const order = new Uint32Array(12).fill(4);
    const imagesOf = (batchSize: number): string[] =>
      Array.from({ length: 12 / batchSize }, (_, batch) =>
        makeBatch({ ...augmented, batchSize }, { epoch: 1, batch, order }),
      ).flatMap(({ images }) =>
        Array.from({ length: images.length / 4 }, (_, row) => images.subarray(4 * row, 4 * row + 4).join()),
      );
    expect(new Set(imagesOf(12)).size).toBeGreaterThan(1);
    expect(imagesOf(3)).toEqual(imagesOf(12));
  });
});
