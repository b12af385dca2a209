/** @file Two-dimensional convolution. */

import { GraphError, type Shape, formatShape } from "../../../core/index.ts";
import { adaptedConv } from "../adapters/adapter.ts";
import { type InitializerName, initializers } from "../initializers.ts";
import type { Layer } from "../layer.ts";

export interface Conv2dOptions {
  /** Output channels. */
  filters: number;
  kernel?: number | readonly [number, number];
  stride?: number;
  /** Zeros on every side; `same` keeps the lengths at stride 1 and odd kernels. */
  padding?: number | "same";
  dilation?: number;
  /** Channel groups; as many as input channels make the convolution depthwise. */
  groups?: number;
  bias?: boolean;
  initializer?: InitializerName;
}

/** x: [N, C, H, W] → [N, filters, H', W']. Parameters `weight` [filters, C / groups, kH, kW] and `bias` [filters]. */
export function conv2d(name: string, options: Conv2dOptions): Layer {
  const {
    filters,
    kernel = 3,
    stride = 1,
    padding = "same",
    dilation = 1,
    groups = 1,
    bias = true,
    initializer = "glorotUniform",
  } = options;
  const [kernelHeight, kernelWidth] = typeof kernel === "number" ? [kernel, kernel] : kernel;
  const product = kernelHeight === 1 && kernelWidth === 1 && groups === 1 ? "[out, in]" : undefined;
  const pads = [kernelHeight, kernelWidth].map((length) =>
    padding === "same" ? (dilation * (length - 1)) / 2 : padding,
  );
  if (pads.some((pad) => !Number.isInteger(pad))) {
    throw new GraphError(`${name}: expected an odd kernel with padding "same", got ${kernelHeight} x ${kernelWidth}.`);
  }
  const attributes = {
    kernel_shape: [kernelHeight, kernelWidth],
    strides: [stride, stride],
    dilations: [dilation, dilation],
    pads: [...pads, ...pads],
    group: groups,
  };
  const outputLength = (length: number, axis: 0 | 1): number =>
    Math.floor((length + 2 * pads[axis] - dilation * ([kernelHeight, kernelWidth][axis] - 1) - 1) / stride) + 1;
  return {
    name,
    description: `conv ${kernelHeight}x${kernelWidth}, ${filters}${stride === 1 ? "" : `, stride ${stride}`}${groups === 1 ? "" : `, ${groups} groups`}`,
    outputShape: (input) => {
      const [, height, width] = imageShape(name, input);
      const output = [outputLength(height, 0), outputLength(width, 1)];
      if (output.some((length) => length < 1)) {
        throw new GraphError(
          `${name}: expected an input that a ${kernelHeight} x ${kernelWidth} kernel fits into, got ${formatShape(input)}.`,
        );
      }
      return [filters, ...output];
    },
    parameters: (input) => {
      const [channels] = imageShape(name, input);
      if (channels % groups !== 0)
        throw new GraphError(`${name}: expected input channels divisible by ${groups} groups, got ${channels}.`);
      if (filters % groups !== 0)
        throw new GraphError(`${name}: expected filters divisible by ${groups} groups, got ${filters}.`);
      const shape = [filters, channels / groups, kernelHeight, kernelWidth];
      return [
        { name: "weight", shape, initialize: initializers[initializer], role: "weight", product },
        ...(bias ? [{ name: "bias", shape: [filters], initialize: initializers.zeros, role: "bias" } as const] : []),
      ];
    },
    build: (context, x) => {
      const { g, parameter } = context;
      const y = g.op("Conv", bias ? [x, parameter("weight"), parameter("bias")] : [x, parameter("weight")], attributes);
      return product !== undefined ? adaptedConv(context, { weight: "weight", x, y, attributes }) : y;
    },
  };
}

/** @throws GraphError if the shape is not [C, H, W]. */
export function imageShape(name: string, input: Shape): readonly [number, number, number] {
  const [channels, height, width] = input;
  if (input.length !== 3) throw new GraphError(`${name}: expected an input [C, H, W], got ${formatShape(input)}.`);
  return [channels, height, width];
}
