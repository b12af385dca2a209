/** @file What a strategy is: a recipe of what starts where, and what trains when. */

import { type Fields, type ValuesOf, defaultsOf } from "../core/index.ts";
import type { Network } from "../engine/nn/index.ts";
import type { FreezePlan, LayerPlan } from "./freeze-plan.ts";

export interface StrategyOptions {
  /** How the lowest trained layer starts, for strategies with a trained layer below the head; transferred when left out. */
  readonly firstLayer?: LayerPlan["starts"];
  /** How the head starts: `kept` takes over the source's, whose classes must then be as many; fresh when left out. */
  readonly head?: "fresh" | "kept";
}

/**
 * How a head is found at once, without steps: `logistic`, the solution of L2 logistic regression; `nearest-mean` and
 * `k-nearest`, which only remember.
 */
export type HeadSolver = "logistic" | "nearest-mean" | "k-nearest";

/** A part of a run in which the same layers train. */
export interface Stage {
  /** As people read it: `head alone`. */
  readonly label: string;
  /** Epochs, from 1. */
  readonly epochs: number;
  /** The head, which alone trains, is solved for: such a stage lasts one epoch. */
  readonly solves?: HeadSolver;
  /** Names of the layers that train. */
  readonly trains: readonly string[];
  /** False where layers that act at random in training, such as dropout, are left out; true when left out. */
  readonly dropout?: boolean;
  /** Times the run's learning rate, by layer; 1 where left out. */
  readonly learningRateFactors?: Readonly<Record<string, number>>;
}

/** L2 pulls of the trained weights and biases: towards where they started, or towards 0. */
export interface Pulls {
  readonly transferred: number;
  readonly fresh: number;
}

/** Where a strategy stands on the layer curves of Yosinski et al. 2014. */
export interface LayerCurvePoint {
  /** Whose layers it keeps: the source's, or those of the target's own run from scratch. */
  readonly from: "source" | "target";
  readonly layers: number;
  /** False where they are frozen. */
  readonly tuned: boolean;
}

/** Options of one strategy alone. */
export interface OwnOptions<F extends Fields = Fields> {
  /** As a study file has them. */
  readonly fields: F;
  /** The strategy with some of them said, and defaults for the rest. */
  choose(said: Partial<ValuesOf<F>>): Strategy;
}

export interface Strategy {
  /** As people read it in a legend: `fine-tune one layer`. */
  readonly label: string;
  /** One sentence for lists and reports. */
  readonly description: string;
  /** Where it was published, for those that were. */
  readonly source?: string;
  /** Random weights, the source run's, or those of the same seed's run of another strategy. */
  readonly startsFrom: "random" | "source" | { readonly strategy: string };
  /**
   * What each layer starts from, and whether it ever trains.
   *
   * @throws ConfigError if the network lacks layers that the strategy needs.
   */
  plan(network: Network, options: StrategyOptions): FreezePlan;
  /**
   * Stages that together last `epochs`; one in which all that ever trains does so, when left out.
   *
   * @throws ConfigError if the epochs are too few for the stages.
   */
  stages?(network: Network, epochs: number): readonly Stage[];
  /** The network as it trains, for strategies that put something beside its weights; as it is when left out. */
  adapt?(network: Network): Network;
  readonly pulls?: Pulls;
  /** For strategies that are points of a layer curve. */
  readonly layerCurve?: LayerCurvePoint;
  /** For strategies that solve for the head and do nothing else. */
  readonly solves?: HeadSolver;
  /** For strategies that have options besides those of all. */
  readonly own?: OwnOptions;
}

/** A strategy that options of its own change, here with their defaults. */
export function withOptions<const F extends Fields>(
  fields: F,
  make: (options: ValuesOf<F>) => Strategy,
): Omit<Strategy, "own"> & { readonly own: OwnOptions<F> } {
  const choose = (said: Partial<ValuesOf<F>>): Strategy => make({ ...defaultsOf(fields), ...said });
  return { ...choose({}), own: { fields, choose } };
}
