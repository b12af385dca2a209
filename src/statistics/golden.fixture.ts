/** @file Reads statistics.json, the golden values that make_statistics.py computed with SciPy and scikit-learn. */

import { readFileSync } from "node:fs";

interface GoldenStatistics {
  /** Rows of arguments, the value last. */
  distributions: Record<"studentTQuantile" | "studentTSurvival" | "normalQuantile" | "normalSurvival", number[][]>;
  summaries: {
    values: number[];
    level: number;
    mean: number;
    standardDeviation: number;
    low: number;
    high: number;
    quantiles: [number, number][];
  }[];
  pairedAnswers: {
    counts: { images: number; onlyFirst: number; onlySecond: number };
    p: number;
    low: number;
    high: number;
  }[];
  paired: {
    differences: number[];
    t: number;
    p: number;
    low: number;
    high: number;
  }[];
  holm: { p: number[]; adjusted: number[] }[];
  rankCorrelations: { a: number[]; b: number[]; spearman: [number, number]; kendallTauB: [number, number] }[];
  classifiers: GoldenClassifier[];
}

/** scikit-learn's metrics of one classifier. */
export interface GoldenClassifier {
  name: string;
  numClasses: number;
  dtype: "float32" | "float64";
  labels: number[];
  probabilities: number[];
  confusion: number[];
  accuracy: number;
  balancedAccuracy: number;
  /** Precision, recall, F1, support. */
  perClass: [number, number, number, number][];
  macro: [number, number, number];
  weighted: [number, number, number];
  rocArea: number[];
  macroRocArea: number;
  averagePrecision: number[];
  macroAveragePrecision: number;
  curves: Record<"thresholds" | "falsePositiveRate" | "truePositiveRate" | "precision" | "recall", number[]>[] | null;
  logLoss: number;
  brierScore: number;
  binaryBrierScore: number | null;
  topK: (number | null)[];
  calibration: { expected: number; maximum: number; images: number[]; filled: [number, number][] };
}

const path = new URL("../../test/golden/statistics.json", import.meta.url);

/** The golden values. */
export const golden: GoldenStatistics = JSON.parse(readFileSync(path, "utf8"));

/** |actual − expected| / |expected|, 0 for equal numbers; NaN where there is no actual number. */
export function relativeError(actual: number | null | undefined, expected: number): number {
  return actual === expected ? 0 : Math.abs(((actual ?? Number.NaN) - expected) / expected);
}

/** The largest difference of two lists; infinite where their lengths differ, NaN where one holds NaN. */
export function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...expected.map((value, i) => Math.abs(actual[i] - value)));
}
