/** @file Door of `statistics`: means and intervals over seeds, comparisons, curves, verdicts, metrics of classifiers. */

export { type BootstrapInterval, type BootstrapMethod, type BootstrapOptions, bootstrapInterval } from "./bootstrap.ts";
export {
  type Candidate,
  type Candidates,
  type Shortcoming,
  majorityOutcome,
  splitCandidates,
} from "./verdict/candidates.ts";
export {
  type Calibration,
  type ReliabilityBin,
  brierScore,
  calibration,
  logLoss,
} from "./classification/calibration.ts";
export { type ClassificationMetrics, classificationMetrics } from "./classification/classification-metrics.ts";
export {
  type AverageScores,
  type ClassScores,
  type ConfusionMatrix,
  type ConfusionScores,
  confusionMatrix,
  confusionScores,
} from "./classification/confusion-matrix.ts";
export { type Predictions, predictedLabels } from "./classification/predictions.ts";
export {
  type ClassCurves,
  type PrecisionRecallCurve,
  type RankingScores,
  type RocCurve,
  rankingScores,
} from "./classification/ranking-curves.ts";
export { topKAccuracy } from "./classification/top-k.ts";
export {
  type Comparisons,
  type PairComparison,
  type StrategyResults,
  type UnpairedStrategies,
  compareStrategies,
} from "./paired/comparisons.ts";
export {
  type Crossing,
  type CrossingInterval,
  type Crossover,
  type CrossoverOptions,
  findCrossover,
} from "./crossover.ts";
export { normalCdf, normalQuantile, normalSurvival } from "./distributions/normal.ts";
export { studentTCdf, studentTQuantile, studentTSurvival } from "./distributions/student-t.ts";
export { holm } from "./paired/holm.ts";
export {
  type Curve,
  type CurvePoint,
  type LearningCurvePoint,
  type SeedResult,
  learningCurve,
} from "./learning-curve.ts";
export { type JudgedEpoch, type JudgedRun, type LearningOutcome, learningOutcome } from "./learning-outcome.ts";
export { type PairedBootstrap, pairedBootstrap } from "./paired/paired-bootstrap.ts";
export { type PairedEffect, type PairedTTest, pairedEffect, pairedTTest } from "./paired/paired-t.ts";
export { type RankCorrelation, kendallTauB, spearman } from "./rank-correlation.ts";
export { type PowerOptions, type SeedsNeeded, pairedTPower, seedsNeeded } from "./paired/seeds-needed.ts";
export { type Interval, type Summary, mean, quantile, standardDeviation, summarize } from "./summary.ts";
export { type VerdictOptions, verdict, verdictsByBudget } from "./verdict/verdict.ts";
export type { RankedStrategy, TransferVerdict, Undecided, Verdict, VerdictOutcome } from "./verdict/verdict-record.ts";
export { type WilcoxonOptions, type WilcoxonTest, wilcoxonSignedRank } from "./paired/wilcoxon.ts";
