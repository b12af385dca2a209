/** @file The gradient of Conv in its input. */

import type { NodeView, Operations, Value, Window } from "../../onnx/index.ts";
import { slidLengths, windowOf } from "../../onnx/index.ts";

/**
 * A transposed convolution. With stride 1 it is a plain convolution of dy with the kernel flipped
 * and its channel axes swapped, which runs at the speed of the forward pass.
 */
export function convGradInput(g: Operations, node: NodeView): Value {
  const [dy, weight] = [node.input(0), node.input(1)];
  const inputShape = node.ints("input_shape") ?? [];
  const spatial = inputShape.slice(2);
  const window = windowOf(node, spatial, weight.shape.slice(2));
  const group = node.int("group", 1);
  const pads = flipPads(window, spatial.length);
  if (window.strides.every((stride) => stride === 1) && pads.every((pad) => pad >= 0)) {
    const { kernel: kernel_shape, dilations } = window;
    return g.conv(dy, flipKernel(g, weight, group), { kernel_shape, dilations, pads, group });
  }
  const uncovered = uncoveredLengths(window, spatial);
  return g.op("ConvTranspose", [dy, weight], {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: window.pads,
    output_padding: uncovered,
    group,
  });
}

/** pad' = dilation (kernel - 1) - pad, on either side. */
export function flipPads({ kernel, dilations, pads }: Window, rank: number): number[] {
  return pads.map((pad, index) => dilations[index % rank] * (kernel[index % rank] - 1) - pad);
}

/** Input positions at the end that the last window does not reach. */
function uncoveredLengths(window: Window, spatial: readonly number[]): number[] {
  return slidLengths(spatial, window).map((length, axis) => {
    const padded = spatial[axis] + window.pads[axis] + window.pads[axis + spatial.length];
    return padded - ((length - 1) * window.strides[axis] + (window.kernel[axis] - 1) * window.dilations[axis] + 1);
  });
}

/** [O, C / group, kernel…] → [C, O / group, flipped kernel…], group by group. */
function flipKernel(g: Operations, weight: Value, group: number): Value {
  const [outputs, inputsPerGroup, ...kernel] = weight.shape;
  const axes = kernel.map((_, axis) => axis + 3);
  const grouped = g.reshape(weight, [group, outputs / group, inputsPerGroup, ...kernel]);
  const swapped = g.transpose(grouped, [0, 2, 1, ...axes]);
  const joined = g.reshape(swapped, [group * inputsPerGroup, outputs / group, ...kernel]);
  if (kernel.every((length) => length === 1)) return joined;
  return g.slice(joined, {
    starts: kernel.map(() => -1),
    ends: kernel.map(() => Number.MIN_SAFE_INTEGER),
    axes: kernel.map((_, axis) => axis + 2),
    steps: kernel.map(() => -1),
  });
}
