/** @file The learning-rate range test of one of a study's strategies, on its training images alone. */

import { ConfigError } from "../../core/index.ts";
import type { Parameters } from "../../engine/nn/index.ts";
import {
  type NoSuggestion,
  type RangeTestEnd,
  type RangeTestPoint,
  type RateSuggestion,
  rangeTest,
  suggestLearningRate,
} from "../../engine/training/index.ts";
import { stageOptionsOf } from "../context/study-context.ts";
import { middleBudget, seedsOf, strategiesOf } from "../file/config.ts";
import { PRETRAINED, type PlannedRun } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { TrainingConfig } from "../file/training-schema.ts";
import { splitStudy } from "../material/study-data.ts";
import { type SeedTasks, seedTasks, taskOf } from "../material/tasks.ts";
import { freshState, openStage, startOf, trainStages } from "../run/train-stages.ts";
import { type Bench, type QuestionOptions, createBench, createFeatures, joinStrategies, weightsIn } from "./bench.ts";

export interface FindLearningRateOptions extends QuestionOptions {
  /** Any that a study can name, joined to the study where it lacks it; the study's first when left out. */
  strategy?: string | undefined;
  from: number;
  to: number;
  steps: number;
  /** Folder of this very study, whose runs the strategy starts from are done; they are trained first when left out. */
  trainedIn?: string | undefined;
  /** Told after every epoch of a run that the strategy starts from. */
  onOriginEpoch?: (progress: { label: string; epoch: number; epochs: number; loss: number }) => void;
}

/** `find-lr.json`: what was tested, how, and what came of it. */
export interface LearningRateTest {
  formatVersion: 2;
  /** Name of the study. */
  study: string;
  dataset: { name: string; title: string };
  strategy: string;
  label: string;
  seed: number;
  imagesPerClass: number | "all";
  trainImages: number;
  batchSize: number;
  /** With its settings, as a person would write it. */
  optimizer: TrainingConfig["optimizer"];
  /** The highest rate of the strategy's schedule as the study has it. */
  configured: number;
  from: number;
  to: number;
  steps: number;
  points: RangeTestPoint[];
  end: RangeTestEnd;
  suggestion: RateSuggestion | null;
  /** Why there is none. */
  noSuggestion?: NoSuggestion;
}

/**
 * Trains a strategy's network from where it starts while the learning rate rises, in the study's first seed and the
 * middle one of its budgets. Of a strategy with stages it is the last one that is tested. No test image is looked at.
 *
 * @returns Null if the signal stopped it.
 * @throws ConfigError if no strategy has the name, or a run that it starts from is not done in `trainedIn`.
 * @throws TrainingError if a run that it starts from diverges.
 */
export async function findLearningRate(given: FindLearningRateOptions): Promise<LearningRateTest | null> {
  const strategy = given.strategy ?? strategiesOf(given.config)[0].name;
  const options = { ...given, config: joinStrategies(given.config, [strategy]) };
  const { config, from, to, steps, signal } = options;
  const [seed] = seedsOf(config);
  const tasks = seedTasks(config, { data: options, split: splitStudy(config, options), seed });
  const features = createFeatures(options);
  const bench: RateBench = { ...options, ...createBench(options, { tasks, features }) };
  try {
    const run = findTestedRun(bench.runs, { config, strategy, seed });
    requireSteps(run);
    const transferred = await originOf(bench, run);
    if (transferred === "interrupted") return null;
    const stageOptions = stageOptionsOf(bench, run);
    const { stages } = stageOptions.whole;
    const start = startOf(stageOptions, transferred);
    const last = { start, stage: stages[stages.length - 1], state: freshState() };
    const { tail, trainer, close } = await openStage(stageOptions, last);
    try {
      const { points, end } = await rangeTest({ trainer, data: tail.source, from, to, steps, signal });
      if (end === "interrupted") return null;
      const outcome = suggestLearningRate(points, { end });
      const suggested =
        typeof outcome === "string" ? { suggestion: null, noSuggestion: outcome } : { suggestion: outcome };
      return { ...describe(options, { run, tasks }), points, end, ...suggested };
    } finally {
      await close();
    }
  } finally {
    features.close();
  }
}

/** @throws ConfigError for a strategy that takes no steps. */
function requireSteps({ strategy, choice }: PlannedRun): void {
  if (choice?.strategy.solves === undefined) return;
  throw new ConfigError(
    `strategy: expected one that trains step by step, got "${strategy}", whose head is solved for: it has no learning rate. ` +
      "Name another, for example full.",
  );
}

interface RateBench extends Bench, Pick<FindLearningRateOptions, "trainedIn" | "onOriginEpoch"> {}

function findTestedRun(
  runs: readonly PlannedRun[],
  { config, strategy, seed }: { config: StudyConfig; strategy: string; seed: number },
): PlannedRun {
  const budget = middleBudget(config);
  const run = runs.find((each) => each.strategy === strategy && each.seed === seed && each.imagesPerClass === budget);
  if (run === undefined) throw new Error(`internal: no run of ${strategy} in the plan`);
  return run;
}

/** The weights that a run starts from; null for random ones. */
async function originOf(bench: RateBench, { startsFrom }: PlannedRun): Promise<Parameters | null | "interrupted"> {
  if (startsFrom === null) return null;
  if (startsFrom === PRETRAINED) return bench.data.backbone?.parameters ?? null;
  const origin = bench.runs.find(({ id }) => id === startsFrom);
  if (origin === undefined) throw new Error(`internal: no run ${startsFrom} in the plan`);
  return bench.trainedIn === undefined ? trainOrigin(bench, origin) : weightsIn(bench.trainedIn, origin);
}

/** Trains it as the study would, except that no epoch stops it early. */
async function trainOrigin(bench: RateBench, run: PlannedRun): Promise<Parameters | "interrupted"> {
  const transferred = await originOf(bench, run);
  if (transferred === "interrupted") return "interrupted";
  const { label, training } = run;
  const options = stageOptionsOf(bench, run);
  const { result, weights } = await trainStages(options, {
    start: startOf(options, transferred),
    callbacksFor: () => [
      {
        onEpochEnd: ({ epoch, train }) =>
          bench.onOriginEpoch?.({ label, epoch, epochs: training.epochs, loss: train.loss }),
      },
    ],
  });
  return result.interrupted ? "interrupted" : weights();
}

function describe(
  { config, dataset, from, to, steps }: FindLearningRateOptions,
  { run, tasks }: { run: PlannedRun; tasks: SeedTasks },
): Omit<LearningRateTest, "points" | "end" | "suggestion" | "noSuggestion"> {
  const { training } = run;
  return {
    formatVersion: 2,
    study: config.name,
    dataset: { name: dataset.name, title: dataset.title },
    strategy: run.strategy,
    label: run.label,
    seed: run.seed,
    imagesPerClass: run.imagesPerClass,
    trainImages: taskOf(tasks, run).train.indices.length,
    batchSize: training.batchSize,
    optimizer: training.optimizer,
    configured: training.learningRate,
    from,
    to,
    steps,
  };
}
