/** @file Door of `study`: study files, presets, plans, the local executor and what it leaves behind. */

export {
  evaluationFeatures,
  evaluationImages,
  featureSource,
  imageSource,
  type ClosableBatchSource,
} from "./material/batch-sources.ts";
export {
  budgetsOf,
  resolveStudy,
  seedsOf,
  strategiesOf,
  studyJsonSchema,
  trainingFor,
  type StrategyChoice,
} from "./file/config.ts";
export { loadStudyFile } from "./file/load-study-file.ts";
export type { StrategyForecast, StudyEvent, StudyListener, TimeRange } from "./records/events.ts";
export { type TrainableStudy, trainableStudy } from "./material/trainable-study.ts";
export {
  beginStudy,
  finishStudy,
  resumeStudy,
  runStudy,
  type ResumeStudyOptions,
  type RunStudyOptions,
  type StudyOutcome,
} from "./conduct/executor.ts";
export { trainOne, type UnitOptions } from "./conduct/train-one.ts";
export { tuneOne } from "./conduct/tune-one.ts";
export { type PlanUnitsOptions, type StudyJobs, type UnitJob, planUnits } from "./conduct/units/plan-units.ts";
export { whenFree } from "./conduct/units/when-free.ts";
export { joinStudy, type StudyWorker } from "./conduct/units/join-study.ts";
export {
  type Crew,
  type CrewMaker,
  type CrewSurroundings,
  type Unit,
  nameOf,
  unitNamed,
} from "./conduct/units/unit.ts";
export { anySizeModel } from "./export/any-size-model.ts";
export { exportMetadata, parseExportMetadata, type ExportFacts } from "./export/export-metadata.ts";
export {
  findLearningRate,
  type FindLearningRateOptions,
  type LearningRateTest,
} from "./questions/find-learning-rate.ts";
export { findSuspects, type FindSuspectsOptions, type Suspect, type SuspectSearch } from "./questions/find-suspects.ts";
export { imageShapeOfWeights } from "./material/open-backbone.ts";
export { openStudyData, type StudyDataOpeners } from "./material/open-study-data.ts";
export { requireSameData, type Backbone, type StudyData } from "./material/study-data.ts";
export { describeMachine, graftVersion, machineProblem } from "./conduct/machine.ts";
export { studyStatus, type RunStatus, type StudyStatus } from "./questions/study-status.ts";
export { sidesOf } from "./file/image-size.ts";
export { sources } from "./file/sources.ts";
export { planStudy, type PlannedRun } from "./file/plan.ts";
export { presets, type Preset } from "./file/presets.ts";
export type { FeatureMapRecord, TransferabilityRecord } from "./records/analysis-record.ts";
export type { EvaluationRecord, HeatMapRecord, ShownImageRecord } from "./records/evaluation-record.ts";
export type {
  EpochRecord,
  ExampleImages,
  FreezeProofRecord,
  FreezeProofTensor,
  MergedProofTensor,
  TrainableProofTensor,
  RunRecord,
  StudySummary,
  TaskRecord,
  TuningRecord,
  TuningTrial,
} from "./records/records.ts";
export { modelChecksum } from "./records/run-files.ts";
export {
  holdsStudy,
  isLeftOfBeginning,
  openRunStore,
  readStudyFile,
  readSummary,
  type RunStore,
  type StudyFile,
} from "./records/run-store.ts";
export { moveStudy, type StudyPlaces } from "./records/study-places.ts";
export { recommendStrategies } from "./analysis/recommend-strategies.ts";
export { usualStandingOf } from "./analysis/usual-standings.ts";
export { type StrategyDifference, type StudyComparison, compareStudies } from "./analysis/compare-studies.ts";
export type { BudgetRecommendation, BudgetStand, SeedsEnd, SeedsRecord } from "./records/answer-record.ts";
export { TIME } from "./file/time.ts";
export type { StudyConfig, StudyInput } from "./file/schema.ts";
export type { TrainingConfig } from "./file/training-schema.ts";
export { countTrained } from "./run/network.ts";
