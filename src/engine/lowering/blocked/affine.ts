/** @file A multiplication and an addition to every channel of a blocked image, in one pass. */

import { float32 } from "../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type RawAttribute, type Value } from "../../onnx/index.ts";

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
