import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../core/index.ts";
import { type GoldenClassifier, distance, golden, relativeError } from "../golden.fixture.ts";
import { brierScore, calibration, calibrationErrorOfChance, logLoss } from "./calibration.ts";
import { classificationMetrics } from "./classification-metrics.ts";
import { confusionMatrix, confusionScores } from "./confusion-matrix.ts";
import { type Predictions, predictedLabels } from "./predictions.ts";
import { rankingScores } from "./ranking-curves.ts";
import { topKAccuracy } from "./top-k.ts";

function predictionsOf({ labels, probabilities, numClasses, dtype }: GoldenClassifier): Predictions {
  const values = dtype === "float32" ? Float32Array.from(probabilities) : Float64Array.from(probabilities);
  return { labels: Int32Array.from(labels), probabilities: values, numClasses };
}

const predictions = (labels: number[], rows: number[][]): Predictions => ({
  labels: Int32Array.from(labels),
  probabilities: Float64Array.from(rows.flat()),
  numClasses: rows[0].length,
});

describe.each(golden.classifiers)("scikit-learn's values for $name", (expected) => {
  const given = predictionsOf(expected);
  const metrics = classificationMetrics(given);
  const triple = (scores: { precision: number; recall: number; f1: number }) => [
    scores.precision,
    scores.recall,
    scores.f1,
  ];
  // scikit-learn adds float32 probabilities in float32
  const tolerance = expected.dtype === "float32" ? 1e-6 : 1e-12;

  it("are met by the confusion matrix and its scores", () => {
    expect([...metrics.confusion.counts]).toEqual(expected.confusion);
    expect(
      distance([metrics.accuracy, metrics.balancedAccuracy], [expected.accuracy, expected.balancedAccuracy]),
    ).toBeLessThanOrEqual(1e-12);
    expect(
      distance(
        metrics.perClass.flatMap((scores) => [...triple(scores), scores.support]),
        expected.perClass.flat(),
      ),
    ).toBeLessThanOrEqual(1e-12);
    expect(distance(triple(metrics.macro), expected.macro)).toBeLessThanOrEqual(1e-12);
    expect(distance(triple(metrics.weighted), expected.weighted)).toBeLessThanOrEqual(1e-12);
  });

  it("are met by ROC areas and average precisions", () => {
    const { perClass, macroRocArea, macroAveragePrecision } = metrics.ranking;
    expect(
      distance(
        perClass.map(({ roc }) => roc?.area ?? Number.NaN),
        expected.rocArea,
      ),
    ).toBeLessThanOrEqual(1e-12);
    expect(
      distance(
        perClass.map(({ precisionRecall }) => precisionRecall?.averagePrecision ?? Number.NaN),
        expected.averagePrecision,
      ),
    ).toBeLessThanOrEqual(1e-12);
    expect(macroRocArea).toBeCloseTo(expected.macroRocArea, 12);
    expect(macroAveragePrecision).toBeCloseTo(expected.macroAveragePrecision, 12);
  });

  it("are met by log loss and Brier score", () => {
    expect(distance([metrics.logLoss], [expected.logLoss])).toBeLessThanOrEqual(tolerance);
    expect(distance([metrics.brierScore], [expected.brierScore])).toBeLessThanOrEqual(1e-12);
    const binary = expected.binaryBrierScore ?? metrics.brierScore / 2;
    expect(metrics.brierScore / 2).toBeCloseTo(binary, 12);
  });

  it("are met by calibration errors and reliability bins", () => {
    const { expectedCalibrationError, maximumCalibrationError, bins } = metrics.calibration;
    expect(distance([expectedCalibrationError], [expected.calibration.expected])).toBeLessThanOrEqual(1e-12);
    expect(distance([maximumCalibrationError], [expected.calibration.maximum])).toBeLessThanOrEqual(1e-12);
    expect(bins.map(({ images }) => images)).toEqual(expected.calibration.images);
    const filled = bins
      .filter(({ images }) => images > 0)
      .flatMap(({ confidence, accuracy }) => [confidence, accuracy]);
    expect(
      distance(
        filled.map((value) => value ?? Number.NaN),
        expected.calibration.filled.flat(),
      ),
    ).toBeLessThanOrEqual(1e-12);
  });

  it("are met by top-k accuracies", () => {
    const untied = expected.topK.flatMap((value, index) => (value === null ? [] : [{ k: index + 1, value }]));
    for (const { k, value } of untied) expect(topKAccuracy(given, k)).toBeCloseTo(value, 12);
    expect(topKAccuracy(given, 1)).toBeCloseTo(expected.accuracy, 12);
    expect(topKAccuracy(given, expected.numClasses)).toBe(1);
  });
});

