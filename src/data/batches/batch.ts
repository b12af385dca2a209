/** @file Makes batches of images: which images are in each, and their bytes. */

import { ConfigError, type RandomStream, type Shape, sizeOf, stream } from "../../core/index.ts";
import { augmentImage, checkAugmentation } from "../augment/augment-image.ts";
import type { Augmentation } from "../augment/table.ts";
import type { ImageShape } from "../dataset.ts";
import { type ImageSubset, positionsByLabel, requireImages, shufflePositions } from "../image-subset.ts";
import { readImage } from "../pixels.ts";

/** Images and labels for one training step. */
export interface Batch {
  readonly size: number;
  /** [size, channels, height, width] bytes. */
  readonly images: Uint8Array;
  /** Task labels, [size]. */
  readonly labels: BigInt64Array;
  /** Which images of the subset's part they are, [size]. */
  readonly indices: Uint32Array;
}

/** Everything that decides the batches of every epoch. */
export interface BatchPlan {
  readonly subset: ImageSubset;
  readonly imageShape: ImageShape;
  readonly batchSize: number;
  readonly seed: number;
  /** False keeps the order of the subset in every epoch. */
  readonly shuffle: boolean;
  /** Repeats images until every class that has any is drawn as often as the largest; see `epochOrder`. */
  readonly oversample?: boolean | undefined;
  readonly augmentation?: Augmentation | undefined;
  /** Names the stream of the shuffling, so that two loaders of one seed differ: `source`, `target`. */
  readonly purpose: string;
}

/** @throws ConfigError if no batches can be made by this plan. */
export function checkBatchPlan({ subset, imageShape, batchSize, augmentation, purpose }: BatchPlan): void {
  requireImages(subset, `batches for ${purpose}`);
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ConfigError(`batch size: expected a whole number from 1, got ${batchSize}.`);
  }
  if (augmentation !== undefined) checkAugmentation(augmentation, imageShape);
}

/** Images in an epoch, repetitions among them. */
export function imagesPerEpoch({ subset, oversample = false }: Pick<BatchPlan, "subset" | "oversample">): number {
  if (!oversample) return subset.indices.length;
  const counts = positionsByLabel(subset).map(({ length }) => length);
  return Math.max(...counts) * counts.filter((count) => count > 0).length;
}

/** Batches in an epoch; the last may be smaller than the others. */
export function batchesPerEpoch(plan: Pick<BatchPlan, "subset" | "batchSize" | "oversample">): number {
  return Math.ceil(imagesPerEpoch(plan) / plan.batchSize);
}

/** Numbers that a batch may hold if what is computed of it is to stay in the cache: 16 photographs of 224x224. */
const BATCH_NUMBERS = 2_500_000;

/** Samples of a shape that a forward pass takes at once, `most` of them where they are small. */
export function forwardBatchSize(shape: Shape, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(BATCH_NUMBERS / sizeOf(shape))));
}

/**
 * The positions in the subset in the order in which an epoch visits them.
 *
 * With `oversample` every class is gone through in whole passes until it has been drawn as often as the largest; the
 * last pass takes random images of it if the epoch is shuffled, else the first ones. Classes of one size are not changed.
 */
export function epochOrder(
  { subset, seed, shuffle, oversample = false, purpose }: Omit<BatchPlan, "imageShape" | "batchSize" | "augmentation">,
  epoch: number,
): Uint32Array {
  const random = shuffle ? stream(seed, "shuffle", purpose, epoch) : undefined;
  const positions = oversample
    ? oversampledPositions(subset, random)
    : Uint32Array.from({ length: subset.indices.length }, (_, position) => position);
  return random === undefined ? positions : shufflePositions(positions, random);
}

/** Positions in the subset, ascending, each as often as an epoch visits it. */
function oversampledPositions(subset: ImageSubset, random: RandomStream | undefined): Uint32Array {
  const classes = positionsByLabel(subset).filter(({ length }) => length > 0);
  const largest = Math.max(...classes.map(({ length }) => length));
  const taken = new Uint32Array(classes.length * largest);
  classes.forEach((positions, place) => {
    const left = largest % positions.length;
    const last = left === 0 || random === undefined ? positions : shufflePositions(positions, random);
    for (let draw = 0; draw < largest; draw++) {
      const pass = draw < largest - left ? positions : last;
      taken[place * largest + draw] = pass[draw % positions.length];
    }
  });
  return taken.sort();
}

/** A batch of zeros, to be filled by `makeBatch`. */
export function allocateBatch(size: number, imageShape: ImageShape): Batch {
  return {
    size,
    images: new Uint8Array(size * sizeOf(imageShape)),
    labels: new BigInt64Array(size),
    indices: new Uint32Array(size),
  };
}

/**
 * Batch number `batch` (from 0) of an epoch whose order is `order` (see `epochOrder`).
 *
 * The augmentation of an image depends on the seed, the epoch and the image
 * alone, where images are repeated also on the place in the epoch. With
 * `into`, the batch is written there and shares its memory.
 */
export function makeBatch(
  plan: BatchPlan,
  { epoch, batch, order }: { epoch: number; batch: number; order: Uint32Array },
  into?: Batch,
): Batch {
  const { subset, imageShape, batchSize, seed, augmentation, oversample = false } = plan;
  const positions = order.subarray(batch * batchSize, (batch + 1) * batchSize);
  const imageBytes = sizeOf(imageShape);
  const made = into === undefined ? allocateBatch(positions.length, imageShape) : firstOf(into, positions.length);
  positions.forEach((position, row) => {
    const index = subset.indices[position];
    const image = made.images.subarray(row * imageBytes, (row + 1) * imageBytes);
    readImage(subset.part.pixels, index, image);
    if (augmentation !== undefined) {
      const repetition = oversample ? [batch * batchSize + row] : [];
      augmentImage(image, augmentation, { imageShape, stream: stream(seed, "augment", epoch, index, ...repetition) });
    }
    made.indices[row] = index;
    made.labels[row] = BigInt(subset.labels[position]);
  });
  return made;
}

/** What augmentation makes of a subset in one epoch. */
export interface AugmentedView {
  readonly augmentation: Augmentation;
  readonly seed: number;
  readonly epoch: number;
}

/** The batches of a subset in its own order: as evaluation wants them, or as augmentation shows them in one epoch. */
export function* orderedBatches(
  { subset, imageShape, batchSize }: Pick<BatchPlan, "subset" | "imageShape" | "batchSize">,
  view?: AugmentedView,
): Generator<Batch, void, undefined> {
  const { seed = 0, epoch = 0, augmentation } = view ?? {};
  const plan: BatchPlan = { subset, imageShape, batchSize, seed, augmentation, shuffle: false, purpose: "evaluation" };
  checkBatchPlan(plan);
  const order = epochOrder(plan, epoch);
  for (let batch = 0; batch < batchesPerEpoch(plan); batch++) yield makeBatch(plan, { epoch, batch, order });
}

/** The first `size` rows of a batch, sharing its memory. */
export function firstOf({ images, labels, indices }: Batch, size: number): Batch {
  const imageBytes = images.length / labels.length;
  return {
    size,
    images: images.subarray(0, size * imageBytes),
    labels: labels.subarray(0, size),
    indices: indices.subarray(0, size),
  };
}
