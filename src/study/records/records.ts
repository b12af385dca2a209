/** @file What a study leaves behind, as plain data: the only thing that reports are made from. */

import type { Interpolation } from "../../core/index.ts";
import type { LearningOutcome } from "../../statistics/index.ts";
import type { HeadSolver, LayerCurvePoint } from "../../transfer/index.ts";
import type { SourceProbe } from "../file/plan.ts";
import type { FeatureMapRecord, TransferabilityRecord } from "./analysis-record.ts";
import type { TrainingConfig } from "../file/training-schema.ts";
import type { BudgetRecommendation } from "./answer-record.ts";
import type { EvaluationRecord, ShownImageRecord } from "./evaluation-record.ts";
import type { OtherMachine } from "./fingerprint.ts";

/** One line of `history.jsonl`: the state of a run after one epoch. Losses in nats, accuracies in [0, 1]. */
export interface EpochRecord {
  /** From 1. */
  epoch: number;
  /** Mean over the epoch's training steps, with dropout, augmentation, mixup and class weights as the recipe has them, as the optimizer saw it. */
  trainLoss: number;
  trainAccuracy: number;
  /** Absent in studies that hold no validation images back. */
  validationLoss?: number;
  validationAccuracy?: number;
  /** Measured after the epoch on the whole test set of the run's task, without dropout. */
  testLoss: number;
  testAccuracy: number;
  /** Of the epoch's last step. */
  learningRate: number;
  /** Training alone, without evaluation. */
  trainDurationMs: number;
  /** Training and evaluation. */
  durationMs: number;
  /** Training images per second. */
  imagesPerSecond: number;
}

/** What the freeze proof found after a run: tensors compared bit by bit with where they came from. */
export interface FreezeProofRecord {
  /** True if every frozen tensor is bit-identical, every trainable one was updated, and what was merged is the sum. */
  holds: boolean;
  frozen: FreezeProofTensor[];
  /** Updated by the optimizer or a solver; one that came out equal is no failure. */
  trainable: TrainableProofTensor[];
  /** Statistics that follow the batches; in records of earlier versions they are among the others. */
  adapting?: FreezeProofTensor[];
  /** Frozen weights as the run leaves them, with what adapters beside them learned; only where there were some. */
  merged?: MergedProofTensor[];
}

export interface FreezeProofTensor {
  /** For example `conv1.weight`. */
  name: string;
  parameters: number;
  changed: boolean;
  /** First 16 hexadecimal digits of the SHA-256 of its bytes, before and after training. */
  before: string;
  after: string;
}

export interface TrainableProofTensor extends FreezeProofTensor {
  /** True if it received an update; absent in records of earlier versions, whose proof wanted it changed. */
  updated?: boolean;
}

export interface MergedProofTensor extends FreezeProofTensor {
  /** True if it is the weight before plus what its adapter learned. */
  isSum: boolean;
}