it("meets scikit-learn's curves at every point", () => {
  const drawn = golden.classifiers.flatMap((one) => (one.curves === null ? [] : [{ one, curves: one.curves }]));
  expect(drawn.length).toBe(2);
  for (const { one, curves } of drawn) {
    for (const [c, expected] of curves.entries()) {
      const { roc, precisionRecall } = rankingScores(predictionsOf(one)).perClass[c];
      if (roc === null || precisionRecall === null) throw new Error("expected both curves");
      expect([roc.thresholds[0], roc.falsePositiveRate[0], roc.truePositiveRate[0]]).toEqual([Infinity, 0, 0]);
      expect([precisionRecall.precision[0], precisionRecall.recall[0]]).toEqual([1, 0]);
      expect(distance(roc.thresholds.subarray(1), expected.thresholds)).toBeLessThanOrEqual(1e-12);
      expect(distance(roc.falsePositiveRate.subarray(1), expected.falsePositiveRate)).toBeLessThanOrEqual(1e-12);
      expect(distance(roc.truePositiveRate.subarray(1), expected.truePositiveRate)).toBeLessThanOrEqual(1e-12);
      expect(distance(precisionRecall.precision.subarray(1), expected.precision)).toBeLessThanOrEqual(1e-12);
      expect(distance(precisionRecall.recall.subarray(1), expected.recall)).toBeLessThanOrEqual(1e-12);
    }
  }
});

it("compares top-k with scikit-learn in cases without ties", () => {
  expect(golden.classifiers.flatMap(({ topK }) => topK.filter((value) => value !== null)).length).toBeGreaterThan(4);
});

describe("confusionScores", () => {
  it("names the scores that divide by 0", () => {
    const { perClass, macro } = confusionScores(confusionMatrix(Int32Array.of(0, 0, 1), Int32Array.of(0, 2, 0), 4));
    expect(perClass.map(({ undefinedScores }) => undefinedScores)).toEqual([
      [],
      ["precision"],
      ["recall"],
      ["precision", "recall", "f1"],
    ]);
    expect(perClass[0]).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5, support: 2 });
    expect(macro).toEqual({ precision: 0.125, recall: 0.125, f1: 0.125 });
  });

  it("refuses lengths that differ and labels out of range", () => {
    const two = Int32Array.of(0, 1);
    expect(() => confusionMatrix(two, Int32Array.of(0), 2)).toThrow(
      new RangeError("confusionMatrix: expected 2 predictions, got 1."),
    );
    expect(() => confusionMatrix(two, Int32Array.of(0, 2), 2)).toThrow(
      new RangeError("confusionMatrix: expected labels in [0, 2), got 2 for image 1."),
    );
    expect(() => confusionMatrix(Int32Array.of(), Int32Array.of(), 2)).toThrow(
      new RangeError("confusionMatrix: expected at least 1 image, got 0."),
    );
    expect(() => confusionMatrix(two, two, 1)).toThrow(
      new RangeError("confusionMatrix: expected at least 2 classes, got 1."),
    );
  });
});

describe("rankingScores", () => {
  /** Up to 30 images of two classes with scores in few steps, so that ties are common. */
  const scored = fc
    .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 12 })), { minLength: 2, maxLength: 30 })
    .filter((rows) => new Set(rows.map(([label]) => label)).size === 2);
  const scoresOf = (rows: [number, number][], map: (score: number) => number) =>
    rankingScores(
      predictions(
        rows.map(([label]) => label),
        rows.map(([, score]) => [map(12 - score), map(score)]),
      ),
    );

  it("depends only on the order of the scores", () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const [plain, mapped] = [scoresOf(rows, (s) => s), scoresOf(rows, (s) => Math.exp(s / 3) - 5)];
        expect(mapped.macroRocArea).toBe(plain.macroRocArea);
        expect(mapped.macroAveragePrecision).toBe(plain.macroAveragePrecision);
      }),
      { seed: 1 },
    );
  });

  it("does not depend on the order of the images", () => {
    fc.assert(
      fc.property(scored, (rows) => {
        expect(scoresOf(rows.toReversed(), (s) => s)).toEqual(scoresOf(rows, (s) => s));
      }),
      { seed: 1 },
    );
  });

  it("has for area the share of pairs in the right order, ties by half", () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const [ones, zeros] = [1, 0].map((label) => rows.filter((row) => row[0] === label).map(([, score]) => score));
        const wins = ones.flatMap((one) => zeros.map((zero) => (Math.sign(one - zero) + 1) / 2));
        const share = wins.reduce((sum, win) => sum + win, 0) / wins.length;
        expect(scoresOf(rows, (s) => s).perClass[1].roc?.area).toBeCloseTo(share, 12);
      }),
      { seed: 1 },
    );
  });

  it("has no curve of a class without images, and no mean over the rest", () => {
    const rows = [
      [0.6, 0.3, 0.1],
      [0.2, 0.7, 0.1],
    ];
    const absent = rankingScores(predictions([0, 1], rows));
    expect(absent.perClass[2]).toEqual({ positives: 0, negatives: 2, roc: null, precisionRecall: null });
    expect([absent.macroRocArea, absent.macroAveragePrecision]).toEqual([null, null]);
    const alone = rankingScores(predictions([1, 1], rows)).perClass[1];
    expect(alone.roc).toBeNull();
    expect(alone.precisionRecall?.averagePrecision).toBe(1);
  });
});

