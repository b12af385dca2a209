/** @file What is known of a pretrained network before it is downloaded. */

import type { Interpolation } from "../../core/index.ts";

/** How an image of any size becomes one of the network's. */
export interface ResizeRule {
  /** "crop": the shorter side is brought to `shorterSide`, then the centre is cut out; "stretch": straight to the size. */
  readonly how: "crop" | "stretch";
  readonly shorterSide?: number;
  /** `bilinear` when left out. */
  readonly interpolation?: Interpolation;
}

/** What the pixels become before they go in: (x - mean) / std, with x in [0, 1]. */
export interface InputRule {
  /** Channels, height, width: also where the network wants them in another order. */
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Order of the axes of one image as the network wants them. */
  readonly layout: "CHW" | "HWC";
  readonly channelOrder: "RGB" | "BGR" | "grey";
  /** By channel, in the order of `channelOrder`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly resize: ResizeRule;
}

/** A network whose trained weights can be had. */
export interface PretrainedEntry {
  readonly name: string;
  readonly title: string;
  /** Within the model zoo. */
  readonly zooPath: string;
  readonly sizeBytes: number;
  /** In lower-case hexadecimal digits. */
  readonly sha256: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** As the zoo states it. */
  readonly opset: number;
  readonly input: InputRule;
  /** Images in one call: "any", or 1 where the file fixes it. */
  readonly batch: "any" | 1;
  readonly output: "logits" | "probabilities";
  readonly classes: { readonly list: "imagenet-1k" | "mnist-digits"; readonly count: number };
  /** Top-1 on the validation images of its own data set, from 0 to 1, as `reportedBy` has it. */
  readonly accuracy: number;
  /** Who reports the accuracy; `the model zoo` when left out. */
  readonly reportedBy?: "timm";
  /** Where the architecture was published. */
  readonly source: string;
}

/** The zoo, where it is now and where it was first; both serve the files. */
const ZOO_FOLDERS = [
  "https://huggingface.co/onnxmodelzoo/legacy_models/resolve/main",
  "https://github.com/onnx/models/raw/main",
];

/** The addresses of an entry's file, in the order in which they are tried. */
export function addressesOf({ zooPath }: PretrainedEntry): string[] {
  return ZOO_FOLDERS.map((folder) => `${folder}/${zooPath}`);
}

/** The name that an entry's file has on this machine. */
export function fileNameOf({ name }: PretrainedEntry): string {
  return `${name}.onnx`;
}

/** Numbers in the weights: nearly all of a file is float32 weights, above a megabyte all but two in a hundred. */
export function approximateParameters({ sizeBytes }: PretrainedEntry): number {
  return Math.round(sizeBytes / 4);
}
