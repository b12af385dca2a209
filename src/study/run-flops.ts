/** @file The arithmetic that a run takes, and how much of it goes backwards. */

import { batchesPerEpoch, changesImages, imagesPerEpoch } from "../data/index.ts";
import { forwardFlops, sliceNetwork, trainingFlops } from "../engine/nn/index.ts";
import type { StagePart } from "../transfer/index.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunRecord } from "./records.ts";
import { type RunNetwork, usesFeatures } from "./run-network.ts";
import type { TaskData } from "./tasks.ts";
import { heldOutSets } from "./trained-part.ts";

/**
 * Floating point operations of a run's training steps, and of its frozen layers' features as if no other run shared them.
 * Evaluation is not counted.
 */
export function runFlops(
  run: PlannedRun,
  { whole, task, epochs }: { whole: RunNetwork; task: TaskData; epochs: number },
): RunRecord["flops"] {
  const passes = passesOfEpoch(run, task);
  const heldOut = heldOutSets(task).reduce((sum, set) => sum + (task[set]?.indices.length ?? 0), 0);
  const flops = { total: 0, backward: 0 };
  for (const stage of whole.stages) {
    const stageEpochs = Math.max(0, Math.min(epochs, stage.endEpoch) - stage.firstEpoch);
    const images = stage.solves === undefined ? stageEpochs * imagesOfEpoch(run, task) : 0;
    const views = stage.solves === undefined ? Math.min(viewsOf(run), stageEpochs * passes) : 1;
    const featureImages = views * task.train.indices.length + heldOut;
    const cost = stageFlops(whole, { stage, cached: usesFeatures(run, stage) });
    flops.total += images * cost.step + (stageEpochs > 0 ? featureImages * cost.features : 0);
    flops.backward += images * cost.backward;
  }
  return flops;
}

/** Training images that an epoch passes over, again and again where it has to make steps. */
export function imagesOfEpoch(run: PlannedRun, task: TaskData): number {
  return passesOfEpoch(run, task) * imagesPerEpoch({ subset: task.train, oversample: run.training.oversample });
}

function passesOfEpoch({ training: { batchSize, oversample, minStepsPerEpoch } }: PlannedRun, task: TaskData): number {
  return Math.ceil(minStepsPerEpoch / batchesPerEpoch({ subset: task.train, batchSize, oversample }));
}

/** Versions of each training image whose features are computed. */
function viewsOf({ training: { augmentation } }: PlannedRun): number {
  return changesImages(augmentation) ? augmentation.views : 1;
}

/** Of one image. */
function stageFlops(
  { network }: RunNetwork,
  { stage, cached }: { stage: StagePart; cached: boolean },
): { step: number; backward: number; features: number } {
  const trained = cached ? sliceNetwork(network, stage.boundary) : network;
  const step = trainingFlops(trained, stage.trains);
  return {
    step,
    backward: step - forwardFlops(trained),
    features: cached ? forwardFlops(sliceNetwork(network, 0, stage.boundary)) : 0,
  };
}
