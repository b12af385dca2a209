/** @file A made-up study for the tests of this room: plausible curves, no training. */

import { stream } from "../core/index.ts";
import type {
  EpochRecord,
  ExampleImages,
  FreezeProofRecord,
  RunRecord,
  StudySummary,
  TrainingConfig,
} from "../study/index.ts";

const classNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const targetIds = [0, 7];
const sourceIds = [1, 2, 3, 4, 5, 6, 8, 9];

interface ModelPlan {
  model: string;
  strategy: string;
  label: string;
  task: "source" | "target";
  startsFrom: string | null;
  /** Where the test accuracy starts and ends. */
  from: number;
  to: number;
  trainableParameters: number;
  epochMs: number;
  featureDurationMs: number;
}

const plans: ModelPlan[] = [
  plan("M1", "source", "source", {
    task: "source",
    from: 0.3,
    to: 0.76,
    trainableParameters: 591_816,
    epochMs: 61_000,
  }),
  plan("M2", "scratch", "no transfer", { from: 0.72, to: 0.942, trainableParameters: 591_042, epochMs: 15_200 }),
  plan("M3", "last-layer", "fine-tune one layer", {
    startsFrom: "M1",
    from: 0.89,
    to: 0.931,
    trainableParameters: 258,
    epochMs: 410,
    featureDurationMs: 5_400,
  }),
  plan("M4", "last-two-layers", "fine-tune two layers", {
    startsFrom: "M1",
    from: 0.91,
    to: 0.957,
    trainableParameters: 524_802,
    epochMs: 1_350,
    featureDurationMs: 4_900,
  }),
];

function plan(model: string, strategy: string, label: string, rest: Partial<ModelPlan>): ModelPlan {
  const defaults = { task: "target" as const, startsFrom: null, from: 0.5, to: 0.9, featureDurationMs: 0 };
  return { model, strategy, label, trainableParameters: 591_042, epochMs: 1000, ...defaults, ...rest };
}

/** The classic study as it might have gone on CIFAR-10. */
export function testSummary({ seeds = [0], epochs = 20 }: { seeds?: number[]; epochs?: number } = {}): StudySummary {
  return {
    formatVersion: 1,
    name: "classic",
    protocol: "Four models, from scratch and by transfer, on two classes held out from the source task.",
    notes: ["Frozen layers are frozen: the proof below compares every tensor bit by bit."],
    dataset: {
      name: "cifar10",
      title: "CIFAR-10",
      classNames,
      checksum: "9f2b1c0d6e7a4f38".repeat(4),
      provenance: "the official archive, checksum verified",
    },
    source: task(sourceIds, 40_000, 8_000),
    target: task(targetIds, 10_000, 2_000),
    seeds,
    budgets: ["all"],
    tuning: [],
    transferability: [],
    featureMaps: [],
    firstFilters: [],
    epochs,
    batchSize: 32,
    runs: seeds.flatMap((seed) => plans.map((entry) => testRun(entry, { seed, epochs }))),
    examples: testExamples(),
    machine: {
      platform: "linux x64",
      cpu: "Example CPU 3000 @ 2.60GHz",
      threads: 2,
      device: "cpu",
      node: "24.21.0",
      onnxruntime: "1.30.0",
      graft: "0.1.0",
    },
    startedAt: "2026-01-05T10:00:00.000Z",
    finishedAt: "2026-01-05T10:27:30.000Z",
    durationMs: 1_650_000,
    command: "graft study classic",
  };
}

/** The run of `model` and `seed` in a summary. */
export function runOf(summary: StudySummary, model: string, seed = 0): RunRecord {
  const run = summary.runs.find((candidate) => candidate.model === model && candidate.seed === seed);
  if (!run) throw new Error(`no run ${model} with seed ${seed}`);
  return run;
}

/** Sets the test accuracy of a run's last epoch. */
export function setLastAccuracy(run: RunRecord, testAccuracy: number): void {
  const last = run.epochs.at(-1);
  if (!last) throw new Error(`${run.id} has no epochs`);
  last.testAccuracy = testAccuracy;
}

/** Makes a run fail after `epochs` finished epochs. */
export function failRun(run: RunRecord, epochs: number): void {
  run.status = "failed";
  run.failure = `${run.id}: the loss is not finite at step ${epochs * 312 + 17}. Lower the learning rate.`;
  run.epochs = run.epochs.slice(0, epochs);
  delete run.freezeProof;
}

function task(classIds: number[], trainImages: number, testImages: number) {
  const names = classIds.map((id) => classNames[id] ?? "");
  return { classIds, classNames: names, trainImages, validationImages: 0, testImages };
}

const training: TrainingConfig = {
  epochs: 20,
  batchSize: 32,
  minStepsPerEpoch: 1,
  learningRate: 0.05,
  optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 },
  schedule: { name: "one-cycle", rise: 0.3 },
  warmUp: 0,
  labelSmoothing: 0,
  focalGamma: 0,
  headStart: "random",
  standardizeFeatures: false,
  layerDecay: 1,
  transferredRate: 1,
  statistics: "follow",
  clipNorm: null,
  averaging: null,
  // what is left out is not done
  augmentation: {} as TrainingConfig["augmentation"],
  classWeights: "none",
  oversample: false,
  earlyStopping: null,
};

