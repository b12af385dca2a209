/** @file A study's runs as a graph: what is trained, and what must be there before. */

import type { Strategy } from "../../transfer/index.ts";
import { type StrategyChoice, budgetsOf, seedsOf, strategiesOf, trainingFor } from "./config.ts";
import type { StudyConfig } from "./schema.ts";
import { sourceKindOf, sources } from "./sources.ts";
import type { TrainingConfig, TrainingRequest } from "./training-schema.ts";

/** Target images of each class. */
export type Budget = number | "all";

/** What runs start from that start from a network trained elsewhere. */
export const PRETRAINED = "pretrained";

/** What a linear probe on the source's features says of them. */
export interface SourceProbe {
  /** Share of held-out training images that it gets right: how near the source is. */
  readonly accuracy: number;
  /** The one it chose, scikit-learn's C for standardized features: how far they can be trusted. */
  readonly strength: number;
}

/** One model to be trained once. */
export interface PlannedRun {
  /** `M3-last-layer-seed0`; `M3-last-layer-n10-seed0` in a study of several budgets. */
  readonly id: string;
  readonly model: string;
  /** Name of the strategy; `source` for the run on the source task. */
  readonly strategy: string;
  /** What the strategy is; null for the source run, which trains everything. */
  readonly choice: StrategyChoice | null;
  readonly label: string;
  readonly task: "source" | "target";
  readonly imagesPerClass: Budget;
  readonly seed: number;
  /** Id of the run that must be done before, or `PRETRAINED`; null for random weights. */
  readonly startsFrom: string | null;
  readonly training: TrainingConfig;
  /** How it trains once it is known what its source is worth; null where nothing depends on that, or it is settled. */
  readonly awaitsSource: ((sourceProbe: SourceProbe) => TrainingConfig) | null;
  /** What its source was worth, where it was settled by that. */
  readonly sourceProbe?: SourceProbe | undefined;
}

/** The strategies that are trained with one seed, `source` among them where its run is. */
export interface SeedRound {
  readonly seed: number;
  readonly strategies: readonly string[];
}

/** A run as the study's file says it: how it trains may be left to Graft. */
export type DraftRun = Omit<PlannedRun, "training" | "awaitsSource"> & { readonly training: TrainingRequest };

/**
 * The runs of a study in an order in which each comes after the one it starts from, seed by seed.
 * The source is trained unless it was elsewhere: it is M1, a figure of the study even where no strategy needs it.
 */
export function planStudy(config: StudyConfig, rounds: readonly SeedRound[] = firstRounds(config)): DraftRun[] {
  return rounds.flatMap(({ seed, strategies }) => {
    const source = sources[sourceKindOf(config)].isTrainedHere ? sourceRun(config, seed) : null;
    const targets = budgetsOf(config).flatMap((budget) => targetRuns(config, { seed, budget, source }));
    const runs = [...(source === null ? [] : [source]), ...targets];
    return orderRuns(runs.filter(({ strategy }) => strategies.includes(strategy)));
  });
}

/** Every strategy with each seed that the study names. */
export function firstRounds(config: StudyConfig): SeedRound[] {
  const strategies = ["source", ...strategiesOf(config).map(({ name }) => name)];
  return seedsOf(config).map((seed) => ({ seed, strategies }));
}

function sourceRun(config: StudyConfig, seed: number): DraftRun {
  return {
    id: `M1-source-seed${seed}`,
    model: "M1",
    strategy: "source",
    choice: null,
    label: "source",
    task: "source",
    imagesPerClass: config.sourceImagesPerClass,
    seed,
    startsFrom: null,
    training: trainingFor(config, "source"),
  };
}

function targetRuns(
  config: StudyConfig,
  { seed, budget, source }: { seed: number; budget: Budget; source: DraftRun | null },
): DraftRun[] {
  const chosen = strategiesOf(config);
  const budgetPart = budgetsOf(config).length > 1 ? `-n${budget}` : "";
  const first = source === null ? 1 : 2;
  const idOf = (name: string): string =>
    `M${chosen.findIndex((choice) => choice.name === name) + first}-${asFileName(name)}${budgetPart}-seed${seed}`;
  const origin = ({ startsFrom }: Strategy): string | null => {
    if (startsFrom === "random") return null;
    return startsFrom === "source" ? (source?.id ?? PRETRAINED) : idOf(startsFrom.strategy);
  };
  return chosen.map((choice, index) => ({
    id: idOf(choice.name),
    model: `M${index + first}`,
    strategy: choice.name,
    choice,
    label: choice.strategy.label,
    task: "target",
    imagesPerClass: budget,
    seed,
    startsFrom: origin(choice.strategy),
    training: trainingFor(config, choice.name),
  }));
}

/** The name of a strategy without letters that folders cannot have everywhere. */
export function asFileName(name: string): string {
  return name.replaceAll(/[^\w.+-]/g, "_");
}

/** The runs such that each comes after the one it starts from, otherwise in their order. */
export function orderRuns<Run extends Pick<DraftRun, "id" | "startsFrom">>(runs: readonly Run[]): Run[] {
  const ordered: Run[] = [];
  const waiting = [...runs];
  while (waiting.length > 0) {
    const done = new Set(ordered.map(({ id }) => id));
    const ready = waiting.findIndex(
      ({ startsFrom }) => startsFrom === null || startsFrom === PRETRAINED || done.has(startsFrom),
    );
    if (ready === -1) throw new Error("internal: runs wait for each other in a circle");
    ordered.push(...waiting.splice(ready, 1));
  }
  return ordered;
}

/** Curves, images and maps of one seed at the largest budget are enough for a report. */
export function isShownInDetail(config: StudyConfig, { task, seed, imagesPerClass }: PlannedRun): boolean {
  return seed === seedsOf(config)[0] && (task === "source" || imagesPerClass === budgetsOf(config).at(-1));
}
