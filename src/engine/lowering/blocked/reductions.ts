/** @file Reductions of blocked images to one number a channel. */

import { reducedAxes } from "../../onnx/index.ts";
import type { BlockedLowering } from "../context.ts";
import { blockedAxes } from "../layouts.ts";

/** ReduceSum over all axes but the channels: the gradient of a bias. */
export const channelSum: BlockedLowering = ({ g, node, output, layouts }) => {
  const x = node.input(0);
  if (!layouts.isBlocked(x) || reducedAxes(node).join() !== "0,2,3") return undefined;
  const [batch, blocks, height, width, block] = blockedAxes(x.shape, layouts.blockSize ?? 0);
  const perImage = g.reduceSum(g.reshape(layouts.blocked(x), [batch * blocks, height * width, block]), [1]);
  return { plain: g.reshape(g.reduceSum(g.reshape(perImage, [batch, blocks * block]), [0]), output.shape) };
};
