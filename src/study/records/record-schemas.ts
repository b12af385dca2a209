/** @file The form of every record that is read back: what a field may be, and what earlier versions left out. */

import { interpolations } from "../../core/index.ts";
import { z } from "zod";
import { trainingSchema } from "../file/training-schema.ts";
import type { FeatureMapRecord, TransferabilityRecord } from "./analysis-record.ts";
import type { BudgetRecommendation, BudgetStand, SeedsRecord } from "./answer-record.ts";
import type { EvaluationRecord, ShownImageRecord } from "./evaluation-record.ts";
import { otherMachineSchema } from "./fingerprint.ts";
import type { EpochRecord, RunRecord, StudySummary } from "./records.ts";
import { type FieldsOf, budget, count, measured, number, text } from "./schemas/fields.ts";
import { heatMapSchema } from "./schemas/heat-map-schema.ts";
import { tuningSchema } from "./schemas/tuning-schema.ts";

const digest = z.string().regex(/^[0-9a-f]{64}$/, { error: "expected 64 hexadecimal digits" });
const task = z.enum(["source", "target"]);
const interval = z.tuple([number, number]);

export const epochSchema = z.looseObject({
  epoch: z.int().min(1),
  trainLoss: measured,
  trainAccuracy: measured,
  validationLoss: measured.optional(),
  validationAccuracy: measured.optional(),
  testLoss: measured,
  testAccuracy: measured,
  learningRate: number,
  trainDurationMs: number,
  durationMs: number,
  imagesPerSecond: measured,
} satisfies FieldsOf<EpochRecord>);

const proofTensorSchema = z.looseObject({
  name: text,
  parameters: count,
  changed: z.boolean(),
  before: text,
  after: text,
});

const evaluationSchema = z.looseObject({
  confusion: z.array(z.array(count)),
  perClass: z.array(
    z.looseObject({
      className: text,
      precision: measured,
      recall: measured,
      f1: measured,
      support: count,
      rocAuc: measured,
      averagePrecision: measured,
    }),
  ),
  rocAuc: measured,
  averagePrecision: measured,
  calibrationError: measured,
  calibration: z.array(z.looseObject({ confidence: measured, accuracy: measured, count })),
  logLoss: measured,
  correct: text.optional(),
  roc: z.array(z.looseObject({ className: text, points: z.array(z.tuple([measured, measured])) })).optional(),
  predicted: text.optional(),
  heatMaps: heatMapSchema.nullable().optional(),
} satisfies FieldsOf<EvaluationRecord>);

const runFields = {
  id: text.min(1),
  model: text,
  strategy: text,
  label: text,
  task,
  seed: z.int(),
  startsFrom: text.nullable(),
  solves: z.enum(["logistic", "nearest-mean", "k-nearest"]).optional(),
  layerCurve: z.looseObject({ from: task, layers: count, tuned: z.boolean() }).optional(),
  imagesPerClass: budget.optional(),
  learningRate: number.optional(),
  training: trainingSchema.optional(),
  stages: z.array(z.looseObject({ label: text, epochs: count, trainableParameters: count })).optional(),
  status: z.enum(["pending", "running", "done", "failed", "interrupted"]),
  failure: text.optional(),
  trainImages: count,
  testImages: count,
  totalParameters: count,
  trainableParameters: count,
  keptEpoch: z.int().min(1).optional(),
  outcome: z.enum(["converged", "still-improving", "did-not-learn"]).optional(),
  freezeProof: z
    .looseObject({ holds: z.boolean(), frozen: z.array(proofTensorSchema), trainable: z.array(proofTensorSchema) })
    .optional(),
  probe: z
    .looseObject({
      strength: number,
      crossValidated: z.looseObject({ logLoss: measured, accuracy: measured }).nullable(),
      curve: z.array(z.looseObject({ images: number, accuracy: measured })).optional(),
    })
    .optional(),
  sourceProbe: z.looseObject({ accuracy: number, strength: number }).optional(),
  durationMs: number,
  featureDurationMs: number,
  flops: z.looseObject({ total: number, backward: number }).optional(),
  evaluation: evaluationSchema.optional(),
  sourceAccuracy: measured.optional(),
  weightChange: z.array(z.looseObject({ layer: text, relative: measured })).optional(),
  trainedOn: otherMachineSchema.optional(),
  files: z.looseObject({ checkpoint: digest, model: digest }).optional(),
} satisfies FieldsOf<Omit<RunRecord, "epochs">>;

/** `run.json`; its epochs are lines of their own, which it knows by their number and checksum. */
export const runSchema = z.looseObject({
  ...runFields,
  history: z.looseObject({ epochs: count, sha256: digest }).optional(),
});

const standSchema = z.looseObject({
  imagesPerClass: budget,
  recommended: text,
  expectedRegret: number,
  regretOfImages: number,
  inTheRunning: z.array(text),
  state: z.enum(["open", "small-regret", "few-images", "one-left"]),
} satisfies FieldsOf<BudgetStand>);

