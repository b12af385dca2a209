/** @file Door of `data`. */

export { type Augmentation } from "./augment.ts";
export { type Batch, type BatchPlan, batchesPerEpoch, epochOrder, makeBatch, orderedBatches } from "./batch.ts";
export { type BatchLoader, createBatchLoader } from "./batch-loader.ts";
export { findCifar10, readCifar10 } from "./cifar10.ts";
export { type ImageDataset, type ImageShape, type LabelledImages, allocateImages, checksumOf } from "./dataset.ts";
export { type ImageSubset } from "./image-subset.ts";
export { type ClassChoice, parseClasses } from "./parse-classes.ts";
export { type ClassSplit, type ClassTask, splitByClass, takeClasses } from "./split-classes.ts";
export { type ChannelStatistics, channelStatistics } from "./statistics.ts";
export { splitValidation, takePerClass } from "./subsets.ts";
