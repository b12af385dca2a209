/** @file Door of `statistics`: means and intervals over seeds, comparisons, curves, verdicts, metrics of classifiers. */

export { packAnswers, unpackAnswers } from "./decision/answer-bits.ts";
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
  calibrationErrorOfChance,
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
export { type PackedPredictions, packPredictions, unpackPredictions } from "./classification/packed-predictions.ts";
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
  type ModeratedTest,
  type PairComparison,
  type PlacedResults,
  type StrategyResults,
} from "./paired/comparisons.ts";
export { type PairedAnswers, comparePairedAnswers } from "./paired/mcnemar.ts";
export { type Crossing, type CrossingInterval, type Crossover, type PlacedBudget, findCrossover } from "./crossover.ts";
export { type DoublingGain, type GrowthPoint, gainOfDoubling } from "./decision/doubling.ts";
export { type Prospect, type Recommendation } from "./decision/recommendation.ts";
export type { UsualStanding } from "./decision/usual-standing.ts";
export { type ScoreDifference, type ScoreEstimates, scoreDifference } from "./decision/score-estimates.ts";
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
export { type PairedTTest, pairedTTest } from "./paired/paired-t.ts";
export { type RankCorrelation, kendallTauB, spearman } from "./rank-correlation.ts";
export { type Interval, type Summary, mean, quantile, standardDeviation, summarize } from "./summary.ts";
export {
  type BudgetResults,
  type JudgedBudgets,
  type VerdictOptions,
  judgeBudgets,
  verdict,
} from "./verdict/verdict.ts";
export type { RankedStrategy, TransferVerdict, Undecided, Verdict, VerdictOutcome } from "./verdict/verdict-record.ts";
