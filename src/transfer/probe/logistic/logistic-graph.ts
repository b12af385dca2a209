/** @file The graph of a logistic loss over a block of rows, and what it is fed. */

import { type Tensor, float32 } from "../../../core/index.ts";
import { type Graph, Operations } from "../../../engine/onnx/index.ts";
import type { FeatureRows } from "../../feature-cache.ts";
import { rowBlocks } from "./row-blocks.ts";

/** Classes of which all pairs are looked at; of more, what the pairs would tell is not worth its time. */
export const MOST_COUPLED = 128;

/** Rows of features and what each shows. */
export interface LabelledRows {
  readonly rows: FeatureRows;
  /** [n] class ids in [0, numClasses). */
  readonly labels: ArrayLike<number>;
  readonly numClasses: number;
}

/** The sizes of it all; `block` rows are computed at once. */
export interface LossSizes {
  readonly count: number;
  readonly width: number;
  readonly classes: number;
  readonly classifiers: number;
  readonly block: number;
}

/**
 * p = softmax(x w^T + b), gradient = (p - wanted)^T x.
 *
 * The residual of the wanted class is minus the sum of the others, which keeps its digits where p is nearly 1.
 */
export function lossGraph({ width, classes, classifiers, block }: LossSizes): Graph {
  const g = new Operations();
  const x = g.input("x", "float32", [block, width]);
  const weight = g.input("weight", "float32", [classifiers * classes, width]);
  const bias = g.input("bias", "float32", [classifiers * classes]);
  const wanted = g.input("wanted", "float32", [block, 1, classes]);
  const rowWeights = g.input("rowWeights", "float32", [block, classifiers, 1]);
  const logits = g.reshape(g.gemm(x, weight, bias, { transB: 1 }), [block, classifiers, classes]);
  const logProbabilities = g.logSoftmax(logits);
  const p = g.exp(logProbabilities);
  const others = g.mul(p, g.sub(g.scalar(1), wanted));
  const residual = g.mul(g.sub(others, g.mul(wanted, g.reduceSum(others, [2], 1))), rowWeights);
  g.output(logProbabilities, "logProbabilities");
  g.output(g.gemm(g.reshape(residual, [block, classifiers * classes]), x, null, { transA: 1 }), "weightGradient");
  g.output(g.reduceSum(residual, [0]), "biasGradient");
  if (classes <= MOST_COUPLED) {
    const byClass = g.transpose(p, [1, 2, 0]);
    g.output(g.matMul(byClass, g.transpose(g.mul(p, rowWeights), [1, 0, 2])), "products");
  } else {
    g.output(g.reduceSum(g.mul(g.mul(p, g.sub(g.scalar(1), p)), rowWeights), [0]), "curvature");
  }
  return g.build("logistic loss");
}

/** Rows as the graph takes them. */
export interface GraphBlock {
  readonly start: number;
  readonly count: number;
  readonly feeds: Readonly<Record<"x" | "wanted" | "rowWeights", Tensor>>;
}

/** The last block is filled up with rows that count nothing. */
export function* graphBlocks(
  { rows, labels, rowWeights }: LabelledRows & { readonly rowWeights: readonly Float32Array[] },
  { width, classes, classifiers, block }: LossSizes,
): Generator<GraphBlock> {
  for (const { start, count, values } of rowBlocks(rows)) {
    const wanted = new Float32Array(block * classes);
    const weights = new Float32Array(block * classifiers);
    for (let row = 0; row < count; row++) {
      wanted[row * classes + labels[start + row]] = 1;
      for (const [index, ofRow] of rowWeights.entries()) weights[row * classifiers + index] = ofRow[start + row];
    }
    const feeds = {
      x: float32(filledUp(values, block * width), [block, width]),
      wanted: float32(wanted, [block, 1, classes]),
      rowWeights: float32(weights, [block, classifiers, 1]),
    };
    yield { start, count, feeds };
  }
}

function filledUp(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values;
  const filled = new Float32Array(length);
  filled.set(values);
  return filled;
}
