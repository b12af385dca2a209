/** @file ONNX's numbers for element types (TensorProto.DataType). */

import { type DType, GraphError } from "../../core/index.ts";

export const dtypeCodes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const satisfies Record<DType, number>;

/** @throws GraphError if the code belongs to an element type that Graft does not hold. */
export function dtypeOfCode(code: number, where: { error(problem: string): Error }): DType {
  const entry = (Object.entries(dtypeCodes) as [DType, number][]).find(([, value]) => value === code);
  if (entry === undefined) {
    throw where.error(
      `expected an element type among ${Object.keys(dtypeCodes).join(", ")}, got ONNX's number ${code}`,
    );
  }
  return entry[0];
}

/** The same outside a node, for tensors read from a file. */
export function dtypeOfTensorCode(code: number, tensorName: string): DType {
  return dtypeOfCode(code, { error: (problem) => new GraphError(`tensor "${tensorName}": ${problem}.`) });
}
