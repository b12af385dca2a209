/** @file Door of `models`. */

export { cifarResNet, type CifarResNetOptions, type ResidualShortcut } from "./cifar-resnet.ts";
export { classicCnn } from "./classic-cnn.ts";
export { requireFinite } from "./finite-weights.ts";
export { withHead } from "./imported/graph/head.ts";
export type { ChannelOrder } from "./imported/graph/image-input.ts";
export { importBackbone, importLayers } from "./imported/import-backbone.ts";
export type { ImportOptions, ImportedBackbone } from "./imported/imported-backbone.ts";
export { type ModelFormat, modelFormatOf, modelFormats, namesModelFile } from "./model-formats.ts";
export { mlp } from "./mlp.ts";
export { mobileNetV2, type MobileNetStage, type MobileNetV2Options } from "./mobilenet-v2.ts";
export { normalizationNames, normalizationOf, normalizationWords, pixelWords } from "./normalizations.ts";
export {
  approximateParameters,
  addressesOf,
  fileNameOf,
  type InputRule,
  type PretrainedEntry,
  type ResizeRule,
} from "./pretrained/entry.ts";
export { type KnownPreparation, type Preparation, shorterSideFor } from "./preparation.ts";
export { pretrained } from "./pretrained/table.ts";
export { fittingArchitectures, type FittingArchitecture } from "./torch-weights/fitting-architectures.ts";
export { loadTorchWeights, type TorchWeights } from "./torch-weights/load-torch-weights.ts";
export { networkOfWeights, type NetworkOfWeights } from "./torch-weights/network-of-weights.ts";
export { architectures, zoo, type Architecture, type ArchitectureName, type ZooEntry } from "./zoo.ts";
