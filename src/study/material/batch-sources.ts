/** @file Where a run's batches come from: images made by a worker thread, or features computed once. */

import type { Tensor } from "../../core/index.ts";
import {
  type BatchPlan,
  type ImageSubset,
  batchesPerEpoch,
  createBatchLoader,
  epochOrder,
  forwardBatchSize,
  imagesPerEpoch,
  orderedBatches,
} from "../../data/node/index.ts";
import type { BatchSource, LabelledBatch } from "../../engine/training/index.ts";
import { type FeatureRows, labelTensor, readFeatures } from "../../transfer/index.ts";

/** Samples that evaluation takes at once, where they are small. */
const LARGEST_EVALUATION_BATCH = 250;

/** A batch source that must be closed. */
export interface ClosableBatchSource extends BatchSource {
  close(): Promise<void>;
}

/** The same batches with several passes over the images in every epoch. */
export function repeatPasses(source: ClosableBatchSource, passes: number): ClosableBatchSource {
  if (passes === 1) return source;
  const onePass = source.batchesPerEpoch;
  return {
    batchesPerEpoch: onePass * passes,
    imagesPerEpoch: source.imagesPerEpoch * passes,
    epoch: async function* (epoch, start) {
      const first = Math.floor(start / onePass);
      for (let pass = first; pass < passes; pass++) {
        yield* source.epoch(epoch * passes + pass, pass === first ? start % onePass : 0);
      }
    },
    close: () => source.close(),
  };
}

/** Training batches of images. */
export function imageSource(plan: BatchPlan): ClosableBatchSource {
  const loader = createBatchLoader(plan);
  return {
    batchesPerEpoch: loader.batchesPerEpoch,
    imagesPerEpoch: imagesPerEpoch(plan),
    epoch: async function* (epoch, start) {
      let index = 0;
      for await (const batch of loader.epoch(epoch)) {
        if (index++ >= start) yield imageBatch(batch, plan.imageShape);
      }
    },
    close: () => loader.close(),
  };
}

/**
 * Training batches of features: the same images in the same order as {@link imageSource} would give.
 * `rows` are those of every epoch, or say what an epoch trains on.
 */
export function featureSource(
  plan: BatchPlan,
  rows: FeatureRows | ((epoch: number) => Promise<FeatureRows>),
): ClosableBatchSource {
  const { subset, batchSize } = plan;
  return {
    batchesPerEpoch: batchesPerEpoch(plan),
    imagesPerEpoch: imagesPerEpoch(plan),
    epoch: async function* (epoch, start) {
      const order = epochOrder(plan, epoch);
      const store = typeof rows === "function" ? await rows(epoch) : rows;
      for (let first = start * batchSize; first < order.length; first += batchSize) {
        yield featureBatch(store, { subset, rows: order.subarray(first, first + batchSize) });
      }
    },
    close: async () => {},
  };
}

/** Every image of a subset once, in order. */
export function* evaluationImages(subset: ImageSubset, imageShape: BatchPlan["imageShape"]): Generator<LabelledBatch> {
  const batchSize = forwardBatchSize(imageShape, LARGEST_EVALUATION_BATCH);
  for (const batch of orderedBatches({ subset, imageShape, batchSize })) yield imageBatch(batch, imageShape);
}

/** Every row of a store once, in order. */
export function* evaluationFeatures(subset: ImageSubset, store: FeatureRows): Generator<LabelledBatch> {
  const count = subset.indices.length;
  const batchSize = forwardBatchSize(store.shape, LARGEST_EVALUATION_BATCH);
  for (let first = 0; first < count; first += batchSize) {
    const rows = Uint32Array.from({ length: Math.min(batchSize, count - first) }, (_, index) => first + index);
    yield featureBatch(store, { subset, rows });
  }
}

function imageBatch(
  { size, images, labels }: { size: number; images: Uint8Array; labels: BigInt64Array },
  imageShape: BatchPlan["imageShape"],
): LabelledBatch {
  const input: Tensor = { dtype: "uint8", shape: [size, ...imageShape], data: images };
  return { input, labels: { dtype: "int64", shape: [size], data: labels } };
}

function featureBatch(store: FeatureRows, { subset, rows }: { subset: ImageSubset; rows: Uint32Array }): LabelledBatch {
  return { input: readFeatures(store, rows), labels: labelTensor(Array.from(rows, (row) => subset.labels[row])) };
}