export const seedsSchema = z.looseObject({
  rounds: z
    .array(z.looseObject({ seed: z.int(), strategies: z.array(text).min(1), budgets: z.array(standSchema) }))
    .min(1),
  stopped: z
    .looseObject({
      code: z.enum(["nothing-ranked", "settled", "most-seeds", "time"]),
      budgets: z.array(standSchema).optional(),
      seeds: count.optional(),
      timeSeconds: number.optional(),
      elapsedSeconds: number.optional(),
      nextSeconds: number.optional(),
    })
    .nullable(),
} satisfies FieldsOf<SeedsRecord>);

const analysisFields = {
  transferability: z.array(
    z.looseObject({
      seed: z.int(),
      imagesPerClass: budget,
      score: z.enum(["leep", "nce", "logme", "h-score"]),
      layer: text.nullable(),
      value: measured,
    } satisfies FieldsOf<TransferabilityRecord>),
  ),
  featureMaps: z.array(
    z.looseObject({
      method: z.enum(["pca", "tsne"]),
      features: text,
      explained: z.tuple([measured, measured]).optional(),
      points: z.array(z.looseObject({ x: measured, y: measured, className: text, task })),
    } satisfies FieldsOf<FeatureMapRecord>),
  ),
  firstFilters: z.array(z.looseObject({ runId: text, shape: z.array(count), base64: text })),
};

export const analysisSchema = z.looseObject(analysisFields);

const recommendationSchema = z.looseObject({
  imagesPerClass: budget,
  region: number,
  prospects: z.array(
    z.looseObject({
      strategy: text,
      accuracy: number,
      interval,
      probability: number,
      expectedRegret: number,
      seconds: number,
      seeds: count,
      inTheRunning: z.boolean(),
    }),
  ),
  recommended: text,
  isSure: z.boolean(),
  sureFrom: number,
  equals: z.array(text),
  seedsNeeded: number.nullable(),
  knowsUsual: z.boolean().optional(),
  regretOfImages: number,
  doubling: z.looseObject({ gain: number, low: number, high: number, level: number }).nullable(),
} satisfies FieldsOf<BudgetRecommendation>);

const taskSchema = z.looseObject({
  classIds: z.array(count),
  classNames: z.array(text),
  trainImages: count,
  validationImages: count,
  testImages: count,
});

const datasetFields = { name: text, title: text, classNames: z.array(text), checksum: text, provenance: text };
const datasetSchema = z.looseObject(datasetFields);

const examplesSchema = z.looseObject({
  channels: z.int().min(1),
  height: z.int().min(1),
  width: z.int().min(1),
  classes: z.array(
    z.looseObject({
      classId: count,
      className: text,
      task: z.enum(["source", "target", "neither"]),
      imagesBase64: z.array(text),
    }),
  ),
});

const wrongImage = { place: count, index: count, file: text.optional(), label: count, jpegBase64: text.optional() };

/** `summary.json`. */
export const summarySchema = z.looseObject({
  name: text,
  protocol: text,
  notes: z.array(text),
  dataset: datasetSchema,
  sourceDataset: datasetSchema.optional(),
  backbone: z
    .looseObject({
      name: text,
      title: text,
      checksum: text,
      provenance: text,
      untrainable: text.nullable(),
      parameters: count,
    })
    .optional(),
  source: taskSchema.nullable(),
  target: taskSchema,
  seeds: z.array(z.int()),
  budgets: z.array(budget).optional(),
  epochs: count,
  batchSize: count,
  recipe: text.optional(),
  runs: z.array(z.looseObject({ ...runFields, epochs: z.array(epochSchema) })),
  recommendations: z.array(recommendationSchema).optional(),
  tuning: z.array(tuningSchema).optional(),
  transferability: analysisFields.transferability.optional(),
  featureMaps: analysisFields.featureMaps.optional(),
  firstFilters: analysisFields.firstFilters.optional(),
  examples: examplesSchema,
  wrongImages: z.array(z.looseObject(wrongImage satisfies FieldsOf<ShownImageRecord>)).optional(),
  rightImages: z.array(z.looseObject(wrongImage satisfies FieldsOf<ShownImageRecord>)).optional(),
  modelInput: z
    .looseObject({
      shape: z.array(count),
      fit: text,
      resizeShorter: count.optional(),
      interpolation: z.enum(interpolations).optional(),
    })
    .optional(),
  machine: z.looseObject({
    platform: text,
    cpu: text,
    threads: z.int().min(1),
    jobs: z.int().min(2).optional(),
    device: text,
    node: text,
    onnxruntime: text,
    graft: text,
  }),
  startedAt: text,
  finishedAt: text.nullable(),
  durationMs: number,
  command: text,
} satisfies FieldsOf<Omit<StudySummary, "formatVersion">>);
