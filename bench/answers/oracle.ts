/** @file The best that a strategy can do on a task, as far as a search on the test set finds it. */

import { ConfigError } from "../../src/core/index.ts";
import { type StudyInput, resolveStudy } from "../../src/study/index.ts";
import { outcomeOf } from "./defaults.ts";
import type { OracleCell } from "./results.ts";
import { type AugmentationName, type OracleStrategy, type Search, type Trial, nextTrial } from "./search.ts";

import { measureStrengths } from "./strengths.ts";
import { type Surroundings, inStudy } from "./study.ts";
import type { OpenTask } from "./task-study.ts";
import type { AnswerTask, Effort } from "./tasks.ts";

/** A test set is measured so often in a run. */
const MEASUREMENTS = 10;
const BATCH_SIZE = 32;

const efforts: Readonly<Record<Effort, { steps: number; firstRate: number }>> = {
  small: { steps: 1000, firstRate: 2e-3 },
  mobilenetV1: { steps: 400, firstRate: 5e-4 },
  mobilenetV2: { steps: 150, firstRate: 5e-4 },
};

const augmentations: Readonly<Record<AugmentationName, object>> = {
  none: {},
  mild: { crop: 2, rotation: 10, resizedCrop: { scale: [0.8, 1] }, views: 8 },
  photo: { flip: true, resizedCrop: { scale: [0.5, 1] }, views: 8 },
};

/** A task, a strategy and a draw: what one search is about. */
export interface OracleQuestion {
  readonly task: AnswerTask;
  readonly strategy: OracleStrategy;
  readonly draw: number;
}

/**
 * Measures the next cells of a search; none once it has ended.
 *
 * `cells` are those of this question, `open` opens its task only if there is something to measure.
 */
export async function nextCells(
  { task, strategy, draw }: OracleQuestion,
  cells: readonly OracleCell[],
  { open, ...surroundings }: Surroundings & { open: () => Promise<OpenTask> },
): Promise<OracleCell[]> {
  const head = { task: task.name, draw, strategy, date: new Date().toISOString(), threads: surroundings.threads };
  if (strategy === "last-layer") {
    if (cells.length > 0) return [];
    const solved = await measureStrengths(await open(), { draw, ...surroundings });
    return solved.map((measured) => ({ ...head, ...measured }));
  }
  const tried = cells.flatMap((cell) => ("rate" in cell ? [cell] : []));
  const trial = nextTrial(tried, searchOf(task));
  if (trial === null) return [];
  const measured = await measureTrial(await open(), { trial, strategy, draw, ...surroundings });
  return [{ ...head, ...trial, ...measured }];
}

/** Where the search of a task begins. */
export function searchOf({ effort, flipsHarmless }: AnswerTask): Search {
  return { ...efforts[effort], augmentations: flipsHarmless ? ["none", "mild", "photo"] : ["none", "mild"] };
}

/** Epochs of at least so many steps that, all together, come as near to `steps` as whole epochs can. */
export function epochsOf(steps: number, images: number): { epochs: number; minStepsPerEpoch: number } {
  const minStepsPerEpoch = Math.max(1, Math.round(steps / MEASUREMENTS));
  const onePass = Math.ceil(images / BATCH_SIZE);
  const stepsPerEpoch = Math.ceil(minStepsPerEpoch / onePass) * onePass;
  return { epochs: Math.max(1, Math.round(steps / stepsPerEpoch)), minStepsPerEpoch };
}

type Measured = Pick<OracleCell, "accuracy" | "logLoss" | "seconds" | "failure">;

/** A study of one strategy with everything said. */
async function measureTrial(
  { data, fields, task }: OpenTask,
  options: Surroundings & { trial: Trial; strategy: OracleStrategy; draw: number },
): Promise<Measured> {
  const { trial, strategy, draw, ...surroundings } = options;
  const { train, classNames } = data.dataset;
  const images = task.imagesPerClass === "all" ? train.count : task.imagesPerClass * classNames.length;
  const training = trainingOf(trial, { strategy, images });
  try {
    const config = resolveStudy({ preset: "classic", ...fields, strategies: [strategy], seeds: [draw], training });
    return await inStudy({ config, data }, surroundings, ({ runs: [run] }) => {
      const { accuracy, logLoss, seconds, failure } = outcomeOf(run);
      return { accuracy, logLoss, seconds, ...(failure === undefined ? {} : { failure }) };
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { accuracy: null, logLoss: null, seconds: 0, failure: error.message };
  }
}

function trainingOf(
  { rate, steps, augmentation }: Trial,
  { strategy, images }: { strategy: OracleStrategy; images: number },
): NonNullable<StudyInput["training"]> {
  return {
    ...epochsOf(steps, images),
    batchSize: BATCH_SIZE,
    learningRate: rate,
    optimizer: { name: "adamw", weightDecay: 0.01 },
    schedule: { name: "one-cycle" },
    labelSmoothing: 0,
    // a network from scratch whose head is zero learns nothing below it in its first step
    headStart: strategy === "scratch" ? "random" : "zero",
    augmentation: augmentations[augmentation],
  };
}
