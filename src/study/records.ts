/** @file What a study leaves behind, as plain data: the only thing that reports are made from. */

/** One line of `history.jsonl`: the state of a run after one epoch. Losses in nats, accuracies in [0, 1]. */
export interface EpochRecord {
  /** From 1. */
  epoch: number;
  /** Mean over the epoch's training steps, with dropout and augmentation active, as the optimizer saw it. */
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

/** What the freeze proof found after a run: frozen tensors compared bit by bit with where they came from. */
export interface FreezeProofRecord {
  /** True if every frozen tensor is bit-identical and every trainable one changed. */
  holds: boolean;
  frozen: FreezeProofTensor[];
  trainable: FreezeProofTensor[];
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
  /** Id of the run whose weights this one started from; null from random weights. */
  startsFrom: string | null;
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
  freezeProof?: FreezeProofRecord;
  /** Wall time of the whole run, feature extraction and evaluation included. */
  durationMs: number;
  /** Time spent computing the features of the frozen layers once; 0 where nothing is frozen. */
  featureDurationMs: number;
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
  source: TaskRecord;
  target: TaskRecord;
  seeds: number[];
  epochs: number;
  batchSize: number;
  /** The optimizer and its schedule as a person would write them: `SGD, momentum 0.9, learning rate 0.05, one-cycle, batch 64, 20 epochs`. */
  recipe: string;
  runs: RunRecord[];
  examples: ExampleImages;
  machine: {
    platform: string;
    cpu: string;
    threads: number;
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
