/** @file Features of frozen layers: what the network itself gives, computed once. */

import { afterEach, describe, expect, test } from "vitest";
import { type Tensor, bitIdentical, float32 } from "../core/index.ts";
import { type AugmentedView, type ImageSubset, createShapes10, orderedBatches, takeClasses } from "../data/index.ts";
import { initializeParameters, shapeAfter, sliceNetwork } from "../engine/nn/index.ts";
import { createInferenceSession } from "../engine/training/index.ts";
import { classicCnn } from "../models/index.ts";
import {
  type FeatureCache,
  type FeatureRequest,
  createFeatureCache,
  labelTensor,
  readFeatures,
} from "./feature-cache.ts";
import type { FeatureStore } from "./feature-store.ts";
import { featureFile } from "./node/index.ts";

const dataset = createShapes10({ trainImagesPerClass: 75, testImagesPerClass: 1 });
const { imageShape } = dataset;
// more than one batch of extraction, the last one smaller
const subset: ImageSubset = takeClasses(dataset, [3, 8]).train;
const network = classicCnn({ inputShape: imageShape, numClasses: 2 });
const parameters = initializeParameters(network, 4);
const input = { kind: "images", normalization: { mean: [0.4, 0.5, 0.5], std: [0.2, 0.3, 0.2] } } as const;
const [DENSE1, DROPOUT] = [11, 13];

let cache: FeatureCache;
afterEach(() => cache.close());

function openCache({ plannedBoundaries = [] as number[], memoryLimitBytes = 2 ** 30 } = {}): FeatureCache {
  cache = createFeatureCache({ session: { threads: 1 }, memoryLimitBytes, spill: featureFile, plannedBoundaries });
  return cache;
}

/** A request that counts the images that it passes through the network. */
function requestFor(boundary: number, changes: Partial<FeatureRequest> = {}): FeatureRequest & { passed: number[] } {
  const passed: number[] = [];
  const onProgress = (images: number): number => passed.push(images);
  const base = { weightsId: "M1", subsetId: "target/train", network, parameters, subset, imageShape, input };
  return { ...base, boundary, onProgress, ...changes, passed };
}

function allOf(store: FeatureStore): Tensor<"float32"> {
  return readFeatures(
    store,
    Uint32Array.from({ length: store.count }, (_, row) => row),
  );
}

/** The prefix network's own output for the images, in batches of 128. */
async function prefixOutput(boundary: number, view?: AugmentedView): Promise<Tensor<"float32">> {
  const prefix = { network: sliceNetwork(network, 0, boundary), parameters, input };
  const session = await createInferenceSession(prefix, { threads: 1 });
  const rows: number[] = [];
  for (const batch of orderedBatches({ subset, imageShape, batchSize: 128 }, view)) {
    const images: Tensor = { dtype: "uint8", shape: [batch.size, ...imageShape], data: batch.images };
    const { output } = await session.run({ input: images });
    for (const value of output.data as Float32Array) rows.push(value);
  }
  await session.close();
  return float32(rows, [subset.indices.length, ...shapeAfter(network, boundary)]);
}

