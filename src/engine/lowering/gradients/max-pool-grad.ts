/** @file The gradient of MaxPool. */

import { type NodeView, type Operations, type Value, type Window, windowOf } from "../../onnx/index.ts";
import { isSideBySide, spreadToFirst } from "./side-by-side-windows.ts";
import { type WindowPosition, kernelOffsets, seenAt } from "./windows.ts";

/**
 * dy goes to each window's first maximum in row-major order, as in PyTorch and TensorFlow.
 *
 * Where windows may overlap, for every position inside them: where x there equals the maximum and no earlier position
 * did, dy flows to it. The shares of overlapping windows add up.
 */
export function maxPoolGrad(g: Operations, node: NodeView): Value {
  const [x, y, dy] = [node.input(0), node.input(1), node.input(2)];
  const spatial = x.shape.slice(2);
  const window = windowOf(node, spatial);
  if (spatial.length === 2 && isSideBySide(spatial, window)) return spreadSideBySide(g, { x, y, dy, window });
  const begins = window.pads.slice(0, spatial.length);
  const reaches = spatial.map(
    (_, axis) =>
      (y.shape[axis + 2] - 1) * window.strides[axis] + (window.kernel[axis] - 1) * window.dilations[axis] + 1,
  );
  const ends = spatial.map((length, axis) => Math.max(0, reaches[axis] - length - begins[axis]));
  const lowest = g.scalar(-3.4028234663852886e38);
  const padded = padWith(g, x, { begins, ends, value: lowest });
  let remaining = dy;
  let total: Value | undefined;
  for (const offset of kernelOffsets(window.kernel)) {
    const seen = seenAt(g, padded, { offset, window, lengths: y.shape.slice(2) });
    const isMaximum = g.equal(seen, y);
    const share = g.where(isMaximum, remaining, g.scalar(0));
    remaining = g.where(isMaximum, g.scalar(0), remaining);
    const placed = placeAt(g, share, { offset, window, lengths: padded.shape.slice(2) });
    total = total === undefined ? placed : g.add(total, placed);
  }
  const stops = spatial.map((length, axis) => begins[axis] + length);
  return g.slice(total ?? x, { starts: begins, ends: stops, axes: spatial.map((_, axis) => axis + 2) });
}

/** Channels go last for a while, so that what moves are runs of channels. */
function spreadSideBySide(
  g: Operations,
  { x, y, dy, window }: { x: Value; y: Value; dy: Value; window: Window },
): Value {
  const [batch, channels, height, width] = x.shape;
  const [lastX, lastY, lastDy] = [x, y, dy].map((image) => g.transpose(image, [0, 2, 3, 1]));
  const images = { x: lastX, y: lastY, dy: lastDy, width: y.shape[3], inner: channels, kernel: window.kernel };
  const spread = g.reshape(spreadToFirst(g, images), [batch, height, width, channels]);
  return g.transpose(spread, [0, 3, 1, 2]);
}

function padWith(
  g: Operations,
  x: Value,
  { begins, ends, value }: { begins: readonly number[]; ends: readonly number[]; value: Value },
): Value {
  if ([...begins, ...ends].every((length) => length === 0)) return x;
  return g.op("Pad", [x, g.ints([0, 0, ...begins, 0, 0, ...ends]), value], { mode: "constant" });
}

/** A share put back where its window position came from, zeros elsewhere. */
function placeAt(g: Operations, share: Value, { offset, window, lengths }: WindowPosition): Value {
  let spread = share;
  window.strides.forEach((stride, axis) => {
    spread = g.spaceOut(spread, { axis: axis + 2, step: stride });
  });
  const starts = offset.map((k, axis) => k * window.dilations[axis]);
  const cut = lengths.map((length, axis) => Math.min(spread.shape[axis + 2], length - starts[axis]));
  const trimmed = g.slice(spread, { starts: cut.map(() => 0), ends: cut, axes: cut.map((_, axis) => axis + 2) });
  const ends = lengths.map((length, axis) => length - starts[axis] - cut[axis]);
  return g.pad(trimmed, [0, 0, ...starts, 0, 0, ...ends]);
}
