/** @file The training images whose class every strategy contradicts, each asked of models that did not train on it. */

import { ConfigError } from "../../core/index.ts";
import type { Parameters } from "../../engine/nn/index.ts";
import { type FeatureCache, strategyNamed } from "../../transfer/index.ts";
import { stageOptionsOf } from "../context/study-context.ts";
import { budgetsOf, seedsOf, strategiesOf } from "../file/config.ts";
import { type Budget, type PlannedRun, planStudy } from "../file/plan.ts";
import { splitStudy } from "../material/study-data.ts";
import { type SeedTasks, type TaskData, seedTasks } from "../material/tasks.ts";
import { heldOutLogits } from "../run/answers/held-out-logits.ts";
import { softmaxRows } from "../run/answers/softmax-rows.ts";
import { startOf, trainStages } from "../run/train-stages.ts";
import { foldsOfTask, trialTask } from "../tuning/folds.ts";
import { type Bench, type QuestionOptions, createBench, createFeatures, joinStrategies, weightsIn } from "./bench.ts";
import { type ImageVerdict, judgeImages } from "./judge-images.ts";

const FOLDS = 5;

export interface FindSuspectsOptions extends QuestionOptions {
  /** Folder of this very study, whose source is trained if it trains one. */
  readonly directory: string;
  /** Any that a study can name; they need not be the study's. */
  readonly strategies: readonly string[];
  /** Told after every model that was trained. */
  readonly onModel?: (progress: { label: string; model: number; models: number }) => void;
  /** Told while the frozen layers read images. */
  readonly onFeatures?: (images: number, total: number) => void;
}

/** An image whose class is doubted. */
export interface Suspect extends Omit<ImageVerdict, "position" | "given" | "likely"> {
  /** Among the training images of the data set. */
  readonly index: number;
  /** Its class, and what the strategies together take it for. */
  readonly given: string;
  readonly likely: string;
}

/** What was looked through, by whom, and what came of it. */
export interface SuspectSearch {
  readonly images: number;
  /** Images alone in their class, which no model can be asked that has not seen them. */
  readonly unasked: number;
  readonly folds: number;
  /** With the share of the images whose class they confirm. */
  readonly strategies: readonly { readonly name: string; readonly label: string; readonly accuracy: number }[];
  /** The most doubtful first. */
  readonly suspects: readonly Suspect[];
}

/**
 * Trains every strategy on four fifths of the study's training images, five times, and asks it of the others.
 *
 * The images are those of the largest budget in the study's first seed, with what the study holds back of them. Test
 * images and validation images of the data set's own are not looked at. Features of frozen layers are computed once.
 *
 * @returns Null if the signal stopped it.
 * @throws ConfigError if a strategy is unknown or starts from another one, or the source is not trained yet.
 * @throws TrainingError if a strategy diverges.
 */
export async function findSuspects(given: FindSuspectsOptions): Promise<SuspectSearch | null> {
  requireIndependent(given.strategies);
  const options = { ...given, config: joinStrategies(given.config, given.strategies) };
  const material = await gather(options);
  const features = createFeatures(options);
  try {
    const answers = await askFolds(options, { ...material, features });
    return answers === null ? null : describe(options, { ...material, answers });
  } finally {
    features.close();
  }
}

/** @throws ConfigError for a strategy that starts from another, which has seen all images. */
function requireIndependent(names: readonly string[]): void {
  for (const name of names) {
    const { startsFrom } = strategyNamed(name, "--strategies");
    if (typeof startsFrom === "string") continue;
    throw new ConfigError(
      `--strategies: expected ones that start from the source or from random weights, got "${name}", which starts from ` +
        `${startsFrom.strategy}. Leave it out.`,
    );
  }
}

/** What is looked through. */
interface Material {
  readonly tasks: SeedTasks;
  /** Its training images are those that are looked through. */
  readonly task: TaskData;
  /** By position among them; -1 for one that cannot be asked. */
  readonly foldOf: Int32Array;
  /** What the source has learned; null where no strategy asks for it. */
  readonly source: Parameters | null;
}

async function gather(options: FindSuspectsOptions): Promise<Material> {
  const { config, strategies } = options;
  const [seed] = seedsOf(config);
  const split = splitStudy(config, options);
  const tasks = seedTasks(config, { data: options, split, seed });
  // what the study holds back is looked through as well
  const whole = seedTasks({ ...config, validation: 0 }, { data: options, split, seed });
  const task = whole.target(largestBudget(options));
  const asksSource = strategies.some((name) => strategyNamed(name).startsFrom === "source");
  const source = asksSource ? await sourceWeights(options) : null;
  return { tasks, task, foldOf: foldsOfTask(task, { folds: FOLDS, seed }), source };
}

