/** @file The gradient of Conv in its weights, computed by the kernels of blocked convolutions. */

import { type Shape, sizeOf } from "../../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type Value, type Window, windowOf } from "../../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../../context.ts";
import type { Layouts } from "../../layouts.ts";
import { transpose, reshape } from "../../reshape.ts";
import { depthwiseGradWeight } from "./depthwise-grad-weight.ts";
import { factorOut, perOutput } from "./factor-out.ts";
import { type Lanes, dyAtColumn, isByPoint, lanesFor, xByColumns } from "./lanes.ts";
import { unfilled } from "./weights.ts";

/** Columns that the kernels of blocked convolutions compute at once. */
const FULL_WIDTH = 6;

/**
 * dweight[o, c, i, j] = sum over n, h, w of dy[n, o, h, w] * x[n, c, h + i, w + j], as one convolution a column j.
 *
 * In it every image is a group and the positions along a row, w, take the place of input channels. The image's rows
 * stay rows, so that sliding dy down over x gives all i; its columns are the channels c. The kernel is dy,
 * whose blocked form already is the order in which such weights lie. For each j, x or dy is moved along its rows.
 * The images' results are added at the end.
 *
 * For 1x1 the two may change places, so that the smaller one is laid out in rows.
 */
export const convGradWeight: BlockedLowering = (context) => {
  const { g, node, output, layouts } = context;
  const [x, dy] = [node.input(0), node.input(1)];
  const kernel = output.shape.slice(2);
  if (node.int("group", 1) !== 1) return depthwiseGradWeight(context);
  if (!layouts.canFill(dy) || x.shape.length !== 4) return undefined;
  const window = windowOf(node, x.shape.slice(2), kernel);
  const shapes = { x: shapeAsItLies(layouts, x), dy: shapeAsItLies(layouts, dy, true) };
  const lanes = lanesFor({ ...shapes, window, blockSize: layouts.blockSize ?? 1 });
  if (lanes === undefined) return undefined;
  const { image: gradient, factor } = factorOut(layouts, dy, output);
  const isBlocked = layouts.isBlocked(x);
  const image = isBlocked ? layouts.blocked(x) : layouts.plain(x);
  const swaps = isBlocked && isByPoint(window) && lanes.inputs > lanes.outputs;
  const weight = swaps ? swapByPoint(g, { x: image, dy: gradient, window, blockSize: lanes.blockSize }) : undefined;
  const columnsOf = (): Value => {
    const rowsAt = xByColumns(g, { image, isBlocked }, { window, lanes });
    const kernels = Array.from({ length: kernel[1] }, (_, column) =>
      dyAtColumn(g, gradient, { window, column, lanes }),
    );
    if (lanes.moving === "dy" && lanes.outputs === lanes.blockSize && kernel[1] > 1) {
      return assembleWeights(context, slideTogether(g, { rows: rowsAt(0), kernels, window, lanes }), lanes);
    }
    if (lanes.moving === "x" && lanes.inputs < FULL_WIDTH && kernel[1] > 1) {
      const rows = g.concat(
        Array.from(kernels, (_, column) => rowsAt(column)),
        2,
      );
      const all = { ...lanes, inputs: lanes.inputs * kernel[1] };
      return assembleWeights(context, slide(g, { rows, kernels: kernels[0], window, lanes: all }), lanes);
    }
    const columns = kernels.map((one, column) => slide(g, { rows: rowsAt(column), kernels: one, window, lanes }));
    return assembleWeights(context, concatColumns(g, columns, lanes), lanes);
  };
  return { plain: unfilled(g, perOutput(g, weight ?? columnsOf(), factor), output.shape.slice(0, 2)) };
};

/** The gradient of weights by 1x1, [O, I, 1, 1], with dy in rows and x as the kernel. */
function swapByPoint(
  g: Operations,
  { x, dy, window, blockSize }: { x: Value; dy: Value; window: Window; blockSize: number },
): Value | undefined {
  const lanes = lanesFor({ x: dy.shape, dy: x.shape, window, blockSize });
  if (lanes === undefined) return undefined;
  const at = { window, column: 0, lanes };
  const rows = xByColumns(g, { image: dy, isBlocked: true }, at)(0);
  const blocks = slide(g, { rows, kernels: dyAtColumn(g, x, at), window, lanes });
  const [outputs, inputs] = [lanes.inputs, lanes.outputs];
  const split = reshape(g, blocks, [inputs / blockSize, outputs, blockSize]);
  return reshape(g, transpose(g, split, [1, 0, 2]), [outputs, inputs, 1, 1]);
}

