/** @file ONNX's numbers for element types (TensorProto.DataType) and attribute types (AttributeProto.AttributeType). */

import { type DType, GraphError } from "../../../core/index.ts";
import type { AttributeType } from "../graph.ts";

/** ONNX's number of each element type. */
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

/** ONNX's number of each attribute type. */
export const attributeTypeCodes = {
  FLOAT: 1,
  INT: 2,
  STRING: 3,
  TENSOR: 4,
  FLOATS: 6,
  INTS: 7,
} as const satisfies Record<AttributeType, number>;

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

/** The same for an element type that a file gives to something by a name, such as `tensor "w"`. */
export function dtypeOfFileCode(code: number, where: string): DType {
  return dtypeOfCode(code, { error: (problem) => new GraphError(`${where}: ${problem}.`) });
}
