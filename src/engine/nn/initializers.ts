/** @file Initial values of parameters. */

import { type RandomStream, type Shape, type Tensor, float32, sizeOf } from "../../core/index.ts";

/** Fills a new tensor; fans are taken from the shape [out, in, kernel…]. */
export type Initializer = (shape: Shape, random: RandomStream) => Tensor<"float32">;

/** Initializers by name. */
export const initializers = {
  zeros: (shape) => fill(shape, () => 0),
  ones: (shape) => fill(shape, () => 1),
  /** Uniform in ±sqrt(6 / (fanIn + fanOut)). Source: Glorot and Bengio 2010, equation 16. */
  glorotUniform: (shape, random) => {
    const { fanIn, fanOut } = fansOf(shape);
    return uniform(shape, random, Math.sqrt(6 / (fanIn + fanOut)));
  },
  /** Normal with standard deviation sqrt(2 / (fanIn + fanOut)). Source: Glorot and Bengio 2010. */
  glorotNormal: (shape, random) => {
    const { fanIn, fanOut } = fansOf(shape);
    return normal(shape, random, Math.sqrt(2 / (fanIn + fanOut)));
  },
  /** Uniform in ±sqrt(6 / fanIn). Source: He et al. 2015, arXiv:1502.01852. */
  heUniform: (shape, random) => uniform(shape, random, Math.sqrt(6 / fansOf(shape).fanIn)),
  /** Uniform in ±sqrt(1 / fanIn): what PyTorch starts dense layers and convolutions with. */
  torchUniform: (shape, random) => uniform(shape, random, Math.sqrt(1 / fansOf(shape).fanIn)),
  /** Normal with standard deviation sqrt(2 / fanIn). Source: He et al. 2015, arXiv:1502.01852. */
  heNormal: (shape, random) => normal(shape, random, Math.sqrt(2 / fansOf(shape).fanIn)),
} as const satisfies Record<string, Initializer>;

export type InitializerName = keyof typeof initializers;

/** Inputs and outputs that one unit is connected to: channels times kernel positions. */
export function fansOf(shape: Shape): { fanIn: number; fanOut: number } {
  const positions = sizeOf(shape.slice(2));
  return { fanIn: (shape[1] ?? 1) * positions, fanOut: (shape[0] ?? 1) * positions };
}

function uniform(shape: Shape, random: RandomStream, bound: number): Tensor<"float32"> {
  return fill(shape, () => (2 * random.uniform() - 1) * bound);
}

function normal(shape: Shape, random: RandomStream, deviation: number): Tensor<"float32"> {
  return fill(shape, () => random.normal() * deviation);
}

function fill(shape: Shape, draw: () => number): Tensor<"float32"> {
  return float32(Float32Array.from({ length: sizeOf(shape) }, draw), shape);
}
