/** @file Slices and padding of blocked images. */

import { float32, sameShape } from "../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type Value, sliceRanges } from "../../onnx/index.ts";
import type { BlockedLowering } from "../context.ts";
import { interleave } from "./convolutions/interleave.ts";
import { forwardWeights } from "./convolutions/weights.ts";

/** Every n-th row and column from the first on, or some of the channels. */
export const slice: BlockedLowering = ({ g, node, output, layouts }) => {
  const x = node.input(0);
  if (!layouts.canBlock(x) || !layouts.canBlock(output) || !layouts.isBlocked(x)) return undefined;
  const ranges = sliceRanges(node);
  const steps = ranges.map(({ step }) => step);
  if (isStrided({ starts: ranges.map(({ start }) => start), steps, x: x.shape, y: output.shape })) {
    const attributes = { kernel_shape: [1, 1], strides: steps.slice(2) };
    return { blocked: g.op("MaxPool", [layouts.blocked(x)], attributes, { domain: BLOCKED_DOMAIN }) };
  }
  const [images, channels, ...spatial] = ranges;
  const isWhole = [images, ...spatial].every(({ start, step }) => start === 0 && step === 1);
  if (!isWhole || channels.step !== 1 || !sameShape(withoutChannels(x), withoutChannels(output))) return undefined;
  return { blocked: withChannels(g, layouts.blocked(x), { count: output.shape[1], first: -channels.start, layouts }) };
};

/** Channels of zeros in front or at the end. */
export const pad: BlockedLowering = ({ g, node, output, layouts }) => {
  const x = node.input(0);
  if (!layouts.canBlock(x) || !layouts.canBlock(output) || !layouts.isBlocked(x)) return undefined;
  const before = node.constantInts(1).slice(0, 4);
  const value = node.optionalInput(2);
  const isZero = value === null || Number(g.constantOf(layouts.plain(value))?.data[0]) === 0;
  const isOfChannels = before.every((count, axis) => axis === 1 || count === 0) && before[1] >= 0;
  if (node.string("mode", "constant") !== "constant" || !isZero || !isOfChannels) return undefined;
  if (!sameShape(withoutChannels(x), withoutChannels(output)) || output.shape[1] < before[1] + x.shape[1]) {
    return undefined;
  }
  return { blocked: withChannels(g, layouts.blocked(x), { count: output.shape[1], first: before[1], layouts }) };
};

/** Where every n-th row and column was taken. */
export const sliceGrad: BlockedLowering = ({ g, node, output, layouts }) => {
  const dy = node.input(0);
  if (!layouts.canBlock(dy) || !layouts.canBlock(output) || !layouts.isBlocked(dy)) return undefined;
  const [starts, steps] = [node.ints("starts") ?? [], node.ints("steps") ?? []];
  if (!isStrided({ starts, steps, x: output.shape, y: dy.shape })) return undefined;
  const [rows, columns] = steps.slice(2);
  if (dy.shape[2] * rows !== output.shape[2] || dy.shape[3] * columns !== output.shape[3]) return undefined;
  const image = layouts.blocked(dy);
  const parts = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_unused, j) => (i === 0 && j === 0 ? image : undefined)),
  );
  return { blocked: interleave(g, parts, layouts.blockSize ?? 1) };
};

/** True for every n-th row and column of all of x. */
function isStrided({ starts, steps, x, y }: Record<"starts" | "steps" | "x" | "y", readonly number[]>): boolean {
  return (
    starts.every((start) => start === 0) &&
    steps.every((step, axis) => step > 0 && (step === 1 || axis > 1) && y[axis] === Math.ceil(x[axis] / step)) &&
    steps.some((step) => step > 1)
  );
}

function withoutChannels({ shape: [batch, , ...spatial] }: Value): number[] {
  return [batch, ...spatial];
}

/**
 * `count` channels, those of the image from `first` on; outside of them zeros, and what has no place is left out.
 *
 * A convolution by 1x1 with a kernel of ones and zeros: channels need not move by whole blocks.
 */
function withChannels(
  g: Operations,
  image: Value,
  { count, first, layouts }: { count: number; first: number; layouts: { blockSize: number | undefined } },
): Value {
  const [, channels] = image.shape;
  const weights = new Float32Array(count * channels);
  for (let channel = 0; channel < channels; channel++) {
    const place = channel + first;
    if (place >= 0 && place < count) weights[place * channels + channel] = 1;
  }
  const kernel = g.constant(float32(weights, [count, channels, 1, 1]));
  const inputs = [image, forwardWeights(g, kernel, layouts.blockSize ?? 1)];
  return g.op("Conv", inputs, { kernel_shape: [1, 1] }, { domain: BLOCKED_DOMAIN });
}