function testRun(entry: ModelPlan, { seed, epochs }: { seed: number; epochs: number }): RunRecord {
  const isSource = entry.task === "source";
  const totalParameters = isSource ? 591_816 : 591_042;
  const records = Array.from({ length: epochs }, (_, index) => epochRecord(entry, { seed, epoch: index + 1, epochs }));
  return {
    id: `${entry.model}-${entry.strategy}-seed${seed}`,
    model: entry.model,
    strategy: entry.strategy,
    label: entry.label,
    task: entry.task,
    seed,
    startsFrom: entry.startsFrom === null ? null : `M1-source-seed${seed}`,
    status: "done",
    trainImages: isSource ? 40_000 : 10_000,
    testImages: isSource ? 8_000 : 2_000,
    totalParameters,
    trainableParameters: entry.trainableParameters,
    epochs: records,
    ...(entry.trainableParameters < totalParameters ? { freezeProof: freezeProof(entry.trainableParameters) } : {}),
    durationMs: records.reduce((sum, record) => sum + record.durationMs, entry.featureDurationMs),
    featureDurationMs: entry.featureDurationMs,
    imagesPerClass: "all",
    learningRate: 0.05,
    training,
    flops: { total: 3e14, backward: 2e14 },
  };
}

function epochRecord(
  entry: ModelPlan,
  { seed, epoch, epochs }: { seed: number; epoch: number; epochs: number },
): EpochRecord {
  const random = stream(seed, entry.model, epoch);
  const seedShift = (stream(seed, entry.model).uniform() - 0.5) * 0.012;
  const progress = 1 - Math.exp((-4 * (epoch - 1)) / Math.max(4, epochs - 1));
  const ideal = entry.from + (entry.to - entry.from) * progress + seedShift;
  const testAccuracy = Math.round((ideal + (random.uniform() - 0.5) * 0.012) * 2000) / 2000;
  const overfit = 0.04 * progress;
  const trainAccuracy = Math.min(0.999, ideal - 0.03 + 2 * overfit);
  const images = entry.task === "source" ? 40_000 : 10_000;
  const trainDurationMs = entry.epochMs * (0.88 + 0.04 * random.uniform());
  return {
    epoch,
    trainLoss: lossFor(trainAccuracy),
    trainAccuracy,
    testLoss: lossFor(testAccuracy) * (1 + overfit * 3),
    testAccuracy,
    learningRate: 0.05 * (1 - (epoch - 1) / epochs),
    trainDurationMs,
    durationMs: trainDurationMs + entry.epochMs * 0.1,
    imagesPerSecond: images / (trainDurationMs / 1000),
  };
}

function lossFor(accuracy: number): number {
  return -Math.log(accuracy) * 1.9;
}

/** A proof that holds for a network that trains so many parameters. */
export function freezeProof(trainable: number): FreezeProofRecord {
  const tensors = ["conv1", "conv2", "conv3", "conv4", "dense1", "dense2"].flatMap((layer, index) => [
    { name: `${layer}.weight`, parameters: [864, 18_432, 18_432, 18_432, 524_288, 256][index] ?? 0, layer: index },
    { name: `${layer}.bias`, parameters: [32, 64, 32, 64, 128, 2][index] ?? 0, layer: index },
  ]);
  const firstTrainable = trainable > 1000 ? 4 : 5;
  const entry = ({ name, parameters }: { name: string; parameters: number }, changed: boolean) => {
    const before = digest(name);
    return { name, parameters, changed, before, after: changed ? digest(`${name}-after`) : before };
  };
  return {
    holds: true,
    frozen: tensors.filter((tensor) => tensor.layer < firstTrainable).map((tensor) => entry(tensor, false)),
    trainable: tensors
      .filter((tensor) => tensor.layer >= firstTrainable)
      .map((tensor) => ({ ...entry(tensor, true), updated: true })),
    adapting: [],
  };
}

function digest(text: string): string {
  const random = stream(1, text);
  return Array.from({ length: 16 }, () => random.integer(16).toString(16)).join("");
}

function testExamples(): ExampleImages {
  const [channels, height, width] = [3, 32, 32];
  return {
    channels,
    height,
    width,
    classes: classNames.map((className, classId) => ({
      classId,
      className,
      task: targetIds.includes(classId) ? ("target" as const) : ("source" as const),
      imagesBase64: Array.from({ length: 8 }, (_, index) => testImage(classId, index, { channels, height, width })),
    })),
  };
}

/** A disc of the class's own colour on a gradient. */
function testImage(
  classId: number,
  index: number,
  { channels, height, width }: { channels: number; height: number; width: number },
): string {
  const random = stream(index, "image", classId);
  const [cx, cy, radius] = [10 + random.integer(12), 10 + random.integer(12), 6 + random.integer(6)];
  const bytes = new Uint8Array(channels * height * width);
  for (let channel = 0; channel < channels; channel++) {
    const ink = (classId * 53 + channel * 97) % 256;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inside = (x - cx) ** 2 + (y - cy) ** 2 < radius ** 2;
        bytes[(channel * height + y) * width + x] = inside ? ink : 90 + 3 * y + random.integer(20);
      }
    }
  }
  return Buffer.from(bytes).toString("base64");
}
