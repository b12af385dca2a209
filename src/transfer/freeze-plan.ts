/** @file A freeze plan: what each layer starts from, and which layers train. */

import { ConfigError, unknownName } from "../core/index.ts";
import { type NamedParameter, type Network, networkParameters } from "../engine/nn/index.ts";

/** How a layer with parameters takes part in a run. */
export interface LayerPlan {
  readonly layer: string;
  /** `fresh` draws new values; `transferred` copies those of the run that this one starts from. */
  readonly starts: "fresh" | "transferred";
  readonly trains: boolean;
  /** Which of its weights do, where it trains: all when left out. */
  readonly only?: Part;
}

/** Some of a layer's weights: biases, scales and shifts of normalizations, or what is beside frozen products. */
export type Part = "biases" | "normalizations" | "adapters";

/** One entry for each layer with parameters, in the network's order. */
export type FreezePlan = readonly LayerPlan[];

/** Names of the layers with parameters, in order. */
export function parameterLayers(network: Network): string[] {
  return [...new Set(networkParameters(network).map(({ layer }) => layer))];
}

/** Everything starts fresh and trains. */
export function trainEverything(network: Network): FreezePlan {
  return parameterLayers(network).map((layer) => ({ layer, starts: "fresh", trains: true }));
}

/** How the head starts; fresh when left out. */
interface HeadOption {
  head?: "fresh" | "kept" | undefined;
}

const headStart = (head: HeadOption["head"]): LayerPlan["starts"] => (head === "kept" ? "transferred" : "fresh");

export interface TrainLastOptions extends HeadOption {
  /** How many layers with parameters train, counted from the end. */
  count: number;
  /** How the trained layers below the head start. */
  below?: LayerPlan["starts"] | undefined;
}

/**
 * The last layers train, all below are transferred and frozen.
 *
 * @throws ConfigError if the network has fewer layers with parameters than are to train.
 */
export function trainLast(network: Network, { count, below = "transferred", head }: TrainLastOptions): FreezePlan {
  const layers = parameterLayers(network);
  if (!Number.isInteger(count) || count < 1 || count > layers.length) {
    throw new ConfigError(
      `layers to train: expected a whole number from 1 to ${layers.length} for ${network.name}, got ${count}.`,
    );
  }
  return layers.map((layer, index) => {
    const trains = index >= layers.length - count;
    const isHead = index === layers.length - 1;
    return { layer, trains, starts: isHead ? headStart(head) : trains ? below : "transferred" };
  });
}

/**
 * The named layers and the head train; everything below the head is transferred.
 *
 * @throws ConfigError if a named layer is not in the network.
 */
export function trainOnly(
  network: Network,
  { layers: names, head }: HeadOption & { layers: readonly string[] },
): FreezePlan {
  const layers = parameterLayers(network);
  for (const layer of names) if (!layers.includes(layer)) throw unknownName(layer, layers, "layers to train");
  return layers.map((layer, index) => {
    const isHead = index === layers.length - 1;
    return { layer, trains: isHead || names.includes(layer), starts: isHead ? headStart(head) : "transferred" };
  });
}

/** Everything trains; all but the head is transferred. */
export function trainAll(network: Network, { head }: HeadOption = {}): FreezePlan {
  return trainOnly(network, { layers: parameterLayers(network), head });
}

/**
 * Everything trains; the layers named start fresh, the others are transferred.
 *
 * @throws ConfigError if a named layer is not in the network.
 */
export function trainAllFrom(network: Network, { fresh }: { fresh: readonly string[] }): FreezePlan {
  const layers = parameterLayers(network);
  for (const layer of fresh) if (!layers.includes(layer)) throw unknownName(layer, layers, "fresh layer");
  return layers.map((layer) => ({ layer, trains: true, starts: fresh.includes(layer) ? "fresh" : "transferred" }));
}

/**
 * The head and, of all layers below it, which are transferred, the weights of one kind train.
 *
 * @throws ConfigError if the network has none of these below its head.
 */
export function trainParts(
  network: Network,
  { only, head }: HeadOption & { only: Exclude<Part, "adapters"> },
): FreezePlan {
  const having = networkParameters(network).filter(parts[only]);
  const plan = planParts(network, { only, head, layers: having.map(({ layer }) => layer) });
  if (plan.slice(0, -1).some(({ trains }) => trains)) return plan;
  throw new ConfigError(
    `${network.name}: expected ${only} below the head, which alone would train, got none: they are folded into other weights, or never were. Choose another strategy.`,
  );
}

/**
 * The head and, beside the named weights, adapters train; all weights below the head are transferred and frozen.
 *
 * @throws ConfigError if no weight is named.
 */
export function trainAdapters(
  network: Network,
  { weights, head }: HeadOption & { weights: readonly string[] },
): FreezePlan {
  const named = new Set(weights);
  const layers = networkParameters(network).flatMap(({ name, layer }) => (named.has(name) ? layer : []));
  if (layers.length > 0) return planParts(network, { only: "adapters", head, layers });
  throw new ConfigError(
    `${network.name}: expected matrix products or 1x1 convolutions below the head, which alone would train, got none that adapters could be beside. Choose another strategy.`,
  );
}

/** Of the layers below the head, those named train in part. */
function planParts(
  network: Network,
  { only, head, layers: names }: HeadOption & { only: Part; layers: readonly string[] },
): LayerPlan[] {
  const having = new Set(names);
  const layers = parameterLayers(network);
  return layers.map((layer, index): LayerPlan => {
    if (index === layers.length - 1) return { layer, trains: true, starts: headStart(head) };
    return { layer, trains: having.has(layer), starts: "transferred", only };
  });
}

const parts: Readonly<Record<Part, (parameter: NamedParameter) => boolean>> = {
  biases: ({ role, embeds }) => role === "bias" && embeds !== true,
  normalizations: ({ normalizes }) => normalizes === true,
  adapters: ({ adapts }) => adapts === true,
};

/** True where adapters train: layers that have some count as frozen, their statistics too. */
export function hasAdapters(plan: FreezePlan): boolean {
  return plan.some(({ only }) => only === "adapters");
}

/** Which parameters the plan updates, once their layers train. */
export function updatesInPlan(plan: FreezePlan): (parameter: NamedParameter) => boolean {
  const partOf = new Map(plan.map(({ layer, only }) => [layer, only]));
  return (parameter) => {
    const only = partOf.get(parameter.layer);
    return parameter.role !== "statistic" && (only === undefined || parts[only](parameter));
  };
}

/**
 * Index of the first layer of the tail: all layers before it are frozen and compute the same thing every time.
 *
 * Layers that act at random in training (dropout) directly below the first trained layer belong to the tail,
 * unless they are left out.
 */
export function frozenPrefixLength(
  network: Network,
  plan: FreezePlan,
  { withDropout = true }: { withDropout?: boolean } = {},
): number {
  const training = new Set(plan.filter(({ trains }) => trains).map(({ layer }) => layer));
  let boundary = network.layers.findIndex(({ name }) => training.has(name));
  if (boundary === -1) return network.layers.length;
  while (withDropout && boundary > 0 && network.layers[boundary - 1].randomInTraining === true) boundary -= 1;
  return boundary;
}

/**
 * Which layers of the tail are in training form: those the plan trains,
 * and those without parameters (a frozen layer above a trained one stays in inference form).
 */
export function trainsInPlan(plan: FreezePlan): (layerName: string) => boolean {
  const trains = new Map(plan.map((entry) => [entry.layer, entry.trains]));
  return (layerName) => trains.get(layerName) ?? true;
}
