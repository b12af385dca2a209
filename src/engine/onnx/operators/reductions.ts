/** @file Operators that reduce along axes: sums, means, maxima, Softmax and the normalizations. */

import { type Shape, sameShape } from "../../../core/index.ts";
import type { NodeView, Operator, OutputType } from "../operator.ts";

export const reductionOperators = {
  ReduceSum: {
    attributes: { keepdims: "INT", noop_with_empty_axes: "INT" },
    infer: (node) => [{ dtype: node.input(0).dtype, shape: reducedShape(node, reducedAxes(node)) }],
  },
  ReduceMean: reduceByAttribute(),
  ReduceMax: reduceByAttribute(),
  ReduceMin: reduceByAttribute(),
  ReduceL2: reduceByAttribute(),
  ReduceSumSquare: reduceByAttribute(),
  ReduceLogSumExp: reduceByAttribute(),
  ArgMax: positionOfExtreme(),
  ArgMin: positionOfExtreme(),
  Softmax: { attributes: { axis: "INT" }, infer: alongAxis },
  LogSoftmax: { attributes: { axis: "INT" }, infer: alongAxis },
  BatchNormalization: {
    attributes: { epsilon: "FLOAT", momentum: "FLOAT", training_mode: "INT" },
    infer: (node) => {
      const x = node.input(0);
      if (x.shape.length < 2) throw node.error("expected an input [N, C, …]");
      if (node.int("training_mode", 0) === 1) {
        throw node.error("expected training_mode 0; in training form it is BatchNormTraining of the domain graft");
      }
      for (const index of [1, 2, 3, 4]) {
        const { shape } = node.input(index);
        if (shape.length !== 1 || shape[0] !== x.shape[1]) {
          throw node.error(`expected scale, bias, mean and variance of ${x.shape[1]} channels`);
        }
      }
      return [{ dtype: x.dtype, shape: x.shape }];
    },
  },
  InstanceNormalization: {
    attributes: { epsilon: "FLOAT" },
    infer: (node) => {
      const x = node.input(0);
      if (x.shape.length < 3) throw node.error("expected an input [N, C, spatial…]");
      if ([1, 2].some((index) => !sameShape(node.input(index).shape, [x.shape[1]]))) {
        throw node.error(`expected scale and bias of ${x.shape[1]} channels`);
      }
      return [{ dtype: x.dtype, shape: x.shape }];
    },
  },
  LayerNormalization: {
    attributes: { axis: "INT", epsilon: "FLOAT", stash_type: "INT" },
    infer: (node) => {
      const x = node.input(0);
      const axis = node.axis(x.shape.length, -1);
      const statistics = x.shape.map((length, index) => (index < axis ? length : 1));
      const parameters = [node.input(1), node.optionalInput(2)].filter((parameter) => parameter !== null);
      if (
        parameters.some(({ shape }) => !sameShape(node.broadcast([shape, x.shape.slice(axis)]), x.shape.slice(axis)))
      ) {
        throw node.error("expected scale and bias to broadcast to the normalized axes");
      }
      return [
        { dtype: x.dtype, shape: x.shape },
        { dtype: x.dtype, shape: statistics },
        { dtype: x.dtype, shape: statistics },
      ];
    },
  },
} satisfies Record<string, Operator>;

/** The axes that a reduction reduces, counted from the front; naming none means all of them. */
export function reducedAxes(node: NodeView): readonly number[] {
  const { shape } = node.input(0);
  const named = node.optionalInput(1) === null ? node.ints("axes") : node.constantInts(1);
  if (named !== undefined && named.length > 0) return named.map((axis) => node.axisFromFront(axis, shape.length));
  return node.int("noop_with_empty_axes", 0) === 1 ? [] : [...shape.keys()];
}

function reduceByAttribute(): Operator {
  return {
    attributes: { axes: "INTS", keepdims: "INT" },
    infer: (node) => {
      if (node.optionalInput(1) !== null) throw node.error("expected axes as an attribute, got a second input");
      return [{ dtype: node.input(0).dtype, shape: reducedShape(node, reducedAxes(node)) }];
    },
  };
}

function positionOfExtreme(): Operator {
  return {
    attributes: { axis: "INT", keepdims: "INT", select_last_index: "INT" },
    infer: (node) => [{ dtype: "int64", shape: reducedShape(node, [node.axis(node.input(0).shape.length, 0)]) }],
  };
}

function reducedShape(node: NodeView, axes: readonly number[]): Shape {
  const { shape } = node.input(0);
  return node.int("keepdims", 1) === 1
    ? shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : shape.filter((_, axis) => !axes.includes(axis));
}

function alongAxis(node: NodeView): OutputType[] {
  const { dtype, shape } = node.input(0);
  node.axis(shape.length, -1);
  return [{ dtype, shape }];
}
