/** @file Pooling and its gradients on blocked images. */

import {
  BLOCKED_DOMAIN,
  type Operations,
  type RawAttribute,
  type Value,
  type Window,
  windowOf,
} from "../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../context.ts";
import { type PooledImages, spreadToFirst } from "../gradients/window-maxima.ts";
import { reshape } from "../reshape.ts";
import { columnsFrom } from "./convolutions/lanes.ts";
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
 * Where the pooled image is the result of a Relu whose gradient alone reads this one, that is taken in as well:
 * it is enough to clear dy where the pooled value is 0.
 */
export const maxPoolGrad: BlockedLowering = ({ g, node, output, layouts, uses }) => {
  const [x, y, dy] = [node.input(0), node.input(1), node.input(2)];
  if (!layouts.canBlock(x) || !(layouts.isBlocked(x) || layouts.isBlocked(dy))) return undefined;
  const next = uses.onlyReader(output);
  const takesRelu = next?.opType === "ReluGrad" && next.inputs[0]?.name === x.name;
  const [image, pooled, gradient] = [layouts.blocked(x), layouts.blocked(y), layouts.blocked(dy)];
  const spatial = x.shape.slice(2);
  const window = windowOf(node, spatial);
  const spread = spreadToFirst(g, {
    x: image,
    y: pooled,
    dy: takesRelu ? keepPositive(g, pooled, gradient) : gradient,
    spatial,
    pooled: y.shape.slice(2),
    window,
    inner: layouts.blockSize ?? 0,
    ...alongRows(g, { image, window, columns: y.shape[3], blockSize: layouts.blockSize ?? 0 }),
  });
  const blocked = reshape(g, spread, x.shape);
  if (takesRelu) layouts.place(next.outputs[0], { blocked });
  return { blocked };
};

/** Pooled along the last axis alone, and moved along it: pooling is the fastest way to cut a blocked image. */
function alongRows(
  g: Operations,
  { image, window, columns, blockSize }: { image: Value; window: Window; columns: number; blockSize: number },
): Pick<PooledImages, "lastMaxima" | "alongLast"> {
  const [[, kernel], [, stride], [, dilation], [, begin]] = [
    window.kernel,
    window.strides,
    window.dilations,
    window.pads,
  ];
  const [batch, channels, height, width] = image.shape;
  const reach = (columns - 1) * stride + (kernel - 1) * dilation + 1;
  const end = reach - width - begin;
  const pool = (attributes: Record<string, readonly number[]>): Value =>
    g.op("MaxPool", [image], { strides: [1, stride], ...attributes }, { domain: BLOCKED_DOMAIN });
  const isPoolable = dilation === 1 && begin < kernel && end < kernel;
  return {
    lastMaxima: isPoolable ? pool({ kernel_shape: [1, kernel], pads: [0, begin, 0, Math.max(0, end)] }) : undefined,
    alongLast: {
      taken: (at) => (at.first === 0 ? pool({ kernel_shape: [1, 1] }) : columnsFrom(g, image, { ...at, blockSize })),
      moved: (values, at) => {
        const rows = reshape(g, values, [batch, channels, height, values.shape[1]]);
        return columnsFrom(g, rows, { first: -at.begin, stride: 1, length: at.length, blockSize });
      },
    },
  };
}
