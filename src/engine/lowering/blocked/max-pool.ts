/** @file MaxPool and its gradient on blocked images. */

import { sizeOf } from "../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type RawAttribute, type Value, windowOf } from "../../onnx/index.ts";
import type { BlockedLowering } from "../context.ts";
import { wherePositive } from "./relu.ts";

export const maxPool: BlockedLowering = ({ g, node, layouts }) => {
  const x = node.input(0);
  if (!layouts.isBlocked(x)) return undefined;
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([key, { value }]) => [key, value as RawAttribute]),
  );
  return { blocked: g.op("MaxPool", [layouts.blocked(x)], attributes, { domain: BLOCKED_DOMAIN }) };
};

/**
 * For windows side by side that fill the image; dy goes to the first maximum in row-major order.
 *
 * The maxima of the rows in a window are taken first. Then dy goes to the first row whose maximum is the window's,
 * and from there to the first column that holds it. Whatever reaches the last place needs no comparison.
 * Where the pooled image is the result of a Relu whose gradient alone reads this one, that is taken in as well:
 * it is enough to clear dy where the pooled value is 0.
 */
export const maxPoolGrad: BlockedLowering = ({ g, node, output, layouts, uses }) => {
  const [x, y, dy] = [node.input(0), node.input(1), node.input(2)];
  const spatial = x.shape.slice(2);
  const window = windowOf(node, spatial);
  const { kernel } = window;
  if (!layouts.canBlock(x) || !(layouts.isBlocked(x) || layouts.isBlocked(dy))) return undefined;
  const sideBySide =
    kernel.every((length, axis) => length === window.strides[axis] && spatial[axis] % length === 0) &&
    [...window.pads, ...window.dilations.map((dilation) => dilation - 1)].every((value) => value === 0);
  if (!sideBySide) return undefined;
  const next = uses.onlyReader(output);
  const takesRelu = next?.opType === "ReluGrad" && next.inputs[0]?.name === x.name;
  const pooled = layouts.blocked(y);
  const flowing = takesRelu ? wherePositive(g, pooled, layouts.blocked(dy)) : layouts.blocked(dy);
  const blocked = spread(g, { x: layouts.blocked(x), y: pooled, dy: flowing, kernel, block: layouts.blockSize ?? 0 });
  if (takesRelu) layouts.place(next.outputs[0], { blocked });
  return { blocked };
};

function spread(
  g: Operations,
  { x, y, dy, kernel, block }: { x: Value; y: Value; dy: Value; kernel: readonly number[]; block: number },
): Value {
  const [rows, columns] = kernel;
  const rowMaxima = pool(g, x, { kernel_shape: [1, columns], strides: [1, columns] });
  // [windows from top to bottom, rows in a window, a row of the pooled image]
  const rowLength = y.shape[3] * block;
  const windows = sizeOf(y.shape) / rowLength;
  const rowShare = toFirst(g, {
    values: Array.from({ length: rows }, (_, row) =>
      part(g, g.reshape(rowMaxima, [windows, rows, rowLength]), { axis: 1, start: row, length: 1 }),
    ),
    maximum: g.reshape(y, [windows, 1, rowLength]),
    dy: g.reshape(dy, [windows, 1, rowLength]),
  });
  const dRowMaxima = g.concat(rowShare, 1);
  // [windows of one row, columns in a window with their blocks]
  const places = sizeOf(rowMaxima.shape) / block;
  const columnShare = toFirst(g, {
    values: Array.from({ length: columns }, (_, column) =>
      part(g, g.reshape(x, [places, columns * block]), { axis: 1, start: column * block, length: block }),
    ),
    maximum: g.reshape(rowMaxima, [places, block]),
    dy: g.reshape(dRowMaxima, [places, block]),
  });
  return g.reshape(g.concat(columnShare, 1), x.shape);
}

/** Shares of dy: everything to the first of `values` that equals the maximum. */
function toFirst(
  g: Operations,
  { values, maximum, dy }: { values: readonly Value[]; maximum: Value; dy: Value },
): Value[] {
  let remaining = dy;
  const shares = values.slice(0, -1).map((value) => {
    const share = g.mul(remaining, g.cast(g.equal(value, maximum), "float32"));
    remaining = g.sub(remaining, share);
    return share;
  });
  return [...shares, remaining];
}

function pool(g: Operations, x: Value, attributes: Record<string, readonly number[]>): Value {
  return g.op("MaxPool", [x], attributes, { domain: BLOCKED_DOMAIN });
}

function part(g: Operations, x: Value, range: { axis: number; start: number; length: number }): Value {
  const { axis, start, length } = range;
  return g.slice(x, { starts: [start], ends: [start + length], axes: [axis] });
}
