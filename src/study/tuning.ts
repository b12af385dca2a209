/** @file Chooses a strategy's learning rate by short runs on training images alone. */

import { TrainingError } from "../core/index.ts";
import type { Parameters } from "../engine/nn/index.ts";
import { type Metrics, freshProgress } from "../engine/training/index.ts";
import { startingParameters } from "../transfer/index.ts";
import type { PlannedRun } from "./plan.ts";
import type { TuningRecord } from "./records.ts";
import { type RunNetwork, runNetwork } from "./run-network.ts";
import type { StudyConfig } from "./schema.ts";
import type { Backbone } from "./study-data.ts";
import { type SeedTasks, taskOf, trialTask } from "./tasks.ts";
import { type StageOptions, type StageState, trainStage } from "./train-stage.ts";

export interface TuneOptions extends Omit<StageOptions, "run" | "whole" | "task" | "heldOut" | "record"> {
  config: StudyConfig;
  /** The run whose strategy, budget and seed the trials have. */
  run: PlannedRun;
  tasks: SeedTasks;
  backbone: Backbone | undefined;
  transferred: Parameters | null;
}

/**
 * Trains the strategy once with every candidate rate on a part of the target's training images, and measures each
 * on the rest. The highest validation accuracy wins; of equal ones the lowest loss; of these the lower rate.
 *
 * @returns Null if the signal stopped it.
 * @throws TrainingError if every candidate diverges.
 */
export async function tuneLearningRate(options: TuneOptions): Promise<TuningRecord | null> {
  const { config, run } = options;
  const { tuning } = config;
  if (tuning === null) throw new Error("internal: the study does not tune");
  const started = performance.now();
  const trials: TuningRecord["trials"] = [];
  for (const learningRate of [...tuning.learningRates].sort((a, b) => a - b)) {
    const training = {
      ...run.training,
      learningRate,
      epochs: tuning.epochs ?? run.training.epochs,
      earlyStopping: null,
    };
    // oxlint-disable-next-line no-await-in-loop -- one model trains at a time
    const metrics = await runTrial(options, { ...run, training });
    if (metrics === "interrupted") return null;
    trials.push({
      learningRate,
      validationLoss: metrics?.loss ?? null,
      validationAccuracy: metrics?.accuracy ?? null,
    });
  }
  return {
    strategy: run.strategy,
    imagesPerClass: run.imagesPerClass,
    seed: run.seed,
    trials,
    chosen: bestRate(run, trials),
    durationMs: performance.now() - started,
  };
}

/** Null if the trial diverges. */
async function runTrial(options: TuneOptions, run: PlannedRun): Promise<Metrics | null | "interrupted"> {
  const { config, tasks, imageShape, backbone, transferred } = options;
  const task = trialTask(taskOf(tasks, run), { share: config.tuning?.validation ?? 0, seed: run.seed });
  const whole: RunNetwork = runNetwork(config, run, { inputShape: imageShape, numClasses: task.numClasses, backbone });
  const start = startingParameters(whole.network, whole.plan, { seed: run.seed, transferred });
  let state: StageState = { parameters: {}, slots: {}, progress: freshProgress() };
  let measured: Metrics | undefined;
  try {
    for (const stage of whole.stages) {
      const callbacksFor = () => [
        {
          onEpochEnd: ({ evaluations }: { evaluations: Readonly<Record<string, Metrics>> }) =>
            void (measured = evaluations.validation),
        },
      ];
      const stageOptions = {
        ...options,
        run,
        whole,
        task,
        heldOut: ["validation"] as const,
        record: { featureDurationMs: 0 },
      };
      // oxlint-disable-next-line no-await-in-loop -- each stage starts from the one before it
      const { result, state: next } = await trainStage(stageOptions, { start, stage, state, callbacksFor });
      if (result.interrupted) return "interrupted";
      state = next;
    }
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    return null;
  }
  return measured ?? null;
}

function bestRate({ strategy }: PlannedRun, trials: TuningRecord["trials"]): number {
  const [best] = trials
    .filter(({ validationAccuracy }) => validationAccuracy !== null)
    .sort(
      (a, b) =>
        (b.validationAccuracy ?? 0) - (a.validationAccuracy ?? 0) ||
        (a.validationLoss ?? 0) - (b.validationLoss ?? 0) ||
        a.learningRate - b.learningRate,
    );
  if (best === undefined) {
    throw new TrainingError(
      `tuning of ${strategy}: expected a learning rate with a finite loss among ${trials.map(({ learningRate }) => learningRate).join(", ")}, got none. Set tuning.learningRates lower.`,
    );
  }
  return best.learningRate;
}
