/** @file Pooling and its gradients on blocked images. */

import { BLOCKED_DOMAIN, type Operations, type RawAttribute, type Value, windowOf } from "../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../context.ts";
import { isSideBySide, spreadToFirst } from "../gradients/side-by-side-windows.ts";
import { reshape } from "../reshape.ts";
import { keepPositive } from "./relu.ts";

export const maxPool: BlockedLowering = (context) => poolWindows(context, "MaxPool");

export const averagePool: BlockedLowering = (context) => poolWindows(context, "AveragePool");

/** One number a channel lies the same way in either form. */
export const globalAveragePool: BlockedLowering = (context) => {
  const placement = poolWindows(context, "GlobalAveragePool");
  return placement && { plain: placement.blocked };
};

function poolWindows({ g, node, outputs, layouts }: LoweringContext, opType: string): { blocked: Value } | undefined {
  const x = node.input(0);
  if (!layouts.canBlock(x) || !layouts.isBlocked(x) || outputs.length > 1) return undefined;
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([key, { value }]) => [key, value as RawAttribute]),
  );
  return { blocked: g.op(opType, [layouts.blocked(x)], attributes, { domain: BLOCKED_DOMAIN }) };
}

/**
 * For windows side by side.
 *
 * Where the pooled image is the result of a Relu whose gradient alone reads this one, that is taken in as well:
 * it is enough to clear dy where the pooled value is 0.
 */
export const maxPoolGrad: BlockedLowering = ({ g, node, output, layouts, uses }) => {
  const [x, y, dy] = [node.input(0), node.input(1), node.input(2)];
  const window = windowOf(node, x.shape.slice(2));
  if (!layouts.canBlock(x) || !(layouts.isBlocked(x) || layouts.isBlocked(dy))) return undefined;
  if (!isSideBySide(x.shape.slice(2), window)) return undefined;
  const next = uses.onlyReader(output);
  const takesRelu = next?.opType === "ReluGrad" && next.inputs[0]?.name === x.name;
  const [image, pooled, gradient] = [layouts.blocked(x), layouts.blocked(y), layouts.blocked(dy)];
  const [, columns] = window.kernel;
  const spread = spreadToFirst(g, {
    x: image,
    y: pooled,
    dy: takesRelu ? keepPositive(g, pooled, gradient) : gradient,
    width: y.shape[3],
    inner: layouts.blockSize ?? 0,
    kernel: window.kernel,
    rowMaxima: pool(g, image, { kernel_shape: [1, columns], strides: [1, columns] }),
    firstColumns: pool(g, image, { kernel_shape: [1, 1], strides: [1, columns] }),
  });
  const blocked = reshape(g, spread, x.shape);
  if (takesRelu) layouts.place(next.outputs[0], { blocked });
  return { blocked };
};

function pool(g: Operations, x: Value, attributes: Record<string, readonly number[]>): Value {
  return g.op("MaxPool", [x], attributes, { domain: BLOCKED_DOMAIN });
}
