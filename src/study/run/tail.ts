/** @file The tail of a stage, what is above its frozen layers: what it is fed, and how it is measured. */

import { TrainingError } from "../../core/index.ts";
import {
  type AugmentedView,
  type BatchPlan,
  type ImageShape,
  type ImageSubset,
  batchesPerEpoch,
} from "../../data/index.ts";
import { type Network, type Normalization, type Parameters, sliceNetwork } from "../../engine/nn/index.ts";
import type { SessionOptions } from "../../engine/runtime/index.ts";
import {
  type Evaluator,
  type LabelledBatch,
  type Metrics,
  type NetworkInput,
  createEvaluator,
  evaluate,
} from "../../engine/training/index.ts";
import {
  type FeatureCache,
  type FeatureRows,
  type HeadScaling,
  type PlacedStage,
  headScaling,
  rowsOf,
} from "../../transfer/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import {
  type ClosableBatchSource,
  evaluationFeatures,
  evaluationImages,
  featureSource,
  imageSource,
  repeatPasses,
} from "../material/batch-sources.ts";
import type { TaskData } from "../material/tasks.ts";
import type { StageName } from "../records/events.ts";
import { type RunNetwork, imageAugmentation, usesFeatures } from "./network.ts";

/** A stage's network above its frozen layers, and what it is fed. */
export interface FedTail {
  readonly network: Network;
  readonly input: NetworkInput;
  /** Every sample of a held-out set once, in order. */
  batchesOf(set: HeldOutSet): Iterable<LabelledBatch>;
}

/** The same with a way to measure it. */
export interface MeasuredTail extends FedTail {
  /**
   * Loss and accuracy of the whole network on every held-out set, by name.
   *
   * @throws TrainingError if a loss is not a finite number.
   */
  evaluate(parameters: Parameters): Promise<Record<string, Metrics>>;
  close(): Promise<void>;
}

/** The same with what it trains on. */
export interface TrainedTail extends MeasuredTail {
  readonly source: ClosableBatchSource;
  /** Time spent on the features of the frozen layers. */
  readonly featureDurationMs: number;
  /** The trained parameters as the network has them: standardized features are a matter of training alone. */
  fold(parameters: Parameters): Parameters;
}

export interface TailOptions {
  run: PlannedRun;
  whole: RunNetwork;
  stage: PlacedStage;
  /** The parameters that the stage starts with. */
  start: Parameters;
  task: TaskData;
  normalization: Normalization;
  imageShape: ImageShape;
  features: FeatureCache;
  session: SessionOptions;
  listener: {
    onFeatures(images: number, total: number): void;
    onProgress(stage: StageName, images: number, total: number): void;
  };
}

export interface TrainedTailOptions extends TailOptions {
  /** Sets that are measured after every epoch. */
  heldOut: readonly HeldOutSet[];
}

export type HeldOutSet = "validation" | "test";
type SetName = "train" | HeldOutSet;

/** Where images are not augmented anew in every epoch, the frozen layers run once and the rest trains on their features. */
export async function openTrainedTail(options: TrainedTailOptions): Promise<TrainedTail> {
  const { run, stage, imageShape, task, heldOut, normalization } = options;
  const plan: BatchPlan = {
    subset: task.train,
    imageShape,
    batchSize: run.training.batchSize,
    seed: run.seed,
    shuffle: true,
    purpose: run.task,
    augmentation: imageAugmentation(run, normalization),
    oversample: run.training.oversample,
  };
  const started = performance.now();
  const passes = passesPerEpoch(run, plan);
  const rowsOfPass = usesFeatures(run, stage) ? await trainingRows(options, passes) : null;
  const scaling = rowsOfPass === null ? unscaled : scalingOf(options, await rowsOfPass(0));
  const tail = await feedTail(options, heldOut, scaling.rows);
  const featureDurationMs = rowsOfPass === null ? 0 : performance.now() - started;
  const onePass =
    rowsOfPass === null ? imageSource(plan) : featureSource(plan, async (pass) => scaling.rows(await rowsOfPass(pass)));
  const source = repeatPasses(onePass, passes);
  const measured = measureTail(options, tail);
  return {
    ...measured,
    source,
    fold: scaling.fold,
    featureDurationMs,
    close: async () => void (await Promise.all([source.close(), measured.close()])),
  };
}

/** A tail that only measures. */
export async function openMeasuredTail(options: TrainedTailOptions): Promise<MeasuredTail> {
  return measureTail(options, await feedTail(options, options.heldOut));
}

function measureTail(options: TrainedTailOptions, tail: FedTail): MeasuredTail {
  const evaluator = evaluatorOf(options, tail);
  return {
    ...tail,
    evaluate: (parameters) =>
      evaluateSets(options.heldOut, (set) => evaluator.evaluate(parameters, tail.batchesOf(set))),
    close: () => evaluator.close(),
  };
}

/** What a stage's tail is fed of some held-out sets, without what it trains on; features are changed by `scale`. */
export async function feedTail(
  options: TailOptions,
  sets: readonly HeldOutSet[],
  scale: (rows: FeatureRows) => FeatureRows = (rows) => rows,
): Promise<FedTail> {
  const { run, whole, stage, task, imageShape, normalization, listener } = options;
  if (!usesFeatures(run, stage)) {
    return {
      network: whole.network,
      input: { kind: "images", normalization },
      batchesOf: (set) => {
        const subset = subsetOf(task, set);
        return counted(evaluationImages(subset, imageShape), subset, listener);
      },
    };
  }
  const stores = new Map<HeldOutSet, FeatureRows>();
  for (const set of sets) stores.set(set, scale(await featuresOf(options, set)));
  return {
    network: sliceNetwork(whole.network, stage.boundary),
    input: { kind: "features" },
    batchesOf: (set) => {
      const store = stores.get(set);
      if (store === undefined) throw new Error(`internal: no features of the ${set} images`);
      const subset = subsetOf(task, set);
      return counted(evaluationFeatures(subset, store), subset, listener);
    },
  };
}

