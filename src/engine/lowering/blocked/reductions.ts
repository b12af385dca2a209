/** @file Reductions of blocked images to one number a channel. */

import { sameShape } from "../../../core/index.ts";
import { BLOCKED_DOMAIN, type Node, NodeView, type Operations, type Value, reducedAxes } from "../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../context.ts";
import { blockedAxes } from "../layouts.ts";
import { reshape } from "../reshape.ts";
import { elementwise } from "./elementwise.ts";

/**
 * Also takes in the sum over the positions, or over the positions and the batch, that alone reads the product, as in the
 * gradient of one number a channel: the product is never stored.
 */
export const mul: BlockedLowering = (context) => {
  const { g, node, output, layouts, uses } = context;
  const factors = [node.input(0), node.input(1)];
  const next = uses.onlyReader(output);
  const axes = next && channelAxes(next, context);
  const isBlocked = factors.some((factor) => layouts.isBlocked(factor)) && layouts.canBlock(output);
  if (next === undefined || axes === undefined || !isBlocked) return elementwise(context);
  const isImage = (factor: Value): boolean =>
    sameShape(factor.shape, output.shape) && layouts.compact(factor) === undefined;
  if (!factors.every(isImage)) return elementwise(context);
  const perImage = channelDots(g, layouts.blocked(factors[0]), layouts.blocked(factors[1]));
  const [sum] = next.outputs;
  layouts.place(sum, { plain: reshape(g, axes[0] === 0 ? g.reduceSum(perImage, [0]) : perImage, sum.shape) });
  return {};
};

/** What a ReduceSum goes over, in order, if it leaves one number a channel; undefined for other nodes. */
function channelAxes(node: Node, { g, layouts }: LoweringContext): readonly number[] | undefined {
  if (node.domain !== "" || node.opType !== "ReduceSum") return undefined;
  const axes = reducedAxes(new NodeView(node, (value) => g.constantOf(layouts.plain(value))));
  return inOrderOfChannels(axes);
}

/** Over the positions, or over the positions and the batch. */
function inOrderOfChannels(axes: readonly number[]): readonly number[] | undefined {
  const sorted = axes.toSorted((a, b) => a - b);
  return ["2,3", "0,2,3"].includes(sorted.join()) ? sorted : undefined;
}

/**
 * Sums of a * b over the positions, of blocked images: [N, C].
 *
 * Every channel of every image becomes a channel of one image, and b the kernel of a depthwise convolution that covers
 * all of it. The product is never stored.
 */
export function channelDots(g: Operations, a: Value, b: Value): Value {
  const [batch, channels, height, width] = a.shape;
  const image = reshape(g, a, [1, batch * channels, height, width]);
  const kernels = reshape(g, b, [batch * channels, 1, height, width]);
  const attributes = { kernel_shape: [height, width], group: batch * channels };
  return reshape(g, g.op("Conv", [image, kernels], attributes, { domain: BLOCKED_DOMAIN }), [batch, channels]);
}

/** ReduceSum over the positions, or over the positions and the batch, as in the gradient of a bias. */
export const channelSum: BlockedLowering = (context) => {
  const sum = sumBlocked(context);
  return sum && { plain: reshape(context.g, sum, context.output.shape) };
};

/** ReduceMean over the same. */
export const channelMean: BlockedLowering = (context) => {
  const { g, node, output } = context;
  const sum = sumBlocked(context);
  if (sum === undefined) return undefined;
  const [batch, , height, width] = node.input(0).shape;
  const count = height * width * (reducedAxes(node).includes(0) ? batch : 1);
  return { plain: reshape(g, g.scale(sum, 1 / count), output.shape) };
};

/** Sums of [N, C / block, H, W, block] over H and W, and over N if that is asked for: [N, C] or [C]. */
function sumBlocked({ g, node, layouts }: LoweringContext): Value | undefined {
  const x = node.input(0);
  const axes = inOrderOfChannels(reducedAxes(node));
  if (!layouts.canBlock(x) || !layouts.isBlocked(x) || axes === undefined) return undefined;
  const [batch, blocks, height, width, block] = blockedAxes(x.shape, layouts.blockSize ?? 1);
  const perImage = g.reduceSum(reshape(g, layouts.blocked(x), [batch * blocks, height * width, block]), [1]);
  const channels = reshape(g, perImage, [batch, blocks * block]);
  return axes[0] === 0 ? g.reduceSum(channels, [0]) : channels;
}
