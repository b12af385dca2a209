/** @file From a study file, a preset and a command line to one study with every field filled in. */

import { z } from "zod";
import { ConfigError, lookUp, unknownName } from "../../core/index.ts";
import { architectures } from "../../models/index.ts";
import { type Strategy, strategyNamed, strategyWith } from "../../transfer/index.ts";
import { checkFields } from "./check-fields.ts";
import { presets } from "./presets.ts";
import { type StudyConfig, type StudyInput, assignment, studySchema } from "./schema.ts";
import { checkSource } from "./sources.ts";
import { AUTO, type TrainingRequest, allAuto } from "./training-schema.ts";

/**
 * One study out of several layers, the later ones winning field by field.
 * The last layer that names a preset decides what lies under all of them.
 *
 * @throws ConfigError if a field is wrong or fields do not fit each other.
 */
export function resolveStudy(...layers: readonly StudyInput[]): StudyConfig {
  const presetName = layers.findLast((layer) => layer.preset !== undefined)?.preset ?? "classic";
  const { study } = lookUp(presets, presetName, "preset");
  const [preset, ...own] = [study, ...layers].map(spellOut);
  const merged = withValidation([withoutClaims(preset, own), left(preset, own), ...own].reduce(merge, {}));
  checkFields(merged, () => "study");
  const named = new Set(layers.flatMap(({ trainingOf }) => Object.keys(trainingOf ?? {})));
  // `auto` is spelled out field by field by now
  const parsed = studySchema.parse({ ...merged, preset: presetName }) as StudyConfig;
  const config = dropAbsent(parsed, named);
  checkNames(config);
  checkBudgets(config);
  checkSeeds(config);
  checkTime(config);
  checkAveraging(config);
  checkSource(config);
  return config;
}

/** The JSON Schema of a study file. */
export function studyJsonSchema(): object {
  return {
    ...z.toJSONSchema(studySchema, { io: "input" }),
    title: "Graft study",
    description: "A transfer-learning study. Every field has a default; an empty file is the classic study.",
  };
}

/** How one strategy's runs are to train; the source run's under `source`. */
export function trainingFor(config: StudyConfig, strategy: string): TrainingRequest {
  const overrides = Object.entries(config.trainingOf[strategy] ?? {}).filter(([, value]) => value !== undefined);
  return { ...config.training, ...Object.fromEntries(overrides) } as TrainingRequest;
}

/** The seeds of a study, in order; where they are left to Graft, the one that it begins with. */
export function seedsOf({ seeds }: StudyConfig): number[] {
  if (seeds === AUTO) return [0];
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, seed) => seed) : seeds;
}

/** A strategy with its options filled in. */
export interface StrategyChoice {
  readonly name: string;
  readonly firstLayer: "transferred" | "fresh";
  readonly head: "fresh" | "kept";
  readonly strategy: Strategy;
}

/**
 * The study's strategies with their options filled in.
 *
 * @throws ConfigError if a name is unknown or an option is not the strategy's.
 */
export function strategiesOf(config: StudyConfig): StrategyChoice[] {
  return config.strategies.map((entry) => {
    if (typeof entry === "string") {
      return { name: entry, firstLayer: "transferred", head: "fresh", strategy: strategyNamed(entry) };
    }
    const { name, firstLayer, head, ...own } = entry;
    const strategy = strategyWith(name, own);
    if (strategy.solves !== undefined && (firstLayer === "fresh" || head === "kept")) {
      throw new ConfigError(
        `strategies: expected "${name}" without firstLayer and head, got them: its new head is solved for on the source's features. Leave them out.`,
      );
    }
    return { name, firstLayer, head, strategy };
  });
}

/** The budgets of a study, target images of each class, from few to many. */
export function budgetsOf({ imagesPerClass }: StudyConfig): (number | "all")[] {
  const size = (budget: number | "all"): number => (budget === "all" ? Infinity : budget);
  return [imagesPerClass].flat().sort((a, b) => size(a) - size(b));
}

/** The budget at which learning rates are chosen: the middle one. */
export function middleBudget(config: StudyConfig): number | "all" {
  const budgets = budgetsOf(config);
  return budgets[Math.floor(budgets.length / 2)];
}

type SpelledOut = Omit<StudyInput, "training" | "trainingOf"> & {
  training?: Exclude<StudyInput["training"], "auto"> | undefined;
  trainingOf?: Record<string, Exclude<NonNullable<StudyInput["trainingOf"]>[string], "auto">> | undefined;
};

/** `auto` for the whole of a training as `auto` for each of its fields. */
function spellOut({ training, trainingOf, ...study }: StudyInput): SpelledOut {
  const fields = <T>(value: T): Exclude<T, "auto"> => (value === "auto" ? { ...allAuto } : value) as Exclude<T, "auto">;
  return {
    ...study,
    ...(training === undefined ? {} : { training: fields(training) }),
    ...(trainingOf === undefined
      ? {}
      : { trainingOf: Object.fromEntries(Object.entries(trainingOf).map(([name, own]) => [name, fields(own)])) }),
  };
}

/** What a study may change while its preset's words still hold of it. */
const besideClaims: ReadonlySet<string> = new Set(
  "preset name protocol notes target imageSize channelOrder tokens fit interpolation cropShare testShare skipUnreadable normalization validation time featureMemoryMb".split(
    " ",
  ),
);

