/** @file The stages of a run: which layers train in each, and how. */

import { type Network, type NamedParameter, networkParameters } from "../engine/nn/index.ts";
import type { UpdateRule } from "../engine/training/index.ts";
import {
  type FreezePlan,
  frozenPrefixLength,
  hasAdapters,
  parameterLayers,
  trainsInPlan,
  updatesInPlan,
} from "./freeze-plan.ts";
import type { HeadSolver, Pulls, Stage, Strategy } from "./strategy.ts";

/** A stage with its place in the run and in the network. */
export interface PlacedStage {
  readonly label: string;
  /** Finished epochs of the run when it begins and when it ends. */
  readonly firstEpoch: number;
  readonly endEpoch: number;
  /** Layers before this one are frozen. */
  readonly boundary: number;
  /** How the head is found, where it is not trained. */
  readonly solves?: HeadSolver | undefined;
  /** Layers in training form whose weights are updated; those without parameters among them. */
  readonly trains: (layerName: string) => boolean;
  /** Which parameters of these the optimizer updates. */
  readonly updates: (parameter: NamedParameter) => boolean;
  /** Frozen layers whose statistics follow the batches. */
  readonly adapts: (layerName: string) => boolean;
  /** True if no statistics do: layers with adapters count as frozen. */
  readonly keepsStatistics: boolean;
  /** Times the run's learning rate, by layer. */
  readonly learningRateFactor: (layerName: string) => number;
}

export interface PlaceStagesOptions {
  /** Undefined for a run in which everything trains, such as the source's. */
  strategy: Strategy | undefined;
  plan: FreezePlan;
  epochs: number;
  /** True if the statistics of frozen layers follow the batches. */
  adaptsFrozen: boolean;
  /** Times the learning rate, for each layer further from the head; 1 when left out. */
  layerDecay?: number;
  /** Times the learning rate, for layers that start from the source; 1 when left out. */
  transferredRate?: number;
}

/**
 * The stages of a run, in order; together they last its epochs.
 *
 * @throws ConfigError if the epochs are too few for the strategy's stages.
 */
export function placeStages(network: Network, options: PlaceStagesOptions): PlacedStage[] {
  const { strategy, plan, epochs, adaptsFrozen } = options;
  const factors = factorsOf(plan, options);
  const updates = updatesInPlan(plan);
  const keepsStatistics = hasAdapters(plan) && !adaptsFrozen;
  const everTrained = plan.filter(({ trains }) => trains).map(({ layer }) => layer);
  const stages = strategy?.stages?.(network, epochs) ?? [{ label: "", epochs, trains: everTrained }];
  let firstEpoch = 0;
  return stages.map((stage) => {
    const endEpoch = firstEpoch + stage.epochs;
    const inNetwork = placeInNetwork(network, { stage, factors, adaptsFrozen, updates, keepsStatistics });
    const placed = { firstEpoch, endEpoch, ...inNetwork };
    firstEpoch = endEpoch;
    return placed;
  });
}

function placeInNetwork(
  network: Network,
  {
    stage,
    factors,
    adaptsFrozen,
    updates,
    keepsStatistics,
  }: Pick<PlacedStage, "updates" | "keepsStatistics"> & {
    stage: Stage;
    factors: ReadonlyMap<string, number>;
    adaptsFrozen: boolean;
  },
): Omit<PlacedStage, "firstEpoch" | "endEpoch"> {
  const trained = new Set(stage.trains);
  const adapting = new Set(
    adaptsFrozen && stage.solves === undefined
      ? layersWithStatistics(network).filter((layer) => !trained.has(layer))
      : [],
  );
  const inTraining = (layer: string): boolean => trained.has(layer) || adapting.has(layer);
  const plan = parameterLayers(network).map(
    (layer) => ({ layer, starts: "fresh", trains: inTraining(layer) }) as const,
  );
  const withDropout = stage.dropout !== false;
  const random = new Set(network.layers.filter((layer) => layer.randomInTraining === true).map(({ name }) => name));
  const inPlan = trainsInPlan(plan);
  return {
    label: stage.label,
    ...(stage.solves === undefined ? {} : { solves: stage.solves }),
    boundary: frozenPrefixLength(network, plan, { withDropout }),
    trains: (layer) => inPlan(layer) && !adapting.has(layer) && (withDropout || !random.has(layer)),
    updates,
    keepsStatistics,
    adapts: (layer) => adapting.has(layer),
    learningRateFactor: (layer) => (stage.learningRateFactors?.[layer] ?? 1) * (factors.get(layer) ?? 1),
  };
}

/** The head learns at the whole rate, each layer below it more slowly than the one above. */
function factorsOf(
  plan: FreezePlan,
  { layerDecay = 1, transferredRate = 1 }: Pick<PlaceStagesOptions, "layerDecay" | "transferredRate">,
): Map<string, number> {
  return new Map(
    plan.map(({ layer, starts }, index) => [
      layer,
      layerDecay ** (plan.length - 1 - index) * (starts === "transferred" ? transferredRate : 1),
    ]),
  );
}

function layersWithStatistics(network: Network): string[] {
  return networkParameters(network)
    .filter(({ role }) => role === "statistic")
    .map(({ layer }) => layer);
}

/** How the stage's learning rates and the strategy's pulls change each parameter's update. */
export function updateRules(
  { learningRateFactor }: PlacedStage,
  { plan, pulls, start }: { plan: FreezePlan; pulls: Pulls | undefined; start: Readonly<Record<string, PullTarget>> },
): (parameter: NamedParameter) => UpdateRule {
  const starts = new Map(plan.map((entry) => [entry.layer, entry.starts]));
  return ({ name, layer }) => {
    const factor = { learningRateFactor: learningRateFactor(layer) };
    if (pulls === undefined) return factor;
    return starts.get(layer) === "transferred"
      ? { ...factor, pull: { strength: pulls.transferred, towards: start[name] } }
      : { ...factor, pull: { strength: pulls.fresh } };
  };
}

type PullTarget = NonNullable<NonNullable<UpdateRule["pull"]>["towards"]>;
