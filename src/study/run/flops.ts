/** @file The arithmetic that a run takes, and how much of it goes backwards. */

import { batchesPerEpoch, changesImages, imagesPerEpoch } from "../../data/index.ts";
import { forwardFlops, sliceNetwork, trainingFlops } from "../../engine/nn/index.ts";
import type { PlacedStage } from "../../transfer/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { TaskData } from "../material/tasks.ts";
import type { RunRecord } from "../records/records.ts";
import { type RunNetwork, usesFeatures } from "./network.ts";
import type { RunWork } from "./time-left.ts";
import { heldOutSets } from "./tail.ts";

/** Of one image in a stage, in floating point operations. */
interface StageCost {
  readonly step: number;
  readonly backward: number;
  readonly features: number;
}

/** What a run is, and for how many of its epochs it is counted. */
interface FlopsOptions {
  whole: RunNetwork;
  task: TaskData;
  epochs: number;
  costOf?: (stage: PlacedStage) => StageCost;
}

/**
 * Floating point operations of a run's training steps, and of its frozen layers' features as if no other run shared them.
 * Evaluation is not counted.
 */
export function runFlops(run: PlannedRun, options: FlopsOptions): RunRecord["flops"] {
  const { steps, backward, features } = countFlops(run, options);
  return { total: steps + features, backward };
}

/** What the runs of a study, in their order, take of this machine: features are counted where they are computed first. */
export function worksOf(
  runs: readonly PlannedRun[],
  { wholeOf, taskOf }: { wholeOf: (run: PlannedRun) => RunNetwork; taskOf: (run: PlannedRun) => TaskData },
): RunWork[] {
  const costs = new Map<string, StageCost>();
  const known = new Set<string>();
  return runs.map((run) => {
    const whole = wholeOf(run);
    const task = taskOf(run);
    const costOf = (stage: PlacedStage): StageCost => {
      const key = [run.strategy, stage.firstEpoch, usesFeatures(run, stage)].join();
      const cost = costs.get(key) ?? stageCost(run, whole, stage);
      costs.set(key, cost);
      return cost;
    };
    const flops = countFlops(run, { whole, task, epochs: run.training.epochs, costOf });
    const steps = run.training.epochs * passesOfEpoch(run, task) * batchesOfPass(run, task);
    const features = featuresKey(run, whole);
    const isKnown = known.has(features);
    if (flops.features > 0) known.add(features);
    return {
      training: flops.steps,
      forward: flops.evaluations + (isKnown ? 0 : flops.features),
      step: flops.steps / steps,
      feature: Math.max(...whole.stages.map((stage) => costOf(stage).features)),
      evaluation: flops.evaluations / run.training.epochs,
    };
  });
}

/** The same for runs that share their features: those above more layers are computed from those above fewer. */
function featuresKey(run: PlannedRun, { stages }: RunNetwork): string {
  const views = stages.some(({ solves }) => solves !== undefined) ? 1 : viewsOf(run);
  return [run.startsFrom, run.seed, run.imagesPerClass, views].join();
}

function countFlops(
  run: PlannedRun,
  { whole, task, epochs, costOf = (stage) => stageCost(run, whole, stage) }: FlopsOptions,
) {
  const passes = passesOfEpoch(run, task);
  const heldOut = heldOutSets(task).reduce((sum, set) => sum + (task[set]?.indices.length ?? 0), 0);
  const flops = { steps: 0, backward: 0, features: 0, evaluations: 0 };
  for (const stage of whole.stages) {
    const stageEpochs = Math.max(0, Math.min(epochs, stage.endEpoch) - stage.firstEpoch);
    const images = stage.solves === undefined ? stageEpochs * passes * imagesOfPass(run, task) : 0;
    const views = stage.solves === undefined ? Math.min(viewsOf(run), stageEpochs * passes) : 1;
    const cost = costOf(stage);
    flops.steps += images * cost.step;
    flops.backward += images * cost.backward;
    flops.features += stageEpochs > 0 ? (views * task.train.indices.length + heldOut) * cost.features : 0;
    flops.evaluations += stageEpochs * heldOut * (cost.step - cost.backward);
  }
  return flops;
}

/** Training images that a pass takes. */
function imagesOfPass({ training: { oversample } }: PlannedRun, { train }: TaskData): number {
  return imagesPerEpoch({ subset: train, oversample });
}

/** An epoch passes over the images again and again where it has to make steps. */
function passesOfEpoch(run: PlannedRun, task: TaskData): number {
  return Math.ceil(run.training.minStepsPerEpoch / batchesOfPass(run, task));
}

function batchesOfPass({ training: { batchSize, oversample } }: PlannedRun, { train }: TaskData): number {
  return batchesPerEpoch({ subset: train, batchSize, oversample });
}

/** Versions of each training image whose features are computed. */
function viewsOf({ training: { augmentation } }: PlannedRun): number {
  return changesImages(augmentation) ? augmentation.views : 1;
}

function stageCost(run: PlannedRun, { network }: RunNetwork, stage: PlacedStage): StageCost {
  const cached = usesFeatures(run, stage);
  const trained = cached ? sliceNetwork(network, stage.boundary) : network;
  const step = trainingFlops(trained, stage.trains);
  return {
    step,
    backward: step - forwardFlops(trained),
    features: cached ? forwardFlops(sliceNetwork(network, 0, stage.boundary)) : 0,
  };
}