async function sourceWeights({ config, backbone, directory }: FindSuspectsOptions): Promise<Parameters> {
  if (backbone !== undefined) return backbone.parameters;
  const [run] = planStudy(config).filter(({ task }) => task === "source");
  return await weightsIn(directory, run);
}

function largestBudget({ config }: FindSuspectsOptions): Budget {
  const [largest] = budgetsOf(config).toReversed();
  return largest;
}

/** By strategy, probabilities [images, classes] of models that did not train on the image; null if stopped. */
async function askFolds(
  options: FindSuspectsOptions,
  { tasks, task, foldOf, source, features }: Material & { features: FeatureCache },
): Promise<Float64Array[] | null> {
  const { config, strategies, onModel, signal } = options;
  const { numClasses } = task;
  const [seed] = seedsOf(config);
  const answers = strategies.map(() => new Float64Array(foldOf.length * numClasses));
  const folds = Array.from({ length: FOLDS }, (_, fold) => fold).filter((fold) => foldOf.includes(fold));
  const models = folds.length * strategies.length;
  for (const [round, fold] of folds.entries()) {
    const foldTask = trialTask(task, { fold, folds: FOLDS, seed });
    const bench = createBench(options, {
      tasks: { ...tasks, target: () => foldTask },
      features,
      isWanted: ({ strategy, imagesPerClass }) =>
        strategies.includes(strategy) && imagesPerClass === largestBudget(options),
    });
    const positions = [...foldOf.keys()].filter((position) => foldOf[position] === fold);
    for (const [place, strategy] of strategies.entries()) {
      if (signal?.aborted === true) return null;
      const run = bench.runs.find((one) => one.strategy === strategy);
      if (run === undefined) throw new Error(`internal: no run of ${strategy} in the plan`);
      const rows = await askModel(options, { bench, run, fold, source });
      if (rows === null) return null;
      positions.forEach((position, row) =>
        answers[place].set(rows.subarray(row * numClasses, (row + 1) * numClasses), position * numClasses),
      );
      onModel?.({ label: run.label, model: round * strategies.length + place + 1, models });
    }
  }
  return answers;
}

/** Probabilities of the fold's images, row by row; null if the signal stopped it. */
async function askModel(
  options: FindSuspectsOptions,
  { bench, run, fold, source }: { bench: Bench; run: PlannedRun; fold: number; source: Parameters | null },
): Promise<Float64Array | null> {
  const base = stageOptionsOf(bench, run);
  const listener = { ...base.listener, onFeatures: options.onFeatures ?? base.listener.onFeatures };
  // features of layers that it trains itself are its own
  const own = { ...base, listener, run: { ...run, id: `${run.id}/fold ${fold}` } };
  const start = startOf(own, run.startsFrom === null ? null : source);
  const { result, weights } = await trainStages(own, { start });
  if (result.interrupted) return null;
  const logits = await heldOutLogits(own, { parameters: weights(), set: "validation" });
  for (const { firstEpoch } of own.whole.stages) bench.features.release(`${own.run.id}/${firstEpoch}`);
  return softmaxRows(logits, own.task.numClasses);
}

function describe(
  { config, strategies }: FindSuspectsOptions,
  { task, foldOf, answers }: Material & { answers: readonly Float64Array[] },
): SuspectSearch {
  const { labels, indices, classNames } = task.train;
  const asked = [...foldOf.keys()].filter((position) => foldOf[position] >= 0);
  const { accuracies, suspects } = judgeImages(answers, { labels, numClasses: task.numClasses, asked });
  const chosen = new Map(strategiesOf(config).map(({ name, strategy }) => [name, strategy.label]));
  return {
    images: asked.length,
    unasked: foldOf.length - asked.length,
    folds: FOLDS,
    strategies: strategies.map((name, place) => ({
      name,
      label: chosen.get(name) ?? name,
      accuracy: accuracies[place],
    })),
    suspects: suspects.map(({ position, given, likely, ...probabilities }) => ({
      index: indices[position],
      given: classNames[given],
      likely: classNames[likely],
      ...probabilities,
    })),
  };
}
