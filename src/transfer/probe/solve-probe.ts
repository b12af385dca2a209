/** @file A linear classifier on frozen features, solved rather than trained. */

import { ConfigError } from "../../core/index.ts";
import type { SessionOptions } from "../../engine/runtime/index.ts";
import type { FeatureRows } from "../feature-cache.ts";
import { type PresentClasses, findPresentClasses, withAbsentClasses } from "./absent-classes.ts";
import { type FoldScore, type StrengthTrial, chooseStrength } from "./logistic/choose-strength.ts";
import { leadingDirections } from "./logistic/directions.ts";
import {
  type Precision,
  type RegressionProblem,
  type Solution,
  fitLogisticRegression,
} from "./logistic/logistic-regression.ts";
import { sumOf } from "./logistic/vectors.ts";
import { type Standardization, foldStandardization, standardizationOf, standardizeRows } from "./standardization.ts";

/**
 * Strength times number of features where nothing can be held out: of 20 sets of one image a class, where it has the
 * least log-loss of those near the ones that cross-validation finds; accuracies are the same.
 */
const DEFAULT_STRENGTH = 1;

export interface ProbeProblem {
  readonly features: FeatureRows;
  /** [n] class ids in [0, numClasses). */
  readonly labels: ArrayLike<number>;
  readonly numClasses: number;
  /** Weight of each class in the loss, [C], above 0; all 1 when left out. */
  readonly classWeights?: readonly number[] | undefined;
  readonly seed: number;
}

export interface ProbeOptions {
  /** scikit-learn's `C` for standardized features; chosen by cross-validation when left out. */
  readonly strength?: number | undefined;
  /** `exact` when left out, which takes several times as long. */
  readonly precision?: Precision | undefined;
  /** Its threads are used; it is computed on the CPU whatever the device. */
  readonly session: SessionOptions;
}

/** A dense head for the features as they are, and how it was found. */
export interface SolvedProbe {
  /** [C, d] */
  readonly weight: Float32Array;
  /** [C] */
  readonly bias: Float32Array;
  readonly strength: number;
  /** Strengths that were tried, ascending; none where it was given or nothing can be held out. */
  readonly trials: readonly StrengthTrial[];
  /** Of images held out at the strength that was chosen; null where none were. */
  readonly crossValidated: FoldScore | null;
  readonly converged: boolean;
  readonly iterations: number;
  /** Mean cross-entropy in nats of the training images. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
}

/**
 * Multinomial logistic regression with an L2 penalty on standardized features, to convergence, as scikit-learn's
 * `LogisticRegression` has it, or nearly; then folded, so that it takes the features as they are.
 *
 * @throws ConfigError if there is no image, or a strength or class weight is not above 0.
 * @throws TrainingError if a feature is not finite.
 */
export async function solveProbe(
  { features, labels, numClasses, classWeights, seed }: ProbeProblem,
  { strength: given, precision, session }: ProbeOptions,
): Promise<SolvedProbe> {
  requireUsable(features, given);
  const standardization = standardizationOf(features);
  const classes = findPresentClasses(labels);
  const problem: RegressionProblem = {
    rows: standardizeRows(features, standardization),
    labels: classes.labels,
    numClasses: classes.present.length,
    classWeights: classWeights && classes.present.map((label) => classWeights[label]),
  };
  const directions = await leadingDirections(problem.rows, { seed, session });
  const varying = Math.max(1, standardization.scale.filter((scale) => scale > 0).length);
  const choice =
    given === undefined ? await chooseStrength(problem, { session, seed, directions, features: varying }) : null;
  const strength = given ?? choice?.strength ?? DEFAULT_STRENGTH / varying;
  const start = choice?.start;
  const solution = await fitLogisticRegression(problem, { strength, directions, session, start, precision });
  return {
    ...headOf(solution, { ...classes, numClasses, standardization }),
    strength,
    trials: choice?.trials ?? [],
    crossValidated: choice?.crossValidated ?? null,
    converged: solution.converged,
    iterations: solution.iterations,
    trainLoss: sumOf(solution.of.rowLosses) / features.count,
    trainAccuracy: sumOf(solution.of.rowHits) / features.count,
  };
}

function requireUsable(features: FeatureRows, strength: number | undefined): void {
  if (features.count === 0) throw new ConfigError("linear probe: expected at least one image, got none.");
  if (strength !== undefined && !(strength > 0 && Number.isFinite(strength))) {
    throw new ConfigError(
      `linear probe: expected a strength above 0, got ${strength}. Leave it out to have it chosen.`,
    );
  }
}

function headOf(
  { point }: Solution,
  { standardization, ...classes }: PresentClasses & { numClasses: number; standardization: Standardization },
): { weight: Float32Array; bias: Float32Array } {
  const ofWeight = point.length - classes.present.length;
  const solved = { weight: point.subarray(0, ofWeight), bias: point.subarray(ofWeight) };
  return foldStandardization(withAbsentClasses(solved, classes), standardization);
}
