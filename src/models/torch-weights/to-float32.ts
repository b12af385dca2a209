/** @file Weights of other precisions as float32. */

import { DataError, type Tensor, float32, halfToNumber } from "../../core/index.ts";

/**
 * The same values as float32: exact for halves, rounded for doubles.
 *
 * @throws DataError for whole numbers, which are no weights.
 */
export function toFloat32(tensor: Tensor, { name, where }: { name: string; where: string }): Tensor<"float32"> {
  const { dtype, shape, data } = tensor;
  if (dtype === "float32") return tensor as Tensor<"float32">;
  if (dtype === "float64") return float32(Float32Array.from(data as Float64Array), shape);
  if (dtype === "float16") return float32(Float32Array.from(data as Uint16Array, halfToNumber), shape);
  throw new DataError(`${where}: expected "${name}" in float32, float16, bfloat16 or float64, got ${dtype}.`, {
    location: { path: where },
  });
}
