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
export { type BatchLoader, createBatchLoader } from "./batches/batch-loader.ts";
export { type DatasetCheck, type ImagePlace, type Leak, type PartCheck, checkDataset, findLeaks } from "./check.ts";
export {
  type DatasetInMemory,
  type ImageDataset,
  type ImageShape,
  type ImagesInMemory,
  type LabelledImages,
  allocateImages,
  checksumOf,
} from "./dataset.ts";
export { type ClassExamples, exampleImages } from "./examples.ts";
export {
  type DatasetEntry,
  type DatasetPlaces,
  type FoundDataset,
  type OpenDatasetOptions,
  datasets,
  isDatasetName,
  openDataset,
} from "./official/find-dataset.ts";
export {
  type DataFormat,
  type OpenImagesOptions,
  dataFormats,
  formatOf,
  namesDataFile,
  openImages,
} from "./formats.ts";
export { type ImageSubset, selectImages } from "./image-subset.ts";
export { type ClassChoice, parseClasses } from "./parse-classes.ts";
export { type PixelFile, type PixelStore, readImage } from "./pixels.ts";
export { type SplitOptions } from "./image-folder/list/split-list.ts";
export { type ImageFit, type ImageFitOptions, imageFits, resolveFit } from "./image-folder/decode/image-fit.ts";
export {
  type DecodedBatch,
  type DecodedImage,
  type DecodeImagesOptions,
  type LooseImage,
  decodeImages,
  findImages,
} from "./image-folder/loose-images.ts";
export { type ImageFolderDataset, type ImageFolderOptions, openImageFolder } from "./image-folder/open-image-folder.ts";
export { type ResizeOptions, resizeDataset } from "./image-folder/resize-dataset.ts";
export { type ClassCounts, type FolderInspection, inspectImageFolder } from "./image-folder/inspect-image-folder.ts";
export { openNpz } from "./npz/open-npz.ts";
export { createShapes10 } from "./shapes10/shapes10.ts";
export { type ClassSplit, type ClassTask, splitByClass, takeClasses } from "./split-classes.ts";
export { type ChannelStatistics, channelStatistics } from "./statistics.ts";
export { splitValidation, takePerClass } from "./subsets.ts";
