/** @file Door of `data` on Node: all of it, and data sets in files, decoded images, batches made by a thread. */

export * from "../index.ts";
export { type BatchLoader, createBatchLoader } from "./batch-loader.ts";
export {
  type DatasetCheck,
  type ImagePair,
  type ImagePlace,
  type PartCheck,
  type PartName,
  checkDataset,
  findLeaks,
} from "./check/check-dataset.ts";
export {
  type DatasetEntry,
  type DatasetPlaces,
  type FoundDataset,
  type OpenDatasetOptions,
  datasets,
  isDatasetName,
  openDataset,
} from "../official/find-dataset.ts";
export {
  type DataFormat,
  type OpenImagesOptions,
  dataFormats,
  findImages,
  formatOf,
  namesDataFile,
  openImages,
} from "./formats.ts";
export { PixelFile, type PixelPlace } from "./pixel-file.ts";
export { type KeptImages, listKeptImages, removeKeptImages } from "../image-folder/cache/kept-images.ts";
export { encodeJpeg, interleave } from "../image-folder/decode/decode-image.ts";
export { type ImageFit, type ImageFitOptions, imageFits, resolveFit } from "../image-folder/decode/image-fit.ts";
export {
  type DecodedBatch,
  type DecodedImage,
  type DecodeImagesOptions,
  type LooseImage,
  decodeImages,
} from "../image-folder/loose-images.ts";
export {
  type ImageFolderDataset,
  type ImageFolderOptions,
  openImageFolder,
} from "../image-folder/open-image-folder.ts";
export { type ResizeOptions, resizeDataset } from "../image-folder/resize-dataset.ts";
export { type ClassCounts, type FolderInspection, inspectImageFolder } from "../image-folder/inspect-image-folder.ts";
export { openNpz } from "./open-npz.ts";
