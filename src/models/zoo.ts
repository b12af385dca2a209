/** @file The architectures that a study can name. */

import type { Shape } from "../core/index.ts";
import type { Network } from "../engine/nn/index.ts";
import { classicCnn } from "./classic-cnn.ts";

/** Makes a network for an input shape [C, H, W] and a number of classes. */
export type Architecture = (options: { inputShape: Shape; numClasses: number }) => Network;

/** Architectures by name. */
export const architectures = {
  "classic-cnn": classicCnn,
} as const satisfies Record<string, Architecture>;
