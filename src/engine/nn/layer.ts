/** @file What a layer is: its parameters, and how it adds itself to a graph. */

import type { Shape } from "../../core/index.ts";
import type { Operations, Value } from "../onnx/index.ts";
import type { Initializer } from "./initializers.ts";

/** One tensor that a layer owns. */
export interface ParameterSpec {
  /** Inside its layer: `weight`, `bias`, `running_mean`. */
  readonly name: string;
  readonly shape: Shape;
  readonly initialize: Initializer;
  /** Weights and biases are trained; statistics are kept by the layer itself. */
  readonly role: "weight" | "bias" | "statistic";
  /** True for the scale and shift of a normalization. */
  readonly normalizes?: boolean | undefined;
  /** True for what differs from token to token: their positions, and tokens that no image has. */
  readonly embeds?: boolean | undefined;
  /** How it lies, where all that the layer does with it is to multiply by it: a matrix, or the kernel of a 1x1 convolution. */
  readonly product?: ProductForm | undefined;
  /** True for one of the two thin matrices beside such a product. */
  readonly adapts?: boolean | undefined;
}

/** Axes of a product's matrix; a kernel has two more, of length 1. */
export type ProductForm = "[out, in]" | "[in, out]";

/** Two thin matrices, [rank, in] and [out, rank], whose product times `scale` is added to a frozen one. */
export interface Adapter {
  readonly down: Value;
  readonly up: Value;
  readonly scale: number;
}

/** What a layer may ask for while it builds. */
export interface LayerContext {
  readonly g: Operations;
  /** True in a training graph, for layers that train: dropout drops, batch normalization measures its batch. */
  readonly training: boolean;
  /** True if layers in training form keep their statistics and normalize with them, as for inference. */
  readonly keepsStatistics: boolean;
  /** The value of one of the layer's parameters. */
  parameter(name: string): Value;
  /** The adapter beside the product with one of them; null where it has none. */
  adapter(name: string): Adapter | null;
  /** A random mask that is drawn for every step: 1 / keep with probability `keep`, else 0. */
  mask(shape: Shape, keep: number): Value;
  /** Gives a statistic its value after this step. */
  update(name: string, value: Value): void;
  /** The same context for a layer inside this one. */
  inside(name: string): LayerContext;
}

/** A step of a network. Shapes leave out the batch axis. */
export interface Layer {
  readonly name: string;
  /** What it is, as a model summary shows it: `conv 3x3, 32`. */
  readonly description: string;
  /** True for layers without parameters that act at random in training, such as dropout. */
  readonly randomInTraining?: boolean;
  /** @throws GraphError if the layer does not fit the input. */
  outputShape(input: Shape): Shape;
  parameters(input: Shape): readonly ParameterSpec[];
  /** x: [N, …input]. Returns [N, …outputShape(input)]. */
  build(context: LayerContext, x: Value): Value;
}
