/** @file Images whose positions along a row take the place of channels, for the weight gradient of Conv. */

import { type Shape, float32 } from "../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type Value, type Window } from "../../onnx/index.ts";
import type { LoweringContext } from "../context.ts";
import { view } from "../view.ts";

/** How much longer than needed a row may become. */
const MOST_WASTE = 2;

/** How many times larger than x dy may be for dy to be the one that is copied for every column of the kernel. */
const MOST_TIMES_LARGER = 2;

/** Positions of small images that come together, so that fewer results are left to be added. */
const POSITIONS_OF_A_GROUP = 256;

/** How rows are laid out so that each fills whole blocks. */
export interface Lanes {
  readonly blockSize: number;
  /** Images side by side in one row. */
  readonly packed: number;
  /** Length of the rows that meet, with what is added to fill a block. */
  readonly length: number;
  /** The operand that is moved along its rows, and copied, for every column of the kernel; the other one stays. */
  readonly moving: "x" | "dy";
  /** Rows and their lengths; a convolution by 1x1 takes all positions as one row. */
  readonly xHeight: number;
  readonly xWidth: number;
  readonly dyHeight: number;
  readonly dyWidth: number;
  /** Images, packed. */
  readonly groups: number;
  /** Channels. */
  readonly inputs: number;
  readonly outputs: number;
}

/** The layout for a convolution; undefined if rows would become too long. */
export function lanesFor({
  x,
  dy,
  window,
  blockSize,
}: {
  x: Shape;
  dy: Shape;
  window: Window;
  blockSize: number;
}): Lanes | undefined {
  const [batch, inputs, height, width] = x;
  const [, outputs, dyHeight, dyWidth] = dy;
  const byPoint = [...window.kernel, ...window.strides].every((length) => length === 1);
  const isOneRow = byPoint && window.pads.every((pad) => pad === 0);
  const sizes = isOneRow
    ? { xHeight: 1, xWidth: height * width, dyHeight: 1, dyWidth: dyHeight * dyWidth }
    : { xHeight: height, xWidth: width, dyHeight, dyWidth };
  const moving = movingOperand({ ...sizes, inputs, outputs }, window);
  const common = moving === "x" ? sizes.dyWidth : sizes.xWidth;
  const row = rowFor(common, { batch, blockSize, rows: sizes.dyHeight });
  if (row.length > MOST_WASTE * common) return undefined;
  return { blockSize, moving, ...row, ...sizes, groups: batch / row.packed, inputs, outputs };
}

/** Blocked rows of dy are moved faster than rows of x, whose positions follow each other one by one. */
function movingOperand(
  size: Pick<Lanes, "xHeight" | "xWidth" | "dyHeight" | "dyWidth" | "inputs" | "outputs">,
  { kernel, strides, dilations, pads }: Window,
): Lanes["moving"] {
  const times = (size.dyHeight * size.dyWidth * size.outputs) / (size.xHeight * size.xWidth * size.inputs);
  const staysInside = pads[1] <= (kernel[1] - 1) * dilations[1] && size.dyWidth <= size.xWidth;
  return strides[1] === 1 && staysInside && times <= MOST_TIMES_LARGER ? "dy" : "x";
}

function rowFor(
  width: number,
  { batch, blockSize, rows }: { batch: number; blockSize: number; rows: number },
): Pick<Lanes, "packed" | "length"> {
  const filled = Math.ceil(width / blockSize) * blockSize;
  const short = 2 ** Math.ceil(Math.log2(width));
  const length = short < blockSize && batch % (blockSize / short) === 0 ? short : filled;
  let packed = Math.max(1, blockSize / length);
  while (rows * packed * 2 * length <= POSITIONS_OF_A_GROUP && batch % (packed * 2) === 0) packed *= 2;
  return { packed, length };
}

/** x as [images, H, channels, packed, W]. */
export function xByLanes({ g, layouts }: LoweringContext, x: Value, lanes: Lanes): Value {
  const { packed, xHeight, xWidth, inputs } = lanes;
  const images = x.shape[0] / packed;
  const blockSize = layouts.isBlocked(x) ? lanes.blockSize : 1;
  const blocks = inputs / blockSize;
  const source = blockSize === 1 ? layouts.plain(x) : layouts.blocked(x);
  const split = view(g, source, [images, packed, blocks, xHeight, xWidth * blockSize]);
  // [images, H, blocks, packed, W * block]
  const ordered = g.transpose(split, [0, 3, 2, 1, 4]);
  const shape = [images, xHeight, inputs, packed, xWidth];
  if (blockSize === 1) return view(g, ordered, shape);
  const lines = view(g, ordered, [images * xHeight * blocks, blockSize, 1, packed * xWidth]);
  return view(g, g.op("ReorderOutput", [lines], { channels: blockSize }, { domain: BLOCKED_DOMAIN }), shape);
}

/** What one column of the kernel saw of x in {@link xByLanes}, in rows of the lanes' length. */
export function xAtColumn(
  g: Operations,
  rows: Value,
  { window, column, lanes }: { window: Window; column: number; lanes: Lanes },
): Value {
  const stride = lanes.moving === "x" ? window.strides[1] : 1;
  const begin = lanes.moving === "x" ? window.pads[1] - column * window.dilations[1] : 0;
  const end = (lanes.length - 1) * stride + 1 - lanes.xWidth - begin;
  const seen = g.pad(rows, [0, 0, 0, 0, begin, 0, 0, 0, 0, end]);
  return stride === 1 ? seen : g.slice(seen, { starts: [0], ends: [seen.shape[4]], axes: [4], steps: [stride] });
}

/** Blocked dy where one column of the kernel met x, as [images, blocks, H, packed, length * block]. */
export function dyAtColumn(
  g: Operations,
  dy: Value,
  { window, column, lanes }: { window: Window; column: number; lanes: Lanes },
): Value {
  const { packed, length, dyHeight, dyWidth, blockSize, moving } = lanes;
  const [batch, channels] = dy.shape;
  const offset = moving === "dy" ? column * window.dilations[1] - window.pads[1] : 0;
  const image = view(g, dy, [batch, channels, dyHeight, dyWidth]);
  const moved = movedRight(g, image, { offset, length, blockSize });
  if (packed === 1) return moved;
  const split = view(g, moved, [batch / packed, packed, channels / blockSize, dyHeight, length * blockSize]);
  return g.transpose(split, [0, 2, 3, 1, 4]);
}

/**
 * A blocked image in rows of another length, everything `offset` positions to the right.
 *
 * A convolution of each channel with a kernel of one 1: the fastest way to do it, on all threads.
 */
function movedRight(
  g: Operations,
  image: Value,
  { offset, length, blockSize }: { offset: number; length: number; blockSize: number },
): Value {
  const [, channels, , width] = image.shape;
  if (offset === 0 && length === width) return image;
  const taps = Math.abs(offset) + 1;
  const tap = Math.max(0, -offset);
  const kernel = Float32Array.from({ length: channels * taps }, (_, index) =>
    Math.floor(index / blockSize) % taps === tap ? 1 : 0,
  );
  const left = Math.max(0, offset);
  return g.op(
    "Conv",
    [image, g.constant(float32(kernel, [channels, 1, 1, taps]))],
    { kernel_shape: [1, taps], pads: [0, left, 0, length - width - left + taps - 1], group: channels },
    { domain: BLOCKED_DOMAIN },
  );
}