/** One model trained once. */
export interface RunRecord {
  /** Unique in the study, and the name of its folder: `M3-last-layer-seed0`. */
  id: string;
  /** `M1` … `M4` in the classic study; other strategies go on counting. */
  model: string;
  /** Name of the strategy; `source` for the run that trains on the source task. */
  strategy: string;
  /** What people read: `no transfer`, `fine-tune one layer`. */
  label: string;
  task: "source" | "target";
  seed: number;
  /** Id of the run whose weights this one started from, `pretrained` for a network trained elsewhere; null from random weights. */
  startsFrom: string | null;
  /** What finds its head without steps; absent where steps are taken, and in records of earlier versions. */
  solves?: HeadSolver;
  /** Where its strategy stands on the layer curves; absent for others. */
  layerCurve?: LayerCurvePoint;
  /** Training images of each class that were asked for: the budget of a target run. */
  imagesPerClass: number | "all";
  /** The highest rate of the run's schedule: as configured, or chosen by the strategy's trials; 0 where no step is taken. */
  learningRate: number;
  /** How it trains, settled before the first run; absent in records of earlier versions. */
  training?: TrainingConfig;
  /** The parts of the run in which different layers trained; absent where the same ones did from first to last. */
  stages?: { label: string; epochs: number; trainableParameters: number }[];
  status: "pending" | "running" | "done" | "failed" | "interrupted";
  /** The sentence that says why, for failed runs. */
  failure?: string;
  trainImages: number;
  testImages: number;
  totalParameters: number;
  trainableParameters: number;
  /** One entry a finished epoch, in order. */
  epochs: EpochRecord[];
  /** The epoch whose weights were kept, where early stopping chose it; absent where they are the last epoch's. */
  keptEpoch?: number;
  /** Whether it learned its task, judged when it finished; absent in records of earlier versions. */
  outcome?: LearningOutcome;
  freezeProof?: FreezeProofRecord;
  /**
   * Of a linear probe: its strength (scikit-learn's C), what images said of it that were held out to choose it, and how
   * it did with a quarter, half and most of its images (absent in records of earlier versions).
   */
  probe?: {
    strength: number;
    crossValidated: { logLoss: number; accuracy: number; images?: number } | null;
    curve?: readonly { images: number; accuracy: number }[];
  };
  /** What a linear probe said of the source's features, where Graft chose by it how to train. */
  sourceProbe?: SourceProbe;
  /** Wall time of the whole run, feature extraction and evaluation included. */
  durationMs: number;
  /** Time spent computing the features of the frozen layers once; 0 where nothing is frozen. */
  featureDurationMs: number;
  /** Floating point operations of the training steps and of the frozen layers' features, and how many of them went backwards. */
  flops: { total: number; backward: number };
  /** How the finished model does on the test set of its task, image by image; absent until the run is done. */
  evaluation?: EvaluationRecord;
  /**
   * Accuracy on the source's test set with the source's own head on this run's backbone, for runs that changed it:
   * what fine-tuning made it forget.
   */
  sourceAccuracy?: number;
  /** Where it was trained, or a part of it, if that is a machine of another kind than the study's: bits and times do not compare. */
  trainedOn?: OtherMachine;
  /** SHA-256 of the files of its weights and model, written when it is done; absent in records of earlier versions. */
  files?: { checkpoint: string; model: string };
  /** For each layer that started from transferred weights: |after - before| / |before|, in the Euclidean norm. */
  weightChange?: { layer: string; relative: number }[];
}

/**
 * How the learning rate of a strategy's runs at one budget was chosen, by trials on training images held back for that.
 * What may be absent is so in records of earlier versions, which tried one list of rates for every strategy.
 */
export interface TuningRecord {
  strategy: string;
  imagesPerClass: number | "all";
  /** The study's first. */
  seed: number;
  /** Those whose runs had trials. */
  seeds?: number[];
  /** Of one run. */
  trainImages?: number;
  trials: TuningTrial[];
  /** The recipe's own rate. */
  recipeRate?: number;
  /** Times the recipe's own rate, for every seed; 1 where that was kept. */
  factor?: number;
  /** The rate of the runs. */
  chosen: number;
  moved?: boolean;
  /** Steps of the trials over those of one run: every strategy has the same allowance. */
  trainings?: number;
  /** Floating point operations of the trials, counted as those of runs are. */
  flops?: number;
  durationMs: number;
  /** Why there were no trials: too few images in all, or the runs to start from failed. */
  reason?: { code: "few-images"; needed: number } | { code: "origin-failed" };
}

/** What one candidate did at one budget, in the last round that it came to there. */
export interface TuningTrial {
  learningRate: number;
  /** Mean over the held-back images, each model at its best temperature (no temperature in earlier versions); null if a trial diverged. */
  validationLoss: number | null;
  validationAccuracy: number | null;
  /** Times the recipe's own rate. */
  factor?: number;
  /** Its loss less that of the recipe's own rate on the same images, and the standard error; null where one diverged. */
  differenceToRecipe?: number | null;
  standardError?: number | null;
  /** Held-back parts of the training images that it was scored on. */
  folds?: number;
  /** 1: a third of the steps alone; 2: all of them. */
  rounds?: number;
  diverged?: boolean;
}

