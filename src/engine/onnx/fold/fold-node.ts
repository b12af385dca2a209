/** @file Computes nodes whose inputs are all constants, as the arithmetic on shapes in files is. */

import { type Shape, type Tensor, normalizeAxis, sameShape } from "../../../core/index.ts";
import { stridesOf, transpose } from "../element-order.ts";
import type { FileNode } from "../read/forms/form.ts";
import { elementwiseFolds } from "./elementwise.ts";
import { movingFolds } from "./moving.ts";
import { type Fold, type Inputs, LARGEST, listOf, numbersOf, strided, tensorOf } from "./numbers.ts";
import { reductionFolds } from "./reductions.ts";

const folds: Readonly<Record<string, Fold | undefined>> = { ...elementwiseFolds, ...movingFolds, ...reductionFolds };

/** Operators that only change what a constant's axes are called: their type is known, their elements stay. */
const reshaping: ReadonlySet<string> = new Set(["Reshape", "Squeeze", "Unsqueeze", "Flatten"]);

/**
 * The results of a node whose inputs are constants; null if it is none that is computed here.
 *
 * Products are not, nor are convolutions: what they make of a weight alone is trained with it. `outputShape` is what the
 * operator table infers, for operators that move elements.
 */
export function foldNode(
  node: FileNode,
  inputs: readonly (Tensor | null)[],
  outputShape: () => Shape | null,
): readonly Tensor[] | null {
  const [x = null] = inputs;
  if (reshaping.has(node.opType)) {
    const shape = outputShape();
    return x === null || shape === null ? null : [sameShape(shape, x.shape) ? x : { ...x, shape }];
  }
  // a constant that stays what it is stays the same one
  if (node.opType === "Identity") return x && [x];
  if (node.opType === "Expand" && x !== null && sameShape(outputShape() ?? [], x.shape)) return [x];
  if (node.opType === "Transpose" && x !== null) {
    return outputShape() === null ? null : [transpose(x, node.attributes.perm)];
  }
  // arithmetic on shapes has few whole numbers, and each of them is held anew here
  const wholes = inputs.reduce((sum, one) => sum + (one?.dtype === "int64" ? one.data.length : 0), 0);
  if (wholes > LARGEST) return null;
  // what is left out counts as null
  const operands = [...inputs.map(numbersOf), null, null, null, null];
  if (node.opType === "Split") return parts(node, operands);
  if (node.outputs.length !== 1) return null;
  const fold = Object.hasOwn(folds, node.opType) ? folds[node.opType] : undefined;
  const result = fold?.(operands, node) ?? null;
  const tensor = result === null ? null : tensorOf(result);
  return tensor === null ? null : [tensor];
}

function parts({ attributes: { axis = 0 } }: FileNode, [x, lengths]: Inputs): readonly Tensor[] | null {
  const given = listOf(lengths, undefined);
  if (x === null || given === undefined || typeof axis !== "number") return null;
  const at = normalizeAxis(axis, x.shape.length);
  if (given.reduce((sum, length) => sum + length, 0) !== x.shape[at]) return null;
  const strides = stridesOf(x.shape);
  let start = 0;
  const all = given.map((length) => {
    const shape = x.shape.with(at, length);
    const part = tensorOf(strided(x, { shape, strides, offset: start * strides[at] }));
    start += length;
    return part;
  });
  return all.every((part) => part !== null) ? all : null;
}
