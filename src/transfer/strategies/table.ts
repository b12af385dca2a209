/** @file The strategies that a study can name. */

import type { Strategy } from "../strategy.ts";
import { lastLayer } from "./last-layer.ts";
import { lastTwoLayers } from "./last-two-layers.ts";
import { scratch } from "./scratch.ts";
import { unfrozenLastLayer } from "./unfrozen-last-layer.ts";
import { unfrozenLastTwoLayers } from "./unfrozen-last-two-layers.ts";

/** Strategies by name. */
export const strategies: Readonly<Record<string, Strategy>> = {
  scratch,
  "last-layer": lastLayer,
  "last-two-layers": lastTwoLayers,
  "unfrozen-last-layer": unfrozenLastLayer,
  "unfrozen-last-two-layers": unfrozenLastTwoLayers,
};