/** A preset without its words, where the layers over it make a study that they do not tell of. */
function withoutClaims(preset: SpelledOut, layers: readonly SpelledOut[]): SpelledOut {
  const changed = layers.flatMap((layer) => Object.entries(layer).filter(([, value]) => value !== undefined));
  const isAsTold = changed.every(
    ([field, value]) =>
      besideClaims.has(field) && (field !== "target" || typeof value !== "string" || preset.source !== undefined),
  );
  if (isAsTold) return preset;
  const { protocol: _protocol, notes: _notes, ...rest } = preset;
  return rest;
}

/** Early stopping chooses an epoch: where nobody said of what images, a tenth of those for training is held back. */
function withValidation(study: SpelledOut): SpelledOut {
  const stops = [study.training, ...Object.values(study.trainingOf ?? {})].some(
    (training) => typeof training?.earlyStopping === "object" && training.earlyStopping !== null,
  );
  return stops && study.validation === undefined ? { ...study, validation: 0.1 } : study;
}

/**
 * What the layers over a preset leave to Graft: how strategies train for which the preset's recipe was not made.
 * What they say of all training holds for these strategies too.
 */
function left(preset: SpelledOut, layers: readonly SpelledOut[]): SpelledOut {
  const { strategies } = layers.reduce(merge, {});
  if (!Array.isArray(strategies)) return {};
  const nameOf = (entry: unknown): string =>
    typeof entry === "string" ? entry : String((entry as { name?: unknown })?.name);
  const known = (preset.strategies ?? assignment).map(nameOf);
  const others = strategies.map(nameOf).filter((name) => !known.includes(name));
  return { trainingOf: Object.fromEntries(others.map((name) => [name, { ...allAuto }])) };
}

/**
 * Fields one by one; `training` and `trainingOf` one level deeper. What is said of all training outranks what a layer
 * below says of one strategy's. Fixed seeds take away the time that was for others, and a time takes away fixed seeds.
 */
function merge(under: SpelledOut, over: SpelledOut): SpelledOut {
  const given = Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined));
  const merged: SpelledOut = { ...under, ...given };
  // a time is for seeds that are left to Graft
  if (over.seeds !== undefined && over.seeds !== AUTO && over.time === undefined) delete merged.time;
  if (typeof over.time === "string" || typeof over.time === "number") merged.seeds = over.seeds ?? AUTO;
  if (under.training !== undefined && over.training !== undefined)
    merged.training = { ...under.training, ...over.training };
  const said = new Set(Object.keys(over.training ?? {}));
  const names = new Set([...Object.keys(under.trainingOf ?? {}), ...Object.keys(over.trainingOf ?? {})]);
  if (names.size > 0)
    merged.trainingOf = Object.fromEntries(
      [...names].map((name) => {
        const kept = Object.entries(under.trainingOf?.[name] ?? {}).filter(([field]) => !said.has(field));
        return [name, { ...Object.fromEntries(kept), ...over.trainingOf?.[name] }];
      }),
    );
  return merged;
}

function checkNames(config: StudyConfig): void {
  lookUp(architectures, config.architecture, "architecture");
  const choices = strategiesOf(config);
  const names = choices.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigError(`strategies: expected each strategy once, got "${twice}" twice.`);
  for (const { name, strategy } of choices) {
    const { startsFrom } = strategy;
    if (typeof startsFrom === "object" && !names.includes(startsFrom.strategy)) {
      throw new ConfigError(
        `strategies: expected "${startsFrom.strategy}" too, which "${name}" starts from. Add it to the list.`,
      );
    }
  }
  const valid = ["source", ...names];
  for (const name of Object.keys(config.trainingOf))
    if (!valid.includes(name)) throw unknownName(name, valid, "trainingOf");
}

/** Without what the preset alone says of strategies that the study does not have. */
function dropAbsent(config: StudyConfig, own: ReadonlySet<string>): StudyConfig {
  const present = new Set([
    "source",
    ...config.strategies.map((entry) => (typeof entry === "string" ? entry : entry.name)),
  ]);
  const kept = Object.entries(config.trainingOf).filter(([name]) => own.has(name) || present.has(name));
  return { ...config, trainingOf: Object.fromEntries(kept) };
}

function checkBudgets(config: StudyConfig): void {
  const budgets = budgetsOf(config);
  const twice = budgets.find((budget, index) => budgets.indexOf(budget) !== index);
  if (twice !== undefined) throw new ConfigError(`imagesPerClass: expected each budget once, got ${twice} twice.`);
}

function checkSeeds(config: StudyConfig): void {
  const seeds = seedsOf(config);
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  if (twice !== undefined) throw new ConfigError(`seeds: expected each seed once, got ${twice} twice.`);
}

/** @throws ConfigError if a time ends what has its end already. */
function checkTime({ time, seeds }: StudyConfig): void {
  if (time === null || seeds === AUTO) return;
  throw new ConfigError(
    "time: expected seeds: auto beside it, got fixed seeds, which all run however long they take. Set seeds to auto, or leave time out.",
  );
}

/** @throws ConfigError if a run is to keep its best epoch and an average of many at once. */
function checkAveraging(config: StudyConfig): void {
  const both = ["source", ...strategiesOf(config).map(({ name }) => name)].find((name) => {
    const { averaging, earlyStopping } = trainingFor(config, name);
    return typeof averaging === "number" && typeof earlyStopping === "object" && earlyStopping !== null;
  });
  if (both === undefined) return;
  throw new ConfigError(
    `averaging: expected it without early stopping, got both for "${both}": a run keeps either its best epoch's weights or an average. Set one of them to null.`,
  );
}
