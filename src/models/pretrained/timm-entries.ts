/**
 * @file Networks of timm in the zoo's folder Computer_Vision, by name.
 *
 * Sizes and checksums are those that the zoo's repository keeps of its files; accuracies and licences those of timm
 * (results-imagenet.csv and its source), crop shares, filters and pixel values those of timm's settings. All have their
 * batch normalization folded, take one image at a time, and give logits.
 */

import { type NormalizationName, normalizationOf } from "../normalizations.ts";
import type { PretrainedEntry } from "./entry.ts";

interface TimmNetwork extends Pick<PretrainedEntry, "name" | "title" | "sizeBytes" | "sha256" | "accuracy" | "source"> {
  /** Its folder, whose last part but one is the operator set. */
  readonly folder: string;
  readonly opset: number;
  /** Of the shorter side that much is cut out. */
  readonly cropShare: number;
  /** 224 when left out. */
  readonly side?: number;
  /** ImageNet's when left out. */
  readonly pixels?: NormalizationName;
  /** Apache-2.0 when left out. */
  readonly licence?: string;
}

const VIT = "Dosovitskiy et al. 2020, arXiv:2010.11929; Steiner et al. 2021, arXiv:2106.10270";
const EFFICIENTNET = "Tan and Le 2019, arXiv:1905.11946";
const MOBILENET_V3 = "Howard et al. 2019, arXiv:1905.02244";

const networks: readonly TimmNetwork[] = [
  {
    name: "mobilenetv2-050",
    title: "MobileNetV2 0.5, recipe of timm",
    folder: "mobilenetv2_050_Opset18_timm",
    opset: 18,
    sizeBytes: 7_875_877,
    sha256: "9ceafcb216350dff302870f3077e6c2995738428ac1af3bc14403ee229e23f42",
    accuracy: 0.6593,
    cropShare: 0.875,
    source: "Sandler et al. 2018, arXiv:1801.04381",
  },
  {
    name: "mobilenetv3-small-075",
    title: "MobileNetV3 small 0.75",
    folder: "mobilenetv3_small_075_Opset17_timm",
    opset: 17,
    sizeBytes: 8_179_614,
    sha256: "ef7b5191b3e2586c409ddcfbfef42a6434a9ac885608b8d16e9c767c518f1c31",
    accuracy: 0.6528,
    cropShare: 0.875,
    source: MOBILENET_V3,
  },
  {
    name: "mobilenetv3-large",
    title: "MobileNetV3 large",
    folder: "mobilenetv3_large_100_Opset17_timm",
    opset: 17,
    sizeBytes: 21_919_274,
    sha256: "b0b785f44a068dee4ff35bd88b114d4fd17a8bd635816f8f0ee46fa8b196c29f",
    accuracy: 0.7578,
    cropShare: 0.875,
    source: MOBILENET_V3,
  },
  {
    name: "tinynet-d",
    title: "TinyNet D, images of 152 pixels",
    folder: "tinynet_d_Opset17_timm",
    opset: 17,
    sizeBytes: 9_358_335,
    sha256: "b03fdabbcb11c9b0dbe0aa933ac7da2716a22986927f76c6af2cd9f00b9cec6f",
    accuracy: 0.6694,
    cropShare: 0.875,
    side: 152,
    source: "Han et al. 2020, arXiv:2010.14819",
  },
  {
    name: "efficientnet-lite0",
    title: "EfficientNet-Lite0",
    folder: "efficientnet_lite0_Opset18_timm",
    opset: 18,
    sizeBytes: 18_560_054,
    sha256: "a9b27073f496ade5b0389a8f719420c84b01caca5ea86a19dc5ad5543021bb73",
    accuracy: 0.7549,
    cropShare: 0.875,
    source: EFFICIENTNET,
  },
  {
    name: "efficientnet-b0",
    title: "EfficientNet-B0",
    folder: "efficientnet_b0_Opset17_timm",
    opset: 17,
    sizeBytes: 21_128_851,
    sha256: "e76596a2b9e27c7c734c38550859105b43fec926f13447a84dad175eb994068a",
    accuracy: 0.777,
    cropShare: 0.875,
    source: EFFICIENTNET,
  },
  {
    name: "regnety-004",
    title: "RegNetY 400 MF",
    folder: "regnety_004_Opset17_timm",
    opset: 17,
    sizeBytes: 17_360_210,
    sha256: "19ddddb7732526a3ae8317584840665d221ab7779c0a26d4dbec953117bb6626",
    accuracy: 0.74,
    cropShare: 0.875,
    licence: "MIT",
    source: "Radosavovic et al. 2020, arXiv:2003.13678",
  },
  {
    name: "resnet50-a1",
    title: "ResNet-50, recipe A1",
    folder: "resnet50_Opset18_timm",
    opset: 18,
    sizeBytes: 102_146_206,
    sha256: "789c839016e8f6424e75096790162e1c4adc42c8f851e090ccff3700927faeb9",
    accuracy: 0.8038,
    cropShare: 0.95,
    source: "He et al. 2015, arXiv:1512.03385; Wightman et al. 2021, arXiv:2110.00476",
  },
  {
    name: "deit-tiny-16",
    title: "DeiT tiny, patches of 16",
    folder: "deit_tiny_patch16_224_Opset18_timm",
    opset: 18,
    sizeBytes: 22_966_973,
    sha256: "210ffa9159120f36385fc99b3e9ed0a3cf186b5f6d13a3cfb34ce9d1dd673c9b",
    accuracy: 0.7219,
    cropShare: 0.9,
    source: "Touvron et al. 2020, arXiv:2012.12877",
  },
  {
    name: "vit-tiny-16",
    title: "ViT tiny, patches of 16",
    folder: "vit_tiny_patch16_224_Opset18_timm",
    opset: 18,
    sizeBytes: 22_966_973,
    sha256: "1a3bc36397ea3162aab1f8bf2662293a0395fa83d74b992404fe22c2a730cd4c",
    accuracy: 0.7545,
    cropShare: 0.9,
    pixels: "symmetric",
    source: VIT,
  },
  {
    name: "vit-small-16",
    title: "ViT small, patches of 16",
    folder: "vit_small_patch16_224_Opset18_timm",
    opset: 18,
    sizeBytes: 88_300_013,
    sha256: "3f019be548f9e899bd1a30c5788c32b0d459fda09113a6184a3164115e004f6c",
    accuracy: 0.814,
    cropShare: 0.9,
    pixels: "symmetric",
    source: VIT,
  },
];

/** From what costs least to what costs most, kind by kind. */
export const timmEntries: readonly PretrainedEntry[] = networks.map(
  ({ folder, cropShare, side = 224, pixels = "imagenet", licence = "Apache-2.0", ...network }) => ({
    ...network,
    licence,
    zooPath: `Computer_Vision/${folder}/${folder.replace(/_[a-z]+$/, "")}.onnx`,
    input: {
      shape: [3, side, side],
      layout: "CHW",
      channelOrder: "RGB",
      ...normalizationOf(pixels, 3),
      resize: { how: "crop", shorterSide: Math.floor(side / cropShare), interpolation: "bicubic" },
    },
    batch: 1,
    output: "logits",
    classes: { list: "imagenet-1k", count: 1000 },
    reportedBy: "timm",
  }),
);
