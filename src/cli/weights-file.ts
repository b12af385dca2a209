/** @file What there is to say of a file of weights alone: which of Graft's architectures they belong to. */

import { DataError, type Tensor, sizeOf } from "../core/index.ts";
import { decodeSafetensors } from "../engine/training/index.ts";
import { type Architecture, architectures, networkOfWeights } from "../models/index.ts";
import { parseExportMetadata } from "../study/index.ts";
import { plural } from "./format.ts";

/** Sides of images that are tried: those of the data sets that Graft knows. */
const SIDES = [32, 28];

/** A file of weights as Graft reads it. */
export interface WeightsFile {
  readonly path: string;
  readonly tensors: number;
  /** Numbers in all tensors. */
  readonly numbers: number;
  readonly fits: readonly { readonly architecture: string; readonly classes: number; readonly imageShape: number[] }[];
}

/** @throws DataError if the bytes are no safetensors file. */
export function describeWeightsFile(content: Uint8Array, path: string): WeightsFile {
  const { tensors, metadata } = decodeSafetensors(content, path);
  const { imageShape } = parseExportMetadata(metadata, path);
  const shapes = imageShape === undefined ? SIDES.map((side) => [3, side, side]) : [[...imageShape]];
  const all = Object.values(tensors);
  return {
    path,
    tensors: all.length,
    numbers: all.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    fits: Object.entries(architectures).flatMap(([architecture, make]) => {
      const fitting = shapes
        .map((shape) => ({ shape, classes: classesIn(make, tensors, { inputShape: shape, where: path }) }))
        .find(({ classes }) => classes !== null);
      if (fitting === undefined || fitting.classes === null) return [];
      return [{ architecture, classes: fitting.classes, imageShape: fitting.shape }];
    }),
  };
}

/** The description as lines of text. */
export function weightsFileLines({ path, tensors, numbers, fits }: WeightsFile): string[] {
  const counts = `weights    ${plural(numbers, "number")} in ${plural(tensors, "tensor")}`;
  if (fits.length === 0) {
    const names = Object.keys(architectures).join(", ");
    return [`file       ${path}`, counts, `refused    they belong to none of ${names}. Export the network to ONNX.`];
  }
  return [
    `file       ${path}`,
    counts,
    ...fits.flatMap(({ architecture, classes, imageShape: [channels, height, width] }) => [
      `fits       ${architecture} of ${plural(classes, "class", "classes")}, images ${channels}x${height}x${width}`,
      `           graft run --source ${path} --architecture ${architecture}`,
    ]),
  ];
}

/** Classes in the head of weights that belong to an architecture; null for those of another. */
function classesIn(
  make: Architecture,
  tensors: Readonly<Record<string, Tensor>>,
  options: { inputShape: number[]; where: string },
): number | null {
  try {
    const { network, parameters } = networkOfWeights(make, tensors, options);
    return parameters[`${network.layers[network.layers.length - 1].name}.bias`].shape[0];
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
