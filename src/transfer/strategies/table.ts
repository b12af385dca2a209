/** @file The strategies that a study can name. */

import { ConfigError, type Fields, type ValuesOf, list, unknownName } from "../../core/index.ts";
import type { Strategy } from "../strategy.ts";
import { unfrozenLastLayer } from "./as-published/unfrozen-last-layer.ts";
import { unfrozenLastTwoLayers } from "./as-published/unfrozen-last-two-layers.ts";
import { bitfit } from "./parts/bitfit.ts";
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
import { lora } from "./parts/lora.ts";
import { normTuning } from "./parts/norm-tuning.ts";
import { probeThenFull } from "./probe-then-full.ts";
import { scratch } from "./scratch.ts";

const table = {
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
  bitfit,
  "norm-tuning": normTuning,
  lora,
  "l2-sp": l2Sp,
  "first-block": firstBlock,
  "unfrozen-last-layer": unfrozenLastLayer,
  "unfrozen-last-two-layers": unfrozenLastTwoLayers,
} satisfies Readonly<Record<string, Strategy>>;

const families = [lastK, fromLayer, onlyLayers, layerCurve] as const;

/** Strategies by name. */
export const strategies: Readonly<Record<string, Strategy>> = table;

/** Strategies whose names hold a number or a layer. */
export const strategyFamilies: readonly StrategyFamily[] = families;

type FieldsIn<T> = { [Name in keyof T]: T[Name] extends { own: { fields: infer F extends Fields } } ? F : never };
type OwnFields = FieldsIn<typeof table>[keyof typeof table] | FieldsIn<typeof families>[number];
type NamesOf<F> = F extends Fields ? keyof F : never;
type Named<F, Name> = F extends Fields ? F[Name & keyof F] : never;

/** Options by name that one strategy or family alone has, and whose they are. */
export const ownOptions = Object.fromEntries(
  [...Object.entries(strategies), ...strategyFamilies.map((family) => [family.form, family] as const)].flatMap(
    ([owner, { own }]) => Object.entries(own?.fields ?? {}).map(([name, field]) => [name, { owner, field }]),
  ),
) as { readonly [Name in NamesOf<OwnFields>]: { readonly owner: string; readonly field: Named<OwnFields, Name> } };

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

/**
 * The same with what is said of its own options.
 *
 * @throws ConfigError if an option is another's.
 */
export function strategyWith(name: string, said: Partial<ValuesOf<Fields>>): Strategy {
  const strategy = strategyNamed(name);
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const owners: Readonly<Record<string, { readonly owner: string }>> = ownOptions;
  const foreign = Object.keys(given).find((option) => !Object.hasOwn(strategy.own?.fields ?? {}, option));
  if (foreign === undefined) return strategy.own?.choose(given) ?? strategy;
  const { owner } = owners[foreign];
  const theirs = Object.keys(owners).filter((option) => owners[option].owner === owner);
  throw new ConfigError(
    `strategies: expected ${list(theirs)} for ${owner} alone, got ${theirs.length === 1 ? foreign : "them"} for "${name}".`,
  );
}
