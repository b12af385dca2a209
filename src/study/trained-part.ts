/** @file The part of a run's network that trains: what it is fed, and how it is measured. */

import { TrainingError } from "../core/index.ts";
import type { BatchPlan, ImageShape } from "../data/index.ts";
import { type Network, type Parameters, sliceNetwork } from "../engine/nn/index.ts";
import type { SessionOptions } from "../engine/runtime/index.ts";
import { type LabelledBatch, type Metrics, type NetworkInput, evaluate } from "../engine/training/index.ts";
import type { FeatureCache, FeatureStore } from "../transfer/index.ts";
import {
  type ClosableBatchSource,
  evaluationFeatures,
  evaluationImages,
  featureSource,
  imageSource,
} from "./batch-sources.ts";
import type { PlannedRun } from "./plan.ts";
import { type RunNetwork, isAugmented, usesFeatures } from "./run-network.ts";
import type { SeedTasks, TaskData } from "./tasks.ts";

/** The frozen part taken out: what is left to train, and what it is fed. */
export interface TrainedPart {
  readonly network: Network;
  readonly input: NetworkInput;
  readonly source: ClosableBatchSource;
  /** Time spent on the features of the frozen layers. */
  readonly featureDurationMs: number;
  /**
   * Loss and accuracy of the whole network on every held-out set, by name.
   *
   * @throws TrainingError if a loss is not a finite number.
   */
  evaluate(parameters: Parameters): Promise<Record<string, Metrics>>;
}

export interface TrainedPartOptions {
  run: PlannedRun;
  whole: RunNetwork;
  /** The parameters that the run starts with. */
  start: Parameters;
  tasks: SeedTasks;
  imageShape: ImageShape;
  features: FeatureCache;
  session: SessionOptions;
  onFeatures: (images: number, total: number) => void;
}

type SetName = "train" | "validation" | "test";

/** Where nothing is augmented, the frozen layers run once and the rest trains on their features. */
export async function trainedPart(options: TrainedPartOptions): Promise<TrainedPart> {
  const { run, whole, imageShape, tasks } = options;
  const plan: BatchPlan = {
    subset: tasks[run.task].train,
    imageShape,
    batchSize: run.training.batchSize,
    seed: run.seed,
    shuffle: true,
    purpose: run.task,
    ...(isAugmented(run.training.augmentation) ? { augmentation: run.training.augmentation } : {}),
  };
  if (usesFeatures(run, whole)) return featurePart(options, plan);
  const { network } = whole;
  const input: NetworkInput = { kind: "images", normalization: tasks.normalization };
  return {
    network,
    input,
    source: imageSource(plan),
    featureDurationMs: 0,
    evaluate: (parameters) =>
      evaluateSets(options, { network, parameters, input }, (set) =>
        evaluationImages(subsetOf(tasks[run.task], set), imageShape),
      ),
  };
}

async function featurePart(options: TrainedPartOptions, plan: BatchPlan): Promise<TrainedPart> {
  const { run, whole, tasks } = options;
  const task = tasks[run.task];
  const started = performance.now();
  const stores = new Map<SetName, FeatureStore>();
  for (const set of ["train", ...heldOutSets(task)] as const) stores.set(set, await featuresOf(options, set));
  const storeOf = (set: SetName): FeatureStore => {
    const store = stores.get(set);
    if (store === undefined) throw new Error(`internal: no features of the ${set} images`);
    return store;
  };
  const network = sliceNetwork(whole.network, whole.boundary);
  const input: NetworkInput = { kind: "features" };
  return {
    network,
    input,
    source: featureSource(plan, storeOf("train")),
    featureDurationMs: performance.now() - started,
    evaluate: (parameters) =>
      evaluateSets(options, { network, parameters, input }, (set) =>
        evaluationFeatures(subsetOf(task, set), storeOf(set)),
      ),
  };
}

async function featuresOf(
  { run, whole, start, tasks, imageShape, features, onFeatures }: TrainedPartOptions,
  set: SetName,
): Promise<FeatureStore> {
  return features.features({
    weightsId: run.startsFrom ?? run.id,
    subsetId: `${run.task}/${set}`,
    network: whole.network,
    parameters: start,
    boundary: whole.boundary,
    subset: subsetOf(tasks[run.task], set),
    imageShape,
    input: { kind: "images", normalization: tasks.normalization },
    onProgress: onFeatures,
  });
}

async function evaluateSets(
  { run, tasks, session }: TrainedPartOptions,
  model: { network: Network; parameters: Parameters; input: NetworkInput },
  batchesOf: (set: SetName) => Iterable<LabelledBatch>,
): Promise<Record<string, Metrics>> {
  const results: Record<string, Metrics> = {};
  for (const set of heldOutSets(tasks[run.task])) {
    const metrics = await evaluate(model, batchesOf(set), session);
    if (!Number.isFinite(metrics.loss)) {
      throw new TrainingError(
        `evaluation: expected a finite loss of the ${set} images, got ${metrics.loss}. Lower the learning rate or warm it up.`,
      );
    }
    results[set] = metrics;
  }
  return results;
}

function heldOutSets({ validation }: TaskData): readonly ("test" | "validation")[] {
  return validation === null ? ["test"] : ["test", "validation"];
}

function subsetOf(task: TaskData, set: SetName): TaskData["train"] {
  const subset = task[set];
  if (subset === null) throw new Error("internal: the task holds no validation images back");
  return subset;
}
