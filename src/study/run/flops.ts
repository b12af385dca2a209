/** @file The arithmetic that a run takes, and how much of it goes backwards. */

import { batchesPerEpoch, changesImages, imagesPerEpoch } from "../../data/index.ts";
import { forwardFlops, sliceNetwork, trainingFlops } from "../../engine/nn/index.ts";
import type { PlacedStage } from "../../transfer/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { TaskData } from "../material/tasks.ts";
import type { RunRecord } from "../records/records.ts";
import { type RunNetwork, trainedPart, usesFeatures } from "./network.ts";
import { heldOutSets } from "./tail.ts";

/** Of one image in a stage, in floating point operations. */
export interface StageCost {
  readonly step: number;
  readonly backward: number;
  readonly features: number;
}

/** What a run is, and for how many of its epochs it is counted. */
interface FlopsOptions {
  whole: RunNetwork;
  task: TaskData;
  epochs: number;
}

/**
 * Floating point operations of a run's training steps, and of its frozen layers' features as if no other run shared them.
 * Evaluation is not counted.
 */
export function runFlops(run: PlannedRun, options: FlopsOptions): RunRecord["flops"] {
  const { steps, backward, features } = countFlops(run, options);
  return { total: steps + features, backward };
}

function countFlops(run: PlannedRun, { whole, task, epochs }: FlopsOptions) {
  const passes = passesOfEpoch(run, task);
  const heldOut = countHeldOut(task);
  const flops = { steps: 0, backward: 0, features: 0 };
  for (const stage of whole.stages) {
    const stageEpochs = Math.max(0, Math.min(epochs, stage.endEpoch) - stage.firstEpoch);
    const images = stage.solves === undefined ? stageEpochs * passes * imagesOfPass(run, task) : 0;
    const views = stage.solves === undefined ? Math.min(viewsOf(run), stageEpochs * passes) : 1;
    const cost = stageCost(run, whole, stage);
    flops.steps += images * cost.step;
    flops.backward += images * cost.backward;
    flops.features += stageEpochs > 0 ? (views * task.train.indices.length + heldOut) * cost.features : 0;
  }
  return flops;
}

/** Images that are measured after every epoch. */
export function countHeldOut(task: TaskData): number {
  return heldOutSets(task).reduce((sum, set) => sum + (task[set]?.indices.length ?? 0), 0);
}

/** Steps that an epoch takes. */
export function stepsOfEpoch(run: PlannedRun, task: TaskData): number {
  return passesOfEpoch(run, task) * batchesOfPass(run, task);
}

/** Training images that a pass takes. */
function imagesOfPass({ training: { oversample } }: PlannedRun, { train }: TaskData): number {
  return imagesPerEpoch({ subset: train, oversample });
}

/** An epoch passes over the images again and again where it has to make steps. */
export function passesOfEpoch(run: PlannedRun, task: TaskData): number {
  return Math.ceil(run.training.minStepsPerEpoch / batchesOfPass(run, task));
}

function batchesOfPass({ training: { batchSize, oversample } }: PlannedRun, { train }: TaskData): number {
  return batchesPerEpoch({ subset: train, batchSize, oversample });
}

/** Versions of each training image whose features are computed. */
export function viewsOf({ training: { augmentation } }: PlannedRun): number {
  return changesImages(augmentation) ? augmentation.views : 1;
}

/** Where its features are kept, a stage's own arithmetic is that above its frozen layers. */
export function stageCost(run: PlannedRun, whole: RunNetwork, stage: PlacedStage): StageCost {
  const tail = trainedPart(run, whole, stage);
  const step = trainingFlops(tail, stage.trains, stage.updates);
  return {
    step,
    backward: step - forwardFlops(tail),
    features: usesFeatures(run, stage) ? forwardFlops(sliceNetwork(whole.network, 0, stage.boundary)) : 0,
  };
}
