/** @file Pooling layers. */

import { GraphError, formatShape } from "../../../core/index.ts";
import type { Layer } from "../layer.ts";
import { imageShape } from "./conv2d.ts";

export interface Pool2dOptions {
  size?: number;
  /** The window's size when left out: windows side by side. */
  stride?: number;
  padding?: number;
}

/** x: [N, C, H, W] → [N, C, H', W']; lengths that do not fill a window are cut off. */
export function maxPool2d(name: string, options: Pool2dOptions = {}): Layer {
  return pool2d(name, "MaxPool", options);
}

/** Like {@link maxPool2d} with the mean; padding is not counted. */
export function averagePool2d(name: string, options: Pool2dOptions = {}): Layer {
  return pool2d(name, "AveragePool", options);
}

/** x: [N, C, H, W] → [N, C], the mean over all positions. */
export function globalAveragePool(name: string): Layer {
  return {
    name,
    description: "global average pool",
    outputShape: (input) => [imageShape(name, input)[0]],
    parameters: () => [],
    build: ({ g }, x) => g.op("Flatten", [g.op("GlobalAveragePool", [x])], { axis: 1 }),
  };
}

function pool2d(
  name: string,
  opType: "MaxPool" | "AveragePool",
  { size = 2, stride = size, padding = 0 }: Pool2dOptions,
): Layer {
  const outputLength = (length: number): number => Math.floor((length + 2 * padding - size) / stride) + 1;
  return {
    name,
    description: `${opType === "MaxPool" ? "max" : "average"} pool ${size}x${size}${stride === size ? "" : `, stride ${stride}`}`,
    outputShape: (input) => {
      const [channels, height, width] = imageShape(name, input);
      if (outputLength(height) < 1 || outputLength(width) < 1) {
        throw new GraphError(`${name}: expected an input of at least ${size} x ${size}, got ${formatShape(input)}.`);
      }
      return [channels, outputLength(height), outputLength(width)];
    },
    parameters: () => [],
    build: ({ g }, x) =>
      g.op(opType, [x], {
        kernel_shape: [size, size],
        strides: [stride, stride],
        pads: [padding, padding, padding, padding],
      }),
  };
}
