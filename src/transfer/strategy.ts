/** @file What a strategy is: a recipe of what starts where and what trains. */

import type { Network } from "../engine/nn/index.ts";
import type { FreezePlan, LayerPlan } from "./freeze-plan.ts";

export interface StrategyOptions {
  /** How the lowest trained layer starts, for strategies with a trained layer below the head. */
  readonly firstLayer: LayerPlan["starts"];
}

export interface Strategy {
  /** As people read it in a legend: `fine-tune one layer`. */
  readonly label: string;
  /** One sentence for lists and reports. */
  readonly description: string;
  /** Random weights, the source run's, or those of the same seed's run of another strategy. */
  readonly startsFrom: "random" | "source" | { readonly strategy: string };
  plan(network: Network, options: StrategyOptions): FreezePlan;
}
