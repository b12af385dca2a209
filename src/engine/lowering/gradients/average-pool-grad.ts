/** @file The gradient of AveragePool: a transposed convolution with a kernel of ones. */

import { type Shape, type Tensor, float32, sizeOf } from "../../../core/index.ts";
import { type NodeView, type Operations, type Value, type Window, windowOf } from "../../onnx/index.ts";

/** Every position of a window receives dy / (number of positions that were averaged). */
export function averagePoolGrad(g: Operations, node: NodeView): Value {
  const dy = node.input(0);
  const inputShape = node.ints("input_shape") ?? [];
  const spatial = inputShape.slice(2);
  const outputs = dy.shape.slice(2);
  const window = windowOf(node, spatial);
  const counts = windowCounts(spatial, { window, outputs, countPadding: node.int("count_include_pad", 0) === 1 });
  // channels join the batch axis, so that one single-channel kernel serves them all
  const single = g.reshape(g.div(dy, g.constant(counts)), [dy.shape[0] * dy.shape[1], 1, ...outputs]);
  const ones = g.constant(float32(new Float32Array(sizeOf(window.kernel)).fill(1), [1, 1, ...window.kernel]));
  const spread = g.op("ConvTranspose", [single, ones], { strides: window.strides, dilations: window.dilations });
  return g.reshape(cropToInput(g, spread, { spatial, begins: window.pads }), inputShape);
}

/** How many positions each window averages over, [1, 1, outputs…]. */
function windowCounts(
  spatial: Shape,
  { window, outputs, countPadding }: { window: Window; outputs: Shape; countPadding: boolean },
): Tensor<"float32"> {
  const perAxis = outputs.map((length, axis) =>
    Array.from({ length }, (_, output) => {
      const first = output * window.strides[axis] - window.pads[axis];
      const [low, high] = countPadding
        ? [-window.pads[axis], spatial[axis] + window.pads[axis + spatial.length]]
        : [0, spatial[axis]];
      const positions = Array.from({ length: window.kernel[axis] }, (_unused, k) => first + k * window.dilations[axis]);
      return positions.filter((position) => position >= low && position < high).length;
    }),
  );
  const counts = perAxis.reduce((left, right) => left.flatMap((a) => right.map((b) => a * b)), [1]);
  return float32(counts, [1, 1, ...outputs]);
}

/** The part of the padded positions that belongs to the input; zeros where no window reached. */
function cropToInput(g: Operations, spread: Value, { spatial, begins }: { spatial: Shape; begins: Shape }): Value {
  const axes = spatial.map((_, axis) => axis + 2);
  const starts = spatial.map((_, axis) => begins[axis]);
  const ends = spatial.map((length, axis) => Math.min(spread.shape[axis + 2], begins[axis] + length));
  const missing = spatial.map((length, axis) => begins[axis] + length - ends[axis]);
  return g.pad(g.slice(spread, { starts, ends, axes }), [0, 0, ...spatial.map(() => 0), 0, 0, ...missing]);
}
