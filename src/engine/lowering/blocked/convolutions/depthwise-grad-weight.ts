/** @file The gradient of a depthwise Conv in its weights: a depthwise convolution of x whose kernels are dy. */

import { BLOCKED_DOMAIN, windowOf } from "../../../onnx/index.ts";
import type { BlockedLowering } from "../../context.ts";
import { reshape } from "../../reshape.ts";
import { factorOut, perOutput } from "./factor-out.ts";
import { columnsFrom } from "./lanes.ts";
import { isDepthwise, unfilled } from "./weights.ts";

/** The shortest rows that it pays to copy with zeros at either side. */
const LEAST_WIDTH = 8;

/**
 * dweight[c, i, j] = sum over n, h, w of dy[n, c, h, w] * x[n, c, h + i, w + j].
 *
 * Every channel of every image becomes a channel of one image, and dy, whose blocked form already is the order in which
 * weights of depthwise convolutions lie, its kernel. Stride and dilation change places.
 */
export const depthwiseGradWeight: BlockedLowering = ({ g, node, output, layouts }) => {
  const [x, dy] = [node.input(0), node.input(1)];
  const kernel = output.shape.slice(2);
  if (!isDepthwise(output, node.int("group", 1)) || !layouts.canFill(x) || !layouts.canFill(dy)) return undefined;
  const channels = layouts.blockedChannels(x);
  const { blockSize = 1 } = layouts;
  const [batch, , ...spatial] = x.shape;
  const positions = dy.shape.slice(2);
  const { strides, dilations, pads } = windowOf(node, spatial, kernel);
  const begins = pads.slice(0, 2);
  const reach = positions.map((length, axis) => (length - 1) * strides[axis] + 1);
  const ends = kernel.map((length, axis) =>
    Math.max(0, (length - 1) * dilations[axis] + reach[axis] - begins[axis] - spatial[axis]),
  );
  const lengths = spatial.map(
    (length, axis) => Math.floor((begins[axis] + length + ends[axis] - reach[axis]) / dilations[axis]) + 1,
  );
  const [height, width] = spatial;
  // without padding to the sides, the columns of the kernel are computed at once
  const isWide = width >= LEAST_WIDTH && begins[1] + ends[1] > 0;
  const columns = { first: -begins[1], stride: 1, length: begins[1] + width + ends[1], blockSize };
  const rows = isWide ? columnsFrom(g, layouts.blocked(x), columns) : layouts.blocked(x);
  const image = reshape(g, rows, [1, batch * channels, height, isWide ? columns.length : width]);
  const { image: gradient, factor } = factorOut(layouts, dy, output);
  const kernels = reshape(g, gradient, [batch * channels, 1, ...positions]);
  const attributes = {
    kernel_shape: positions,
    strides: dilations,
    dilations: strides,
    pads: isWide ? [begins[0], 0, ends[0], 0] : [...begins, ...ends],
    group: batch * channels,
  };
  const perImage = g.op("Conv", [image, kernels], attributes, { domain: BLOCKED_DOMAIN });
  const size = channels * lengths[0] * lengths[1];
  const summed = g.reduceSum(reshape(g, perImage, [batch, size]), [0]);
  const blocks = reshape(g, summed, [channels / blockSize, ...lengths, blockSize]);
  const met = lengths.some((length, axis) => length !== kernel[axis])
    ? g.slice(blocks, { starts: [0, 0], ends: kernel, axes: [1, 2] })
    : blocks;
  const dweight = perOutput(g, reshape(g, g.transpose(met, [0, 3, 1, 2]), [channels, 1, ...kernel]), factor);
  return { plain: unfilled(g, dweight, output.shape.slice(0, 1)) };
};
