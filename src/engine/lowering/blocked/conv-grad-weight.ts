/** @file The gradient of Conv in its weights, computed by the kernels of blocked convolutions. */

import { BLOCKED_DOMAIN, type Operations, type Value, type Window, windowOf } from "../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../context.ts";
import { blockedAxes } from "../layouts.ts";

/**
 * dweight[o, c, i, j] = sum over n, h, w of dy[n, o, h, w] * x[n, c, h + i, w + j], as one convolution a column j.
 *
 * In it every image is a group and the positions along a row, w, take the place of input channels. The image's rows
 * stay rows, so that sliding dy down over x gives all i; its columns are the channels c. The kernel is dy,
 * whose blocked form already is the order in which such weights lie, and x is copied once for each j.
 * The images' results are added at the end.
 */
export const convGradWeight: BlockedLowering = (context) => {
  const { g, node, output, layouts } = context;
  const [x, dy] = [node.input(0), node.input(1)];
  const { blockSize = 0 } = layouts;
  const [outputs, inputs, height, width] = output.shape;
  if (!layouts.canBlock(dy) || x.dtype !== "float32" || node.int("group", 1) !== 1) return undefined;
  if (dy.shape[3] % blockSize !== 0) return undefined;
  const window = windowOf(node, x.shape.slice(2), [height, width]);
  const rows = rowsOfChannels(context, x);
  const columns = Array.from({ length: width }, (_, column) =>
    slid(g, {
      rows: shifted(g, rows, { window, column, length: dy.shape[3] }),
      dy: layouts.blocked(dy),
      window,
      blockSize,
    }),
  );
  const summed = columns.map((column) => g.reshape(column, [1, outputs / blockSize, height, inputs, blockSize]));
  return { plain: g.reshape(g.transpose(g.concat(summed, 0), [1, 4, 3, 2, 0]), output.shape) };
};

/** x as [N, H, C, W]. */
function rowsOfChannels({ g, layouts }: LoweringContext, x: Value): Value {
  const [batch, channels, height, width] = x.shape;
  if (!layouts.isBlocked(x)) return g.transpose(layouts.plain(x), [0, 2, 1, 3]);
  const { blockSize = 0 } = layouts;
  const [, blocks] = blockedAxes(x.shape, blockSize);
  const lines = g.reshape(layouts.blocked(x), [batch, blocks, height, width * blockSize]);
  const images = g.reshape(g.transpose(lines, [0, 2, 1, 3]), [batch * height * blocks, blockSize, 1, width]);
  const plain = g.op("ReorderOutput", [images], { channels: blockSize }, { domain: BLOCKED_DOMAIN });
  return g.reshape(plain, [batch, height, channels, width]);
}

/** The elements that one column of the kernel saw, as [N, H, C, length]. */
function shifted(
  g: Operations,
  rows: Value,
  { window, column, length }: { window: Window; column: number; length: number },
): Value {
  const stride = window.strides[1];
  const begin = window.pads[1] - column * window.dilations[1];
  const end = (length - 1) * stride + 1 - rows.shape[3] - begin;
  const seen = g.pad(rows, [0, 0, 0, begin, 0, 0, 0, end]);
  return stride === 1 ? seen : g.slice(seen, { starts: [0], ends: [seen.shape[3]], axes: [3], steps: [stride] });
}

/** dy slid down over the rows of x, summed over the batch: [O / block, kernel height, C, block]. */
function slid(
  g: Operations,
  { rows, dy, window, blockSize }: { rows: Value; dy: Value; window: Window; blockSize: number },
): Value {
  const [batch, height, channels, width] = rows.shape;
  const [, outputs, dyHeight] = dy.shape;
  const blocks = width / blockSize;
  const top = window.pads[0];
  const reach = (window.kernel[0] - 1) * window.dilations[0] + (dyHeight - 1) * window.strides[0] + 1;
  const bottom = reach - height - top;
  const reached = bottom >= 0 ? rows : g.pad(rows, [0, 0, 0, 0, 0, bottom, 0, 0]);
  const images = g.reshape(reached, [1, batch * blockSize, reached.shape[1], channels * blocks]);
  const kernels = g.reshape(dy, [batch * outputs, blockSize, dyHeight, blocks]);
  const attributes = {
    kernel_shape: [dyHeight, blocks],
    strides: [window.dilations[0], blocks],
    dilations: [window.strides[0], 1],
    pads: [top, 0, Math.max(0, bottom), 0],
    group: batch,
  };
  const perImage = g.op("Conv", [images, kernels], attributes, { domain: BLOCKED_DOMAIN });
  return g.reduceSum(g.reshape(perImage, [batch, outputs * window.kernel[0] * channels]), [0]);
}
