/** @file Which strategies suit a source that was trained elsewhere: what it allows, and what it is best compared by. */

import { ConfigError } from "../../core/index.ts";
import { type Network, attentionWeights, dense, networkParameters } from "../../engine/nn/index.ts";
import { withHead } from "../../models/index.ts";
import { type Strategy, trainsHeadAlone } from "../../transfer/index.ts";
import { strategiesOf } from "../file/config.ts";
import { presets } from "../file/presets.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { Backbone } from "./study-data.ts";

/** What presets have between a head alone and everything. */
const OF_CONVOLUTIONS = "last-two-layers";
const OF_ATTENTION = "lora";

/** A network that was trained elsewhere, where that is the source. */
interface Source {
  readonly backbone?: Backbone | undefined;
}

/** A study with the strategies that suit its source, and what was changed and why; null where nothing was. */
export interface TrainableStudy {
  readonly config: StudyConfig;
  readonly notice: string | null;
}

/**
 * Changes strategies that nobody asked for, those of a preset's own list: of a network that attends its last block is
 * not fine-tuned, but all of it with adapters, which cost less than full fine-tuning and reach every block; those that
 * train layers of a network without gradients are left out, and so is fine-tuning of the last two where there are no more.
 */
export function trainableStudy(config: StudyConfig, { backbone }: Source): TrainableStudy {
  if (backbone === undefined || !isPresetsOwn(config)) return { config, notice: null };
  const refused = refusedStrategies(config, { backbone });
  if (refused.length > 0) {
    const strategies = config.strategies.filter((entry) => !refused.includes(nameOf(entry)));
    return { config: { ...config, strategies }, notice: `${backbone.untrainable} Left out: ${refused.join(", ")}.` };
  }
  if (!config.strategies.includes(OF_CONVOLUTIONS)) return { config, notice: null };
  if (attentionWeights(backbone.network).length === 0) return withoutFullAgain(config, backbone.network);
  const strategies = config.strategies.map((entry) => (entry === OF_CONVOLUTIONS ? OF_ATTENTION : entry));
  const notice = `The source is a transformer: ${OF_ATTENTION} takes the place of ${OF_CONVOLUTIONS}.`;
  return { config: { ...config, strategies }, notice };
}

function withoutFullAgain(config: StudyConfig, network: Network): TrainableStudy {
  const owners = new Set(networkParameters(withHead(network, 2)).map(({ layer }) => layer));
  if (owners.size > 2) return { config, notice: null };
  const strategies = config.strategies.filter((entry) => entry !== OF_CONVOLUTIONS);
  const notice = `The source has no weights but in its last two layers. Left out, as it trains what full does: ${OF_CONVOLUTIONS}.`;
  return { config: { ...config, strategies }, notice };
}

/** @throws ConfigError if a strategy trains layers of a network that can only be run. */
export function checkTrainable(config: StudyConfig, { backbone }: Source): void {
  const [refused] = refusedStrategies(config, { backbone });
  if (refused === undefined || backbone === undefined) return;
  const { layers } = backbone.network;
  const isHeadAlone = backbone.trainsFrom >= layers.length - 1;
  const wanted = isHeadAlone ? "a new head alone" : `no layer below "${layers[backbone.trainsFrom].name}"`;
  throw new ConfigError(
    `strategies: expected strategies that train ${wanted}, got "${refused}". ${backbone.untrainable} ` +
      "Use nearest-mean, k-nearest, linear-probe or last-layer.",
  );
}

function refusedStrategies(config: StudyConfig, { backbone }: Source): string[] {
  if (backbone === undefined || backbone.untrainable === null) return [];
  return strategiesOf(config).flatMap(({ name, strategy }) =>
    trainsHeadAlone(strategy) || trainsWhatCan(strategy, backbone) ? [] : [name],
  );
}

/** True for strategies that leave alone what is below the first layer that can be trained, parameters or not. */
function trainsWhatCan(strategy: Strategy, { network, trainsFrom }: Backbone): boolean {
  if (strategy.startsFrom !== "source") return false;
  const below = new Set(network.layers.slice(0, trainsFrom).map(({ name }) => name));
  try {
    return strategy.plan(withStandIns(network, below), {}).every(({ layer, trains }) => !trains || !below.has(layer));
  } catch (error) {
    // it names layers, or more of them than there are
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** Layers with parameters in the places of those that have some, of those that would if they could train, and of the head. */
function withStandIns(network: Network, below: ReadonlySet<string>): Network {
  const owners = new Set(networkParameters(network).map(({ layer }) => layer));
  const isWanted = (name: string, index: number): boolean =>
    below.has(name) || owners.has(name) || index === network.layers.length - 1;
  const layers = network.layers.filter(({ name }, index) => isWanted(name, index));
  return { ...network, inputShape: [1], layers: layers.map(({ name }) => dense(name, { units: 1 })) };
}

function isPresetsOwn({ preset, strategies }: StudyConfig): boolean {
  const own = presets[preset]?.study.strategies ?? [];
  return JSON.stringify(own) === JSON.stringify(strategies);
}

function nameOf(entry: StudyConfig["strategies"][number]): string {
  return typeof entry === "string" ? entry : entry.name;
}
