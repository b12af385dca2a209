/** @file Door of `study`: study files, presets, plans, the local executor and what it leaves behind. */

export {
  evaluationFeatures,
  evaluationImages,
  featureSource,
  imageSource,
  type ClosableBatchSource,
} from "./batch-sources.ts";
export {
  budgetsOf,
  loadStudyFile,
  parseStudyFile,
  resolveStudy,
  seedsOf,
  strategiesOf,
  studyJsonSchema,
  trainingFor,
  type StrategyChoice,
} from "./config.ts";
export type { StudyEvent, StudyListener } from "./events.ts";
export { type TrainableStudy, trainableStudy } from "./trainable-study.ts";
export { resumeStudy, runStudy, type ResumeStudyOptions, type RunStudyOptions, type StudyOutcome } from "./executor.ts";
export { exportMetadata, parseExportMetadata, type ExportFacts } from "./export-metadata.ts";
export { findLearningRate, type FindLearningRateOptions, type LearningRateTest } from "./find-learning-rate.ts";
export { imageShapeOfWeights } from "./open-backbone.ts";
export { openStudyData, type StudyDataOpeners } from "./open-study-data.ts";
export { isWeightsFile, requireSameData, type Backbone, type StudyData } from "./study-data.ts";
export { describeMachine, graftVersion } from "./machine.ts";
export { planStudy, type PlannedRun } from "./plan.ts";
export { presets, type Preset } from "./presets.ts";
export type {
  EpochRecord,
  EvaluationRecord,
  ExampleImages,
  FeatureMapRecord,
  FreezeProofRecord,
  FreezeProofTensor,
  RunRecord,
  StudySummary,
  TaskRecord,
  TransferabilityRecord,
  TuningRecord,
  TuningTrial,
} from "./records.ts";
export { holdsStudy, openRunStore, readStudyFile, readSummary, type RunStore, type StudyFile } from "./run-store.ts";
export type { StudyConfig, StudyInput } from "./schema.ts";
export type { TrainingConfig } from "./training-schema.ts";
