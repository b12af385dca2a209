/** @file Operators that reduce along axes: sums, means, maxima, Softmax and the normalizations. */

import { type Shape, normalizeAxis } from "../../../core/index.ts";
import type { NodeView, Operator } from "../operator.ts";

export const reductionOperators = {
  ReduceSum: {
    attributes: { keepdims: "INT", noop_with_empty_axes: "INT" },
    infer: (node) => {
      const axes = node.optionalInput(1) === null ? undefined : node.constantInts(1);
      return [{ dtype: node.input(0).dtype, shape: reducedShape(node, axes) }];
    },
  },
  ReduceMean: reduceByAttribute(),
  ReduceMax: reduceByAttribute(),
  ReduceMin: reduceByAttribute(),
  ReduceL2: reduceByAttribute(),
  ReduceSumSquare: reduceByAttribute(),
  ReduceLogSumExp: reduceByAttribute(),
  ArgMax: {
    attributes: { axis: "INT", keepdims: "INT", select_last_index: "INT" },
    infer: (node) => [{ dtype: "int64", shape: reducedShape(node, [node.int("axis", 0)]) }],
  },
  Softmax: { attributes: { axis: "INT" }, infer: alongAxis },
  LogSoftmax: { attributes: { axis: "INT" }, infer: alongAxis },
  BatchNormalization: {
    attributes: { epsilon: "FLOAT", momentum: "FLOAT", training_mode: "INT" },
    infer: (node) => {
      const x = node.input(0);
      for (const index of [1, 2, 3, 4]) {
        const { shape } = node.input(index);
        if (shape.length !== 1 || shape[0] !== x.shape[1]) {
          throw node.error(`expected scale, bias, mean and variance of ${x.shape[1]} channels`);
        }
      }
      return [{ dtype: x.dtype, shape: x.shape }];
    },
  },
  LayerNormalization: {
    attributes: { axis: "INT", epsilon: "FLOAT", stash_type: "INT" },
    infer: (node) => {
      const x = node.input(0);
      const axis = normalizeAxis(node.int("axis", -1), x.shape.length);
      const statistics = x.shape.map((length, index) => (index < axis ? length : 1));
      return [
        { dtype: x.dtype, shape: x.shape },
        { dtype: x.dtype, shape: statistics },
        { dtype: x.dtype, shape: statistics },
      ];
    },
  },
} satisfies Record<string, Operator>;

function reduceByAttribute(): Operator {
  return {
    attributes: { axes: "INTS", keepdims: "INT" },
    infer: (node) => [{ dtype: node.input(0).dtype, shape: reducedShape(node, node.ints("axes")) }],
  };
}

function reducedShape(node: NodeView, axes: readonly number[] | undefined): Shape {
  const { shape } = node.input(0);
  const reduced = new Set(axes?.map((axis) => normalizeAxis(axis, shape.length)) ?? shape.keys());
  return node.int("keepdims", 1) === 1
    ? shape.map((length, axis) => (reduced.has(axis) ? 1 : length))
    : shape.filter((_, axis) => !reduced.has(axis));
}

function alongAxis(node: NodeView): { dtype: "float32"; shape: Shape }[] {
  const { shape } = node.input(0);
  normalizeAxis(node.int("axis", -1), shape.length);
  return [{ dtype: "float32", shape }];
}
