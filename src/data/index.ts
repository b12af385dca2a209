/** @file Door of `data`. */

export { changesImages, checkAugmentation } from "./augment/augment-image.ts";
export { type MirrorTest, mirrorTest } from "./augment/mirror-test.ts";
export { type Augmentation, augmentationFields } from "./augment/table.ts";
export {
  type AugmentedView,
  type Batch,
  type BatchPlan,
  batchesPerEpoch,
  epochOrder,
  forwardBatchSize,
  imagesPerEpoch,
  makeBatch,
  orderedBatches,
} from "./batches/batch.ts";
export {
  type DatasetInMemory,
  type ImageDataset,
  type ImageShape,
  type ImagesInMemory,
  type LabelledImages,
  type Sha256,
  allocateImages,
  checksumOf,
} from "./dataset.ts";
export { type ClassExamples, exampleImages } from "./examples.ts";
export { type ImageSubset, selectImages } from "./image-subset.ts";
export { type ClassChoice, parseClasses } from "./parse-classes.ts";
export type { PixelScales } from "./pixel-scale.ts";
export { type PixelStore, type StoredPixels, readImage } from "./pixels.ts";
export { type SplitOptions } from "./drawn-split.ts";
export { createShapes10 } from "./shapes10/shapes10.ts";
export { type ClassSplit, type ClassTask, splitByClass, takeClasses } from "./split-classes.ts";
export { type ChannelStatistics, channelStatistics } from "./statistics.ts";
export { splitValidation, takePerClass } from "./subsets.ts";
