/** @file The strategies that a study can name. */

import { unknownName } from "../../core/index.ts";
import type { Strategy } from "../strategy.ts";
import { unfrozenLastLayer } from "./as-published/unfrozen-last-layer.ts";
import { unfrozenLastTwoLayers } from "./as-published/unfrozen-last-two-layers.ts";
import { discriminative } from "./discriminative.ts";
import type { StrategyFamily } from "./families/family.ts";
import { fromLayer } from "./families/from-layer.ts";
import { lastK } from "./families/last-k.ts";
import { layerCurve } from "./families/layer-curve.ts";
import { onlyLayers } from "./families/only-layers.ts";
import { firstBlock } from "./first-block.ts";
import { full } from "./full.ts";
import { gradualUnfreezing } from "./gradual-unfreezing.ts";
import { kNearest } from "./k-nearest.ts";
import { l2Sp } from "./l2-sp.ts";
import { lastLayer } from "./last-layer.ts";
import { lastTwoLayers } from "./last-two-layers.ts";
import { linearProbe } from "./linear-probe.ts";
import { nearestMean } from "./nearest-mean.ts";
import { probeThenFull } from "./probe-then-full.ts";
import { scratch } from "./scratch.ts";

/** Strategies by name. */
export const strategies: Readonly<Record<string, Strategy>> = {
  scratch,
  "last-layer": lastLayer,
  "last-two-layers": lastTwoLayers,
  full,
  "nearest-mean": nearestMean,
  "k-nearest": kNearest,
  "linear-probe": linearProbe,
  "probe-then-full": probeThenFull,
  "gradual-unfreezing": gradualUnfreezing,
  discriminative,
  "l2-sp": l2Sp,
  "first-block": firstBlock,
  "unfrozen-last-layer": unfrozenLastLayer,
  "unfrozen-last-two-layers": unfrozenLastTwoLayers,
};

/** Strategies whose names hold a number or a layer. */
export const strategyFamilies: readonly StrategyFamily[] = [lastK, fromLayer, onlyLayers, layerCurve];

/**
 * The strategy of a name, from the table or of a family.
 *
 * @throws ConfigError naming the valid names and the nearest one.
 */
export function strategyNamed(name: string, where = "strategies"): Strategy {
  if (Object.hasOwn(strategies, name)) return strategies[name];
  for (const family of strategyFamilies) {
    const strategy = family.named(name);
    if (strategy !== undefined) return strategy;
  }
  throw unknownName(name, [...Object.keys(strategies), ...strategyFamilies.map(({ form }) => form)], where);
}
