/** @file How the run of a trial differs from the run that it stands for: its rate, its images, its steps. */

import { type ImageShape, batchesPerEpoch } from "../../data/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { TaskData } from "../material/tasks.ts";
import { type RunNetwork, stageNetwork } from "../run/network.ts";

interface TrialRunOptions {
  config: StudyConfig;
  whole: RunNetwork;
  imageShape: ImageShape;
  /** What the run itself trains on, and what the trial does. */
  tasks: { run: TaskData; trial: TaskData };
  /** Sets the trial apart from the run and from other trials. */
  id: string;
  learningRate: number;
  /** Of the run's steps. */
  share: number;
}

/** Nothing is measured between a trial's epochs; more of them only cost. */
const MOST_EPOCHS = 20;

/**
 * A run with as many steps as its share of the run's, on fewer images: rates go with steps, not with passes. Its epochs
 * are whole passes, enough of them for every stage. Nothing stops it early.
 *
 * @throws ConfigError if the augmentation does not fit the images.
 */
export function trialRun(run: PlannedRun, options: TrialRunOptions): { run: PlannedRun; whole: RunNetwork } {
  const { config, whole, imageShape, id, learningRate } = options;
  const { stages } = whole;
  const { epochs, minStepsPerEpoch } = epochsOfTrial(run, options);
  const solved = stages.filter(({ solves }) => solves !== undefined).length;
  const training = { ...run.training, learningRate, epochs: solved + epochs, minStepsPerEpoch, earlyStopping: null };
  const trial = { ...run, id, training };
  return { run: trial, whole: stageNetwork(config, trial, { ...whole, inputShape: imageShape }) };
}

/** Of the stages that take steps. */
function epochsOfTrial(
  { training }: PlannedRun,
  { config, whole: { stages }, tasks, share }: TrialRunOptions,
): { epochs: number; minStepsPerEpoch: number } {
  const { batchSize, oversample, minStepsPerEpoch } = training;
  const batchesOf = ({ train }: TaskData): number => batchesPerEpoch({ subset: train, batchSize, oversample });
  const [batches, batchesOfTrial] = [batchesOf(tasks.run), batchesOf(tasks.trial)];
  const solved = stages.filter(({ solves }) => solves !== undefined).length;
  const epochsOfRun = (config.tuning?.epochs ?? training.epochs) - solved;
  const steps = share * epochsOfRun * Math.ceil(minStepsPerEpoch / batches) * batches;
  const passes = Math.max(1, Math.round(steps / batchesOfTrial));
  const passesAnEpoch = Math.ceil(passes / MOST_EPOCHS);
  const epochs = Math.max(stages.length - solved, Math.round(passes / passesAnEpoch));
  return { epochs, minStepsPerEpoch: passesAnEpoch * batchesOfTrial };
}
