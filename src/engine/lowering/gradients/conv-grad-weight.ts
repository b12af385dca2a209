/** @file The gradient of Conv in its weights. */

import { sizeOf } from "../../../core/index.ts";
import { type NodeView, type Operations, type Value, windowOf } from "../../onnx/index.ts";
import { kernelOffsets, seenAt } from "./windows.ts";

/**
 * A product of dy with the patches of x that each kernel position saw (im2col), summed over the batch.
 *
 * Patches are laid out [N, group, C / group * kernel, positions], so the product is one batched MatMul.
 */
export function convGradWeight(g: Operations, node: NodeView): Value {
  const [x, dy] = [node.input(0), node.input(1)];
  const weightShape = node.ints("weight_shape") ?? [];
  const [outputs, inputsPerGroup, ...kernel] = weightShape;
  const window = windowOf(node, x.shape.slice(2), kernel);
  const group = node.int("group", 1);
  const [batch, , ...positions] = dy.shape;
  const count = sizeOf(positions);
  const padded = g.pad(x, [0, 0, ...window.pads.slice(0, kernel.length), 0, 0, ...window.pads.slice(kernel.length)]);
  const shifted = kernelOffsets(kernel).map((offset) =>
    g.reshape(seenAt(g, padded, { offset, window, lengths: positions }), [batch, group, inputsPerGroup, 1, count]),
  );
  const patches = g.reshape(g.concat(shifted, 3), [batch, group, inputsPerGroup * sizeOf(kernel), count]);
  const grouped = g.reshape(dy, [batch, group, outputs / group, count]);
  const perImage = g.fusedMatMul(grouped, patches, { transA: 0, transB: 1 });
  return g.reshape(g.reduceSum(perImage, [0]), weightShape);
}
