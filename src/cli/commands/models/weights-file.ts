/** @file What there is to say of a file of weights alone: which of Graft's architectures they belong to. */

import { plural, sizeOf } from "../../../core/index.ts";
import { decodeSafetensors } from "../../../engine/training/index.ts";
import { type FittingArchitecture, architectures, fittingArchitectures } from "../../../models/index.ts";
import { imageShapeOfWeights, parseExportMetadata } from "../../../study/index.ts";

/** A file of weights as Graft reads it. */
interface WeightsFile {
  readonly path: string;
  readonly tensors: number;
  /** Numbers in all tensors. */
  readonly numbers: number;
  readonly fits: readonly FittingArchitecture[];
}

/** @throws DataError if the bytes are no safetensors file. */
export function describeWeightsFile(content: Uint8Array, path: string): WeightsFile {
  const { tensors, metadata } = decodeSafetensors(content, path);
  const imageShape = imageShapeOfWeights(null, parseExportMetadata(metadata, path));
  const all = Object.values(tensors);
  return {
    path,
    tensors: all.length,
    numbers: all.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    fits: fittingArchitectures(tensors, imageShape),
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
    ...fits.flatMap(({ architecture, classes, imageShape }) => [
      `fits       ${architecture} of ${plural(classes, "class", "classes")}, images ${imageShape.join("x")}`,
      `           graft run --source ${path} --architecture ${architecture}`,
    ]),
  ];
}
