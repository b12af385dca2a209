/** @file How well a linear probe does with a part of its images: a learning curve that costs no features. */

import { stream } from "../../core/index.ts";
import type { SessionOptions } from "../../engine/runtime/index.ts";
import type { FeatureRows } from "../feature-cache.ts";
import { linearMetrics } from "./linear-metrics.ts";
import { stratifiedFolds } from "./logistic/folds.ts";
import { type ProbeProblem, type SolvedProbe, solveProbe } from "./solve-probe.ts";

/** A point of the curve. */
export interface ProbeCurvePoint {
  /** That a probe was solved on, the mean over parts. */
  readonly images: number;
  /** Share of all other training images that it got right, the mean over parts. */
  readonly accuracy: number;
}

/** The probe of all images. */
type CurveEnd = Pick<SolvedProbe, "strength" | "crossValidated">;

/** The images are dealt into so many parts, of which each is learned from in its turn. */
const PARTS = [4, 2];
/** Times these parts are dealt: a part of few images is much by luck. */
const DEALS = 2;

/**
 * Accuracy of probes that were solved on a quarter and on half of the images, on the images left over, and last that of
 * the folds which chose the strength; no test image is looked at. Parts that would leave a class without an image are
 * left out.
 */
export async function probeCurve(
  problem: ProbeProblem,
  { solved: { strength, crossValidated }, session }: { solved: CurveEnd; session: SessionOptions },
): Promise<ProbeCurvePoint[]> {
  const counts = new Map<number, number>();
  for (const label of Array.from(problem.labels)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const rarest = Math.min(...counts.values());
  const points: ProbeCurvePoint[] = [];
  for (const parts of PARTS.filter((count) => rarest >= count)) {
    const found: ProbeCurvePoint[] = [];
    for (let deal = 0; deal < DEALS; deal++) {
      const random = stream(problem.seed, "probe-curve", parts, deal);
      const partOf = stratifiedFolds(problem.labels, { folds: parts, random });
      for (let part = 0; part < parts; part++) {
        const learned = takeRows(problem, (image) => partOf[image] === part);
        const left = takeRows(problem, (image) => partOf[image] !== part);
        const solved = await solveProbe({ ...problem, ...learned }, { strength, precision: "rough", session });
        found.push({ images: learned.features.count, accuracy: linearMetrics(solved, left).accuracy });
      }
    }
    points.push({ images: meanOf(found, "images"), accuracy: meanOf(found, "accuracy") });
  }
  return crossValidated === null ? points : [...points, crossValidated];
}

function takeRows(
  { features, labels }: ProbeProblem,
  isTaken: (image: number) => boolean,
): { features: FeatureRows; labels: number[] } {
  const taken = Uint32Array.from({ length: features.count }, (_, image) => image).filter(isTaken);
  return {
    features: {
      shape: features.shape,
      count: taken.length,
      read: (rows, into) =>
        features.read(
          Uint32Array.from(rows, (row) => taken[row]),
          into,
        ),
    },
    labels: Array.from(taken, (image) => labels[image]),
  };
}

function meanOf(points: readonly ProbeCurvePoint[], field: keyof ProbeCurvePoint): number {
  return points.reduce((sum, point) => sum + point[field], 0) / points.length;
}
