/** @file The part of a run's network that trains: what it is fed, and how it is measured. */

import { TrainingError } from "../core/index.ts";
import type { BatchPlan, ImageShape } from "../data/index.ts";
import { type Network, type Normalization, type Parameters, sliceNetwork } from "../engine/nn/index.ts";
import type { SessionOptions } from "../engine/runtime/index.ts";
import { type LabelledBatch, type Metrics, type NetworkInput, evaluate } from "../engine/training/index.ts";
import { type FeatureCache, type FeatureRows, type StagePart, rowsOf } from "../transfer/index.ts";
import {
  type ClosableBatchSource,
  evaluationFeatures,
  evaluationImages,
  featureSource,
  imageSource,
  repeated,
} from "./batch-sources.ts";
import type { PlannedRun } from "./plan.ts";
import { type RunNetwork, isAugmented, usesFeatures } from "./run-network.ts";
import type { TaskData } from "./tasks.ts";

/** The frozen part of a stage taken out: what is left to train, and what it is fed. */
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
  stage: StagePart;
  /** The parameters that the stage starts with. */
  start: Parameters;
  /** Names the frozen layers' weights: runs that share them share their features. */
  frozenWeightsId: string;
  task: TaskData;
  /** Sets that are measured after every epoch. */
  heldOut: readonly HeldOutSet[];
  normalization: Normalization;
  imageShape: ImageShape;
  features: FeatureCache;
  session: SessionOptions;
  onFeatures: (images: number, total: number) => void;
}

export type HeldOutSet = "validation" | "test";
type SetName = "train" | HeldOutSet;

/** Where nothing is augmented, the frozen layers run once and the rest trains on their features. */
export async function trainedPart(options: TrainedPartOptions): Promise<TrainedPart> {
  const { run, whole, stage, imageShape, task } = options;
  const plan: BatchPlan = {
    subset: task.train,
    imageShape,
    batchSize: run.training.batchSize,
    seed: run.seed,
    shuffle: true,
    purpose: run.task,
    ...(isAugmented(run.training.augmentation) ? { augmentation: run.training.augmentation } : {}),
  };
  if (usesFeatures(run, stage)) return featurePart(options, plan);
  const { network } = whole;
  const input: NetworkInput = { kind: "images", normalization: options.normalization };
  return {
    network,
    input,
    source: inEpochs(run, imageSource(plan)),
    featureDurationMs: 0,
    evaluate: (parameters) =>
      evaluateSets(options, { network, parameters, input }, (set) => evaluationImages(subsetOf(task, set), imageShape)),
  };
}

async function featurePart(options: TrainedPartOptions, plan: BatchPlan): Promise<TrainedPart> {
  const { run, whole, stage, task, heldOut } = options;
  const started = performance.now();
  const stores = new Map<SetName, FeatureRows>();
  for (const set of ["train", ...heldOut] as const) stores.set(set, await featuresOf(options, set));
  const storeOf = (set: SetName): FeatureRows => {
    const store = stores.get(set);
    if (store === undefined) throw new Error(`internal: no features of the ${set} images`);
    return store;
  };
  const network = sliceNetwork(whole.network, stage.boundary);
  const input: NetworkInput = { kind: "features" };
  return {
    network,
    input,
    source: inEpochs(run, featureSource(plan, storeOf("train"))),
    featureDurationMs: performance.now() - started,
    evaluate: (parameters) =>
      evaluateSets(options, { network, parameters, input }, (set) =>
        evaluationFeatures(subsetOf(task, set), storeOf(set)),
      ),
  };
}

/** Small sets are passed over several times in an epoch, until it has the steps it should. */
function inEpochs({ training: { minStepsPerEpoch } }: PlannedRun, source: ClosableBatchSource): ClosableBatchSource {
  return repeated(source, Math.ceil(minStepsPerEpoch / source.batchesPerEpoch));
}

/** Training images are rows of the pool's features, which every budget of the seed shares. */
async function featuresOf(options: TrainedPartOptions, set: SetName): Promise<FeatureRows> {
  const { run, whole, stage, start, frozenWeightsId, task, imageShape, features, normalization } = options;
  const isPooled = set === "train" || set === "validation";
  const store = await features.features({
    weightsId: frozenWeightsId,
    subsetId: `${run.task}/${isPooled ? "pool" : set}`,
    network: whole.network,
    parameters: start,
    boundary: stage.boundary,
    subset: isPooled ? task.pool : subsetOf(task, set),
    imageShape,
    input: { kind: "images", normalization },
    onProgress: options.onFeatures,
  });
  return isPooled ? rowsOf(store, { pool: task.pool, subset: subsetOf(task, set) }) : store;
}

async function evaluateSets(
  { heldOut, session }: TrainedPartOptions,
  model: { network: Network; parameters: Parameters; input: NetworkInput },
  batchesOf: (set: SetName) => Iterable<LabelledBatch>,
): Promise<Record<string, Metrics>> {
  const results: Record<string, Metrics> = {};
  for (const set of heldOut) {
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

/** What a run measures after every epoch. */
export function heldOutSets({ validation }: TaskData): readonly HeldOutSet[] {
  return validation === null ? ["test"] : ["test", "validation"];
}

function subsetOf(task: TaskData, set: SetName): TaskData["train"] {
  const subset = task[set];
  if (subset === null) throw new Error("internal: the task holds no validation images back");
  return subset;
}
