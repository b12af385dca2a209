/** @file The gradient of Conv with a stride in its input, on blocked images. */

import { BLOCKED_DOMAIN, type Value, windowOf } from "../../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../../context.ts";
import { factorOut, perOutput } from "./factor-out.ts";
import { interleave } from "./interleave.ts";
import { backwardWeights, filledWeights } from "./weights.ts";

/** How every n-th row (or column) of the input comes from the output's, for one of n offsets. */
interface Phase {
  /** Positions in the kernel, in the order in which they meet the rows of the output. */
  readonly taps: readonly number[];
  readonly pads: readonly [number, number];
}

/**
 * Rows h = stride q + r of the input see the kernel's positions i = r + pad (mod stride) alone, those of the output at
 * q + (r + pad - i) / stride: a convolution of dy with stride 1 by a part of the kernel, for every r and column.
 */
export function stridedGradInput(context: LoweringContext, group: number): ReturnType<BlockedLowering> {
  const { g, node, output, layouts } = context;
  const [dy, weight] = [node.input(0), node.input(1)];
  const { blockSize = 1 } = layouts;
  const [, , ...spatial] = output.shape;
  const kernel = weight.shape.slice(2);
  const { strides, dilations, pads } = windowOf(node, spatial, kernel);
  if (dilations.some((dilation) => dilation !== 1)) return undefined;
  const [rows, columns] = spatial.map((length, axis) =>
    phasesOf({ length, kernel: kernel[axis], stride: strides[axis], pad: pads[axis], outputs: dy.shape[axis + 2] }),
  );
  if (rows === undefined || columns === undefined) return undefined;
  const { image, scaled } = gradientAndWeights(context);
  const partOf = (row: Phase, column: Phase): Value | undefined => {
    const taps = row.taps.flatMap((i) => column.taps.map((j) => i * kernel[1] + j));
    if (taps.length === 0) return undefined;
    const part = { taps, kernel: [row.taps.length, column.taps.length] };
    const attributes = {
      kernel_shape: part.kernel,
      pads: [row.pads[0], column.pads[0], row.pads[1], column.pads[1]],
      group,
    };
    const inputs = [image, backwardWeights(g, scaled, { blockSize, part })];
    return g.op("Conv", inputs, attributes, { domain: BLOCKED_DOMAIN });
  };
  const parts = rows.map((row) => columns.map((column) => partOf(row, column)));
  return { blocked: interleave(g, parts, blockSize) };
}

/** The two operands of a ConvGradInput with whole blocks of channels; a factor that dy lacks goes to the weights. */
export function gradientAndWeights({ g, node, output, layouts }: LoweringContext): { image: Value; scaled: Value } {
  const [dy, weight] = [node.input(0), node.input(1)];
  const inputs = node.int("group", 1) === 1 ? layouts.blockedChannels(output) : weight.shape[1];
  const filled = filledWeights(g, layouts.plain(weight), [layouts.blockedChannels(dy), inputs]);
  const { image, factor } = factorOut(layouts, dy, weight);
  return { image, scaled: perOutput(g, filled, factor) };
}

/** One phase for each offset below the stride; undefined where the input does not divide into them. */
function phasesOf({
  length,
  kernel,
  stride,
  pad,
  outputs,
}: {
  length: number;
  kernel: number;
  stride: number;
  pad: number;
  outputs: number;
}): Phase[] | undefined {
  if (length % stride !== 0) return undefined;
  const phases = Array.from({ length: stride }, (_, r): Phase => {
    const first = (r + pad) % stride;
    const count = Math.max(0, Math.ceil((kernel - first) / stride));
    const taps = Array.from({ length: count }, (_unused, t) => first + stride * (count - 1 - t));
    const ahead = (r + pad - first) / stride;
    return { taps, pads: [count - 1 - ahead, length / stride + ahead - outputs] };
  });
  return phases.some(({ taps, pads }) => taps.length > 0 && pads.some((p) => p < 0)) ? undefined : phases;
}