describe("calibration", () => {
  it("puts a confidence on a bin's end into the bin below it", () => {
    const rows = [0.5, 0.6, 0.7, 0.8, 0.9, 1].map((confidence) => [confidence, 1 - confidence]);
    const { bins } = calibration(predictions([0, 0, 0, 0, 0, 0], rows), { bins: 10 });
    expect(bins.map(({ images }) => images)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    expect(bins[0]).toEqual({ low: 0, high: 0.1, images: 0, confidence: null, accuracy: null });
  });

  it("is 0 where the confidence is the share that is right", () => {
    const rows = [0, 1, 2, 3].map(() => [0.75, 0.25]);
    const { expectedCalibrationError, maximumCalibrationError } = calibration(predictions([0, 0, 0, 1], rows));
    expect([expectedCalibrationError, maximumCalibrationError]).toEqual([0, 0]);
  });

  it("is by chance what models whose probabilities are right have in the mean", () => {
    const random = stream(0, "calibrated");
    const bins = [0.55, 0.7, 0.9].map((confidence, index) => ({ confidence, count: 100 * (index + 1) }));
    const gapOf = ({ confidence, count }: (typeof bins)[number]): number => {
      const right = Array.from({ length: count }, () => random.uniform()).filter((draw) => draw < confidence).length;
      return Math.abs(right - confidence * count) / 600;
    };
    const errors = Array.from({ length: 4000 }, () => bins.map(gapOf).reduce((sum, gap) => sum + gap, 0));
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    // the standard error of the mean is below 1 % of it, the normal approximation within another
    expect(relativeError(calibrationErrorOfChance(bins), mean)).toBeLessThan(0.03);
  });

  it("refuses what is no distribution, and no bins", () => {
    expect(() => calibration(predictions([0], [[1.5, -0.5]]))).toThrow(
      new RangeError("calibration: expected probabilities in [0, 1], got 1.5 for image 0."),
    );
    expect(() => calibration(predictions([0], [[0.5, 0.25]]))).toThrow(
      new RangeError("calibration: expected probabilities that sum to 1, got 0.75 for image 0."),
    );
    expect(() => calibration(predictions([0], [[0.5, 0.5]]), { bins: 0 })).toThrow(
      new RangeError("calibration: expected at least 1 bin, got 0."),
    );
  });
});

it("loses nothing for certain and right answers, and much but not everything for wrong ones", () => {
  const right = predictions([0], [[1, 0]]);
  expect(logLoss(right)).toBeCloseTo(0, 12);
  expect(brierScore(right)).toBe(0);
  const wrong = predictions([1], [[1, 0]]);
  expect(logLoss(wrong)).toBeCloseTo(52 * Math.LN2, 12);
  expect(logLoss({ ...wrong, probabilities: Float32Array.of(1, 0) })).toBeCloseTo(23 * Math.LN2, 6);
  expect(brierScore(wrong)).toBe(2);
});

it("breaks ties by the lower class", () => {
  const tied = predictions(
    [0, 1, 2],
    [
      [0.4, 0.4, 0.2],
      [0.4, 0.4, 0.2],
      [0, 0.5, 0.5],
    ],
  );
  expect([...predictedLabels(tied)]).toEqual([0, 0, 1]);
  expect([1, 2, 3].map((k) => topKAccuracy(tied, k))).toEqual([1 / 3, 1, 1]);
});

it("refuses k out of range, lengths that do not fit and scores that are not finite", () => {
  const one = predictions([0], [[0.5, 0.5]]);
  expect(() => topKAccuracy(one, 3)).toThrow(new RangeError("topKAccuracy: expected k from 1 to 2, got 3."));
  expect(() => predictedLabels({ ...one, probabilities: Float64Array.of(1) })).toThrow(
    new RangeError("predictedLabels: expected 1 x 2 probabilities, got 1."),
  );
  expect(() => rankingScores({ ...one, probabilities: Float64Array.of(0.5, Number.NaN) })).toThrow(
    new RangeError("rankingScores: expected finite probabilities, got NaN for image 0."),
  );
});
