/** @file Images whose positions along a row take the place of channels, for the weight gradient of Conv. */

import { type Shape, float32 } from "../../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type Value, type Window } from "../../../onnx/index.ts";
import { transpose, reshape } from "../../reshape.ts";

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
  const sizes = isByPoint(window)
    ? { xHeight: 1, xWidth: height * width, dyHeight: 1, dyWidth: dyHeight * dyWidth }
    : { xHeight: height, xWidth: width, dyHeight, dyWidth };
  const moving = movingOperand({ ...sizes, inputs, outputs }, window);
  const common = moving === "x" ? sizes.dyWidth : sizes.xWidth;
  const row = rowFor(common, { batch, blockSize, rows: sizes.dyHeight });
  if (row.length > MOST_WASTE * common) return undefined;
  return { blockSize, moving, ...row, ...sizes, groups: batch / row.packed, inputs, outputs };
}

/** True for a convolution of every position by itself. */
export function isByPoint({ kernel, strides, pads }: Window): boolean {
  return [...kernel, ...strides].every((length) => length === 1) && pads.every((pad) => pad === 0);
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

/** x in rows of the lanes' length, column by column of the kernel as each saw it: [images, H, channels, packed, length]. */
export function xByColumns(
  g: Operations,
  { image, isBlocked }: { image: Value; isBlocked: boolean },
  { window, lanes }: LanesAt,
): (column: number) => Value {
  const { length, blockSize } = lanes;
  const [stride] = window.strides.slice(1);
  const seenFrom = (first: number): Value => {
    const whole = reshape(g, image, [image.shape[0], lanes.inputs, lanes.xHeight, lanes.xWidth]);
    const seen = columnsFrom(g, whole, { first, stride, length, blockSize });
    return splitIntoLanes(g, seen, { ...lanes, xWidth: length, isBlocked });
  };
  if (isBlocked && lanes.moving === "dy") {
    const rows = seenFrom(0);
    return () => rows;
  }
  if (isBlocked && stride > 1) return (column) => seenFrom(column * window.dilations[1] - window.pads[1]);
  const rows = splitIntoLanes(g, image, { ...lanes, isBlocked });
  return planesOf(g, rows, { window, lanes });
}

/** A convolution's window and how its operands are laid out. */
export interface LanesAt {
  readonly window: Window;
  readonly lanes: Lanes;
}

/** An image as [images, H, channels, packed, W]. */
function splitIntoLanes(
  g: Operations,
  image: Value,
  { packed, xHeight, xWidth, inputs, isBlocked, ...lanes }: Lanes & { isBlocked: boolean },
): Value {
  const images = image.shape[0] / packed;
  const blockSize = isBlocked ? lanes.blockSize : 1;
  const blocks = inputs / blockSize;
  const split = reshape(g, image, [images, packed, blocks, xHeight, xWidth * blockSize]);
  // [images, H, blocks, packed, W * block]
  const ordered = transpose(g, split, [0, 3, 2, 1, 4]);
  const shape = [images, xHeight, inputs, packed, xWidth];
  if (blockSize === 1) return reshape(g, ordered, shape);
  const lines = reshape(g, ordered, [images * xHeight * blocks, blockSize, 1, packed * xWidth]);
  return reshape(g, g.op("ReorderOutput", [lines], { channels: blockSize }, { domain: BLOCKED_DOMAIN }), shape);
}

/** What each column of the kernel saw of rows of x: every stride-th place is a plane, and a column sees one, moved. */
function planesOf(g: Operations, rows: Value, { window, lanes }: LanesAt): (column: number) => Value {
  const stride = lanes.moving === "x" ? window.strides[1] : 1;
  const planes = new Map<number, Value>();
  const planeFrom = (first: number): Value =>
    stride === 1 ? rows : g.slice(rows, { starts: [first], ends: [lanes.xWidth], axes: [4], steps: [stride] });
  return (column) => {
    const first = lanes.moving === "x" ? column * window.dilations[1] - window.pads[1] : 0;
    const shift = Math.floor(first / stride);
    const at = first - shift * stride;
    const plane = planes.get(at) ?? planeFrom(at);
    planes.set(at, plane);
    return g.pad(plane, [0, 0, 0, 0, -shift, 0, 0, 0, 0, lanes.length - plane.shape[4] + shift]);
  };
}

/** Blocked dy where one column of the kernel met x, as [images, blocks, H, packed, length * block]. */
export function dyAtColumn(g: Operations, dy: Value, { window, column, lanes }: LanesAt & { column: number }): Value {
  const { packed, length, dyHeight, dyWidth, blockSize, moving } = lanes;
  const [batch, channels] = dy.shape;
  const first = moving === "dy" ? window.pads[1] - column * window.dilations[1] : 0;
  const image = reshape(g, dy, [batch, channels, dyHeight, dyWidth]);
  const moved = columnsFrom(g, image, { first, stride: 1, length, blockSize });
  if (packed === 1) return moved;
  const split = reshape(g, moved, [batch / packed, packed, channels / blockSize, dyHeight, length * blockSize]);
  return transpose(g, split, [0, 2, 3, 1, 4]);
}

/**
 * The columns first, first + stride, … of a blocked image, `length` of them; those outside of it are zeros.
 *
 * A convolution of each channel with a kernel of one 1: the fastest way to do it, on all threads.
 */
export function columnsFrom(
  g: Operations,
  image: Value,
  { first, stride, length, blockSize }: { first: number; stride: number; length: number; blockSize: number },
): Value {
  const [, channels, , width] = image.shape;
  if (first === 0 && stride === 1 && length === width) return image;
  const [left, tap] = [Math.max(0, -first), Math.max(0, first)];
  const last = stride * (length - 1);
  // zeros after the 1 take the place of columns that are too many
  const taps = Math.max(tap + 1, width + left - last);
  const kernel = Float32Array.from({ length: channels * taps }, (_, index) =>
    Math.floor(index / blockSize) % taps === tap ? 1 : 0,
  );
  return g.op(
    "Conv",
    [image, g.constant(float32(kernel, [channels, 1, 1, taps]))],
    { kernel_shape: [1, taps], strides: [1, stride], pads: [0, left, 0, last + taps - width - left], group: channels },
    { domain: BLOCKED_DOMAIN },
  );
}