export interface TaskRecord {
  /** Class ids in the data set, in the order of the task's own labels. */
  classIds: number[];
  classNames: string[];
  trainImages: number;
  validationImages: number;
  testImages: number;
}

/** A few images for the report, as `[count, channels, height, width]` bytes in base64. */
export interface ExampleImages {
  channels: number;
  height: number;
  width: number;
  /** One row a class of the data set, in class order. */
  classes: { classId: number; className: string; task: "source" | "target" | "neither"; imagesBase64: string[] }[];
}

/** What a study learns about transfer beside training. */
export type AnalysisRecord = Pick<StudySummary, "transferability" | "featureMaps" | "firstFilters">;

/** `summary.json`: everything a report is made from. */
export interface StudySummary {
  formatVersion: 1;
  /** Name of the study: its preset or the name in its file. */
  name: string;
  /** One sentence on the protocol, shown under the title. */
  protocol: string;
  /** What to know about how this protocol differs from another; shown in the report, one paragraph each. */
  notes: string[];
  dataset: {
    /** `cifar10`, `shapes10`. */
    name: string;
    /** `CIFAR-10`, `shapes10 (built-in, procedural)`. */
    title: string;
    classNames: string[];
    /** SHA-256 over images and labels. */
    checksum: string;
    /** Where it was read from, as a person would say it. */
    provenance: string;
  };
  /** The source's own data set, where it has one. */
  sourceDataset?: StudySummary["dataset"];
  /** The network that runs start from, where it was trained elsewhere. */
  backbone?: {
    name: string;
    title: string;
    /** SHA-256 of its file. */
    checksum: string;
    provenance: string;
    /** Why its layers cannot be trained; null if they can. */
    untrainable: string | null;
    /** Trained numbers, its own head included. */
    parameters: number;
  };
  /** Null where the source network was trained elsewhere. */
  source: TaskRecord | null;
  target: TaskRecord;
  seeds: number[];
  /** Target images of each class, from few to many; one entry where the study has one budget. */
  budgets: (number | "all")[];
  epochs: number;
  batchSize: number;
  /** How its runs train, in words, of earlier versions; each run says it as data. */
  recipe?: string;
  runs: RunRecord[];
  /** From few images to many, of the runs that are done; absent in summaries of earlier versions. */
  recommendations?: BudgetRecommendation[];
  /** How learning rates were chosen, strategy by strategy; empty where they were configured. */
  tuning: TuningRecord[];
  /** Guesses at transferability, where a source was trained. */
  transferability: TransferabilityRecord[];
  featureMaps: FeatureMapRecord[];
  /** Filters of the first convolution before and after, [filters, channels, height, width] as float32 in base64. */
  firstFilters: { runId: string; shape: number[]; base64: string }[];
  examples: ExampleImages;
  /** Test images of the target that some model of the first seed got wrong, those of the most accurate model first; absent in summaries of earlier versions. */
  wrongImages?: ShownImageRecord[];
  /** Test images of the target that no model got wrong and of which some run kept where it looked; absent in summaries of earlier versions. */
  rightImages?: ShownImageRecord[];
  /** What an image is made into before a model sees it; absent in summaries of earlier versions. */
  modelInput?: {
    shape: readonly [channels: number, height: number, width: number];
    fit: "cover" | "contain" | "fill";
    /** Of the shorter side, before the centre is cut out. */
    resizeShorter?: number;
    /** `bilinear` when left out. */
    interpolation?: Interpolation;
  };
  machine: {
    platform: string;
    cpu: string;
    /** Of each run. */
    threads: number;
    /** Runs that trained at once, which their times are to be read with; absent where they trained one after another. */
    jobs?: number;
    device: string;
    node: string;
    onnxruntime: string;
    graft: string;
  };
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string | null;
  durationMs: number;
  /** The command that made the study, for the report's last page. */
  command: string;
}