/** Tells of every batch once it is measured. */
function* counted(
  batches: Iterable<LabelledBatch>,
  { indices }: ImageSubset,
  { onProgress }: Pick<TailOptions["listener"], "onProgress">,
): Generator<LabelledBatch> {
  let scored = 0;
  for (const batch of batches) {
    yield batch;
    scored += batch.labels.data.length;
    onProgress("scoring", scored, indices.length);
  }
}

/** Dense layers are fed their weights; others are built in anew every time, for convolutions are faster so. */
function evaluatorOf({ stage, start, session }: TrainedTailOptions, { network, input }: FedTail): Evaluator {
  if (network.inputShape.length > 1) {
    return {
      evaluate: (parameters, batches) => evaluate({ network, parameters, input }, batches, session),
      close: async () => {},
    };
  }
  const changes = (layer: string): boolean => stage.trains(layer) || stage.adapts(layer);
  return createEvaluator({ network, parameters: start, input, changes }, session);
}

const unscaled: HeadScaling = { rows: (rows) => rows, fold: (parameters) => parameters };

/** Only where a head trains alone, from first to last: a stage that followed would need it as it is. */
function scalingOf({ run, whole, stage }: TailOptions, features: FeatureRows): HeadScaling {
  // below the head nothing but dropout: adapting layers would be fed their own features
  const between = whole.network.layers.slice(stage.boundary, -1);
  const isHeadAlone = between.every(({ randomInTraining }) => randomInTraining === true);
  if (!run.training.standardizeFeatures || !isHeadAlone || whole.stages.length > 1) return unscaled;
  return headScaling(features, whole.plan[whole.plan.length - 1].layer);
}

/** Features of the training images as they are, not augmented. */
export function trainingFeatures(options: TailOptions): Promise<FeatureRows> {
  return featuresOf(options, "train");
}

/** Small sets are passed over several times in an epoch, until it has the steps it should. */
function passesPerEpoch({ training: { minStepsPerEpoch } }: PlannedRun, plan: BatchPlan): number {
  return Math.ceil(minStepsPerEpoch / batchesPerEpoch(plan));
}

/**
 * What each pass over the training images trains on: their features, or those of one augmented view of them after
 * another, where view v is what pass v would have seen. The views that the stage wants are there when this resolves.
 */
async function trainingRows(options: TailOptions, passes: number): Promise<(pass: number) => Promise<FeatureRows>> {
  const { run, stage, normalization } = options;
  const augmentation = imageAugmentation(run, normalization);
  const views = augmentation === undefined ? 1 : run.training.augmentation.views;
  const known = new Map<number, Promise<FeatureRows>>();
  const rowsOfPass = (pass: number): Promise<FeatureRows> => {
    const epoch = pass % views;
    const view = augmentation === undefined ? undefined : { augmentation, seed: run.seed, epoch };
    const rows = known.get(epoch) ?? featuresOf(options, "train", view);
    known.set(epoch, rows);
    return rows;
  };
  const wanted = Math.min(views, (stage.endEpoch - stage.firstEpoch) * passes);
  for (let index = 0; index < wanted; index++) await rowsOfPass(stage.firstEpoch * passes + index);
  return rowsOfPass;
}

/** Training images, and those held back from them, are rows of the pool's features, which every budget of the seed shares. */
async function featuresOf(options: TailOptions, set: SetName, view?: AugmentedView): Promise<FeatureRows> {
  const { run, whole, stage, start, task, imageShape, features, normalization, listener } = options;
  const isPooled = subsetOf(task, set).part === task.pool.part;
  const store = await features.features({
    weightsId: frozenWeightsId(options),
    subsetId: `${run.task}/${isPooled ? task.poolId : set}`,
    network: whole.network,
    parameters: start,
    boundary: stage.boundary,
    subset: isPooled ? task.pool : subsetOf(task, set),
    imageShape,
    view,
    input: { kind: "images", normalization },
    onProgress: listener.onFeatures,
  });
  return isPooled ? rowsOf(store, { pool: task.pool, subset: subsetOf(task, set) }) : store;
}

/** Frozen layers that hold what the run started from share their features with every run that started from it. */
function frozenWeightsId({ run, whole, stage }: TailOptions): string {
  const frozen = new Set(whole.network.layers.slice(0, stage.boundary).map(({ name }) => name));
  const asTransferred = whole.plan.every(
    ({ layer, starts }) => !frozen.has(layer) || (starts === "transferred" && !trainsEarlier(whole, { stage, layer })),
  );
  return asTransferred && run.startsFrom !== null ? run.startsFrom : `${run.id}/${stage.firstEpoch}`;
}

function trainsEarlier({ stages }: RunNetwork, { stage, layer }: { stage: PlacedStage; layer: string }): boolean {
  return stages.some((earlier) => earlier.firstEpoch < stage.firstEpoch && earlier.trains(layer));
}

async function evaluateSets(
  sets: readonly HeldOutSet[],
  measure: (set: HeldOutSet) => Promise<Metrics>,
): Promise<Record<string, Metrics>> {
  const results: Record<string, Metrics> = {};
  for (const set of sets) {
    const metrics = await measure(set);
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