describe("features", () => {
  test("are the prefix network's own output bit for bit, in memory and in a file", async () => {
    const expected = await prefixOutput(DENSE1);
    for (const memoryLimitBytes of [2 ** 30, 1000]) {
      const store = await openCache({ memoryLimitBytes }).features(requestFor(DENSE1));
      expect(store.spilled).toBe(memoryLimitBytes === 1000);
      expect(bitIdentical(allOf(store), expected)).toBe(true);
      cache.close();
    }
  });

  test("of a deeper boundary are computed from the shallowest planned one, equal within rounding", async () => {
    const direct = await openCache().features(requestFor(DROPOUT));
    const expected = allOf(direct);
    cache.close();
    const derived = allOf(await openCache({ plannedBoundaries: [0, DROPOUT, DENSE1] }).features(requestFor(DROPOUT)));
    expect(derived.shape).toEqual([150, 128]);
    const largest = Math.max(...expected.data.map(Math.abs));
    const worst = Math.max(...derived.data.map((value, index) => Math.abs(value - expected.data[index])));
    // float32 sums of 4096 products differ by the order of their terms alone
    expect(worst / largest).toBeLessThan(1e-5);
    expect(largest).toBeGreaterThan(0);
  });

  test("are computed once for all runs that share weights, images and boundary", async () => {
    openCache({ plannedBoundaries: [DENSE1, DROPOUT] });
    const [first, second, deeper] = [requestFor(DENSE1), requestFor(DENSE1), requestFor(DROPOUT)];
    const store = await cache.features(first);
    expect(await cache.features(second)).toBe(store);
    await cache.features(deeper);
    expect(first.passed).toEqual([128, 150]);
    expect(second.passed).toEqual([]);
    // the last layers alone, not the images again
    expect(deeper.passed).toEqual([128, 150]);
  });

  test("that a deeper request needed are there for the shallower one", async () => {
    openCache({ plannedBoundaries: [DENSE1, DROPOUT] });
    await cache.features(requestFor(DROPOUT));
    const shallower = requestFor(DENSE1);
    await cache.features(shallower);
    expect(shallower.passed).toEqual([]);
  });

  test("of other weights or other images are others", async () => {
    openCache();
    const store = await cache.features(requestFor(DENSE1));
    const otherWeights = requestFor(DENSE1, { weightsId: "M1b", parameters: initializeParameters(network, 5) });
    const otherImages = requestFor(DENSE1, { subsetId: "target/test", subset: takeClasses(dataset, [3, 8]).test });
    expect(bitIdentical(allOf(await cache.features(otherWeights)), allOf(store))).toBe(false);
    expect((await cache.features(otherImages)).count).toBe(2);
  });

  test("of an augmented view are those of the images as they are in that epoch, once for all that share it", async () => {
    openCache();
    const viewOf = (epoch: number, crop = 2): AugmentedView => ({ augmentation: { flip: true, crop }, seed: 6, epoch });
    const store = await cache.features(requestFor(DENSE1, { view: viewOf(1) }));
    expect(bitIdentical(allOf(store), await prefixOutput(DENSE1, viewOf(1)))).toBe(true);
    const [same, plain] = [requestFor(DENSE1, { view: viewOf(1) }), requestFor(DENSE1)];
    expect(await cache.features(same)).toBe(store);
    expect(same.passed).toEqual([]);
    for (const other of [plain, requestFor(DENSE1, { view: viewOf(2) }), requestFor(DENSE1, { view: viewOf(1, 1) })]) {
      expect(bitIdentical(allOf(await cache.features(other)), allOf(store))).toBe(false);
      expect(other.passed).toEqual([128, 150]);
    }
  });

  test("share one limit of memory, which released ones give back", async () => {
    const sizeBytes = 150 * 128 * 4;
    openCache({ memoryLimitBytes: 2 * sizeBytes });
    const spilled = async (weightsId: string): Promise<boolean> =>
      (await cache.features(requestFor(DROPOUT, { weightsId }))).spilled;
    expect([await spilled("A"), await spilled("B"), await spilled("C")]).toEqual([false, false, true]);
    cache.release("A");
    expect([await spilled("D"), await spilled("E")]).toEqual([false, true]);
  });

  test("are forgotten for released weights alone", async () => {
    openCache();
    const kept = await cache.features(requestFor(DENSE1));
    await cache.features(requestFor(DENSE1, { weightsId: "M1b" }));
    cache.release("M1b");
    expect(await cache.features(requestFor(DENSE1))).toBe(kept);
    const again = requestFor(DENSE1, { weightsId: "M1b" });
    await cache.features(again);
    expect(again.passed).toEqual([128, 150]);
  });
});

describe("labelTensor", () => {
  test("is int64", () => {
    expect(labelTensor([3, 0, 1])).toEqual({ dtype: "int64", shape: [3], data: BigInt64Array.of(3n, 0n, 1n) });
  });
});
