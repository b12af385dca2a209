/** @file From image bytes to what a network is fed. */

import { float32 } from "../../core/index.ts";
import type { Operations, Value } from "../onnx/index.ts";

/** Per-channel statistics of pixel values in [0, 1]. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** images: [N, C, H, W] uint8 → (images / 255 - mean) / std, float32. */
export function normalizeImages(g: Operations, images: Value, { mean, std }: Normalization): Value {
  const shape = [1, mean.length, 1, 1];
  const scale = g.constant(
    float32(
      std.map((deviation) => 1 / (255 * deviation)),
      shape,
    ),
  );
  const shift = g.constant(
    float32(
      mean.map((value, channel) => -value / std[channel]),
      shape,
    ),
  );
  return g.add(g.mul(g.cast(images, "float32"), scale), shift);
}
