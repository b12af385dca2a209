/** @file A multiplication and an addition to every channel of a blocked image, in one pass. */

import { float32, sizeOf } from "../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type RawAttribute, type Value } from "../../onnx/index.ts";
import type { Layouts } from "../layouts.ts";

/** factor * image + offset; both are [C], 1 and 0 where they are left out. */
export interface Affine {
  /** Blocked. */
  readonly image: Value;
  readonly factor?: Value;
  readonly offset?: Value;
}

/** What else the pass may do: add another blocked image, and apply an activation to the result. */
export interface AffineExtras {
  summand?: Value;
  activation?: Activation;
}

/** An activation that blocked convolutions have. */
export type Activation = "Relu" | { readonly low: number; readonly high: number };

/** How many times larger than the weights an image is for a factor to go to the weights. */
const LEAST_TIMES_LARGER = 2;

/** A depthwise convolution by 1x1. */
export function affineImage(
  g: Operations,
  { image, factor, offset }: Affine,
  { summand, activation }: AffineExtras = {},
): Value {
  const [, channels] = image.shape;
  const weights =
    factor === undefined
      ? g.constant(float32(new Float32Array(channels).fill(1), [channels, 1, 1, 1]))
      : g.reshape(factor, [channels, 1, 1, 1]);
  const attributes = { kernel_shape: [1, 1], group: channels, ...activationAttributes(activation) };
  return g.op("Conv", [image, weights, offset ?? null, summand ?? null], attributes, { domain: BLOCKED_DOMAIN });
}

/** The attributes by which a blocked Conv applies an activation. */
export function activationAttributes(activation: Activation | undefined): Record<string, RawAttribute> {
  if (activation === undefined) return {};
  if (activation === "Relu") return { activation };
  return { activation: "Clip", activation_params: [activation.low, activation.high] };
}

/**
 * A blocked gradient whose factor, one an output channel, can as well go to the weights that it meets.
 *
 * Without a factor where it has none, or where the weights are not much smaller.
 */
export function factored(
  layouts: Pick<Layouts, "affine" | "blocked">,
  gradient: Value,
  weight: Value,
): { image: Value; factor?: Value } {
  const affine = layouts.affine(gradient);
  const pays = sizeOf(gradient.shape) >= LEAST_TIMES_LARGER * sizeOf(weight.shape);
  if (affine?.factor === undefined || affine.offset !== undefined || !pays) return { image: layouts.blocked(gradient) };
  return { image: affine.image, factor: affine.factor };
}

/** Weights [O, …], each output's times a factor. */
export function perOutput(g: Operations, weight: Value, factor: Value | undefined): Value {
  if (factor === undefined) return weight;
  const [outputs] = weight.shape;
  return g.reshape(
    g.mul(g.reshape(weight, [outputs, sizeOf(weight.shape) / outputs]), g.reshape(factor, [outputs, 1])),
    weight.shape,
  );
}
