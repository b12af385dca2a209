/** @file Reductions of blocked images to one number a channel. */

import { type Value, reducedAxes } from "../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../context.ts";
import { blockedAxes } from "../layouts.ts";
import { reshape } from "../reshape.ts";

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
  const axes = reducedAxes(node).toSorted((a, b) => a - b);
  if (!layouts.canBlock(x) || !layouts.isBlocked(x)) return undefined;
  if (axes.join() !== "0,2,3" && axes.join() !== "2,3") return undefined;
  const [batch, blocks, height, width, block] = blockedAxes(x.shape, layouts.blockSize ?? 1);
  const perImage = g.reduceSum(reshape(g, layouts.blocked(x), [batch * blocks, height * width, block]), [1]);
  const channels = reshape(g, perImage, [batch, blocks * block]);
  return axes[0] === 0 ? g.reduceSum(channels, [0]) : channels;
}