/** The shape of an image, with all channels of its blocked form where that is there or wanted. */
function shapeAsItLies(layouts: Layouts, image: Value, isWanted = false): Shape {
  const [batch, channels, ...spatial] = image.shape;
  return [batch, isWanted || layouts.isBlocked(image) ? layouts.blockedChannels(image) : channels, ...spatial];
}

/** dy slid down over the rows of x, summed over the images: [blocks of outputs, kernel height, inputs, block]. */
function slide(
  g: Operations,
  { rows, kernels, window, lanes }: { rows: Value; kernels: Value; window: Window; lanes: Lanes },
): Value {
  const { groups, inputs, outputs, blockSize, xHeight, dyHeight } = lanes;
  const blocks = (lanes.packed * lanes.length) / blockSize;
  const [top] = window.pads;
  const reach = (window.kernel[0] - 1) * window.dilations[0] + (dyHeight - 1) * window.strides[0] + 1;
  const bottom = reach - xHeight - top;
  const reached = bottom >= 0 ? rows : g.pad(rows, [0, 0, 0, 0, 0, 0, bottom, 0, 0, 0]);
  const images = reshape(g, reached, [1, groups * blockSize, reached.shape[1], inputs * blocks]);
  const attributes = {
    kernel_shape: [dyHeight, blocks],
    strides: [window.dilations[0], blocks],
    dilations: [window.strides[0], 1],
    pads: [top, 0, Math.max(0, bottom), 0],
    group: groups,
  };
  const weights = reshape(g, kernels, [groups * outputs, blockSize, dyHeight, blocks]);
  const perImage = g.op("Conv", [images, weights], attributes, { domain: BLOCKED_DOMAIN });
  const summed = g.reduceSum(reshape(g, perImage, [groups, outputs * window.kernel[0] * inputs]), [0]);
  return reshape(g, summed, [outputs / blockSize, window.kernel[0], inputs, blockSize]);
}

/**
 * All columns of the kernel in one convolution, for a single block of outputs, which alone would leave registers empty:
 * [blocks of outputs, kernel height, kernel width, inputs, block].
 */
function slideTogether(
  g: Operations,
  { rows, kernels, window, lanes }: { rows: Value; kernels: readonly Value[]; window: Window; lanes: Lanes },
): Value {
  const { groups, outputs, inputs, blockSize } = lanes;
  const perImage = kernels.map((kernel) => reshape(g, kernel, [groups, sizeOf(kernel.shape) / groups]));
  const all = { ...lanes, outputs: outputs * kernels.length };
  const slid = slide(g, { rows, kernels: g.concat(perImage, 1), window, lanes: all });
  const [height, width] = window.kernel;
  const split = reshape(g, slid, [width, outputs / blockSize, height, inputs, blockSize]);
  return transpose(g, split, [1, 2, 0, 3, 4]);
}

/** Columns of the kernel, each [blocks of outputs, kernel height, inputs, block], as those of {@link slideTogether}. */
function concatColumns(g: Operations, columns: readonly Value[], { outputs, inputs, blockSize }: Lanes): Value {
  const height = sizeOf(columns[0].shape) / (outputs * inputs);
  return g.concat(
    columns.map((column) => reshape(g, column, [outputs / blockSize, height, 1, inputs, blockSize])),
    2,
  );
}

/** [blocks of outputs, kernel height, kernel width, inputs, block] in the order of the weights. */
function assembleWeights({ g, output }: LoweringContext, columns: Value, lanes: Lanes): Value {
  const { outputs, inputs, blockSize } = lanes;
  const [, , height, width] = output.shape;
  const blocks = reshape(g, columns, [outputs / blockSize, blockSize, 1, height * width * inputs]);
  const rows = g.op("ReorderOutput", [blocks], { channels: blockSize }, { domain: BLOCKED_DOMAIN });
  const weight = movePositionsLast(g, reshape(g, rows, [outputs, height * width, inputs]), blockSize);
  return reshape(g, weight, [outputs, inputs, height, width]);
}

/** [O, positions, I] as [O, I, positions]. */
function movePositionsLast(g: Operations, weight: Value, blockSize: number): Value {
  const [outputs, positions, inputs] = weight.shape;
  if (positions === 1) return weight;
  if (inputs % blockSize !== 0) return transpose(g, weight, [0, 2, 1]);
  const split = reshape(g, weight, [outputs, positions, inputs / blockSize, blockSize]);
  const blocks = transpose(g, split, [0, 2, 1, 3]);
  const images = reshape(g, blocks, [(outputs * inputs) / blockSize, blockSize, 1, positions]);
  return g.op("ReorderOutput", [images], { channels: blockSize }, { domain: BLOCKED_DOMAIN });
}
