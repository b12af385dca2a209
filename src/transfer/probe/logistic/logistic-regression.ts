/** @file Multinomial logistic regression with an L2 penalty, solved to convergence. */

import { ConfigError, sizeOf } from "../../../core/index.ts";
import type { SessionOptions } from "../../../engine/runtime/index.ts";
import type { Directions } from "./directions.ts";
import { type Evaluation, type Minimum, type Place, minimize, minimizeTogether } from "./lbfgs.ts";
import type { LabelledRows } from "./logistic-graph.ts";
import { type LogisticEvaluation, type LogisticLoss, createLogisticLoss } from "./logistic-loss.ts";
import { preconditionerAt } from "./preconditioner.ts";
import { addScaled, dot, largest, scale, sumOf } from "./vectors.ts";

/** Largest gradient of the mean loss at a solution; scikit-learn stops at 1e-4. */
const EXACT = 1e-6;
/** And how far from the minimum it may be, about, as a share of its largest number. */
const EXACT_STEP = 3e-5;
/** How much the mean loss of a rough solution may be above the least, in nats, about. */
const ROUGH = 2e-5;
/** Shares of the total weight: what curvature is taken for where there is less, and differences of losses that are rounding. */
const LEAST_CURVATURE = 1e-4;
const ROUNDING = 1e-7;

export interface RegressionProblem extends LabelledRows {
  /** Weight of each class in the loss, [C], above 0; all 1 when left out. */
  readonly classWeights?: readonly number[] | undefined;
}

/** What a search knows of a classifier. */
export interface ObjectiveEvaluation extends Evaluation {
  readonly of: LogisticEvaluation;
}

/** A classifier in the space of its features. */
export interface Solution {
  /** [C, d] weight, then [C] bias. */
  readonly point: Float64Array;
  readonly of: LogisticEvaluation;
  readonly converged: boolean;
  readonly iterations: number;
}

/**
 * Minimizes strength * sum_i weight_i crossEntropy_i + |W|^2 / 2 with a softmax over all classes: the objective of
 * scikit-learn's `LogisticRegression(C=strength)`, and its coefficients. The bias is not penalized.
 *
 * For two classes scikit-learn fits one vector w under |w|^2 / 2. Here the rows are w/2 and -w/2, whose penalty is
 * |w|^2 / 4; with half the strength before the loss the minimum is the same: the same probabilities, and w is the
 * difference of the rows. So two classes are solved with half of `strength`.
 *
 * Every class must have rows. `directions` are those of the rows and make it fast; `start` is a point nearby.
 *
 * @throws ConfigError if a class weight is not above 0.
 */
export async function fitLogisticRegression(
  problem: RegressionProblem,
  {
    strength,
    directions,
    session,
    start,
    precision = "exact",
  }: Pick<SolveOptions, "strength" | "directions"> & {
    session: SessionOptions;
    start?: Float64Array | undefined;
    precision?: Precision | undefined;
  },
): Promise<Solution> {
  const rowWeights = [rowWeightsOf(problem)];
  const loss = await createLogisticLoss({ ...problem, rowWeights }, session);
  try {
    const starts = [start ?? startOf(problem, rowWeights[0])];
    const [solution] = await solveTogether(loss, { strength, directions, rowWeights, starts, precision });
    return solution;
  } finally {
    await loss.close();
  }
}

/**
 * How much each row counts, [n]: the weight of its class.
 *
 * @throws ConfigError if there is not one weight above 0 for each class.
 */
export function rowWeightsOf({ labels, numClasses, classWeights }: RegressionProblem): Float32Array {
  if (classWeights !== undefined && (classWeights.length !== numClasses || !classWeights.every((w) => w > 0))) {
    throw new ConfigError(
      `class weights: expected ${numClasses} numbers above 0, got [${classWeights.join(", ")}]. Give one for each class.`,
    );
  }
  return Float32Array.from(labels, (label) => classWeights?.[label] ?? 1);
}

/** The classifier that answers with the classes' shares whatever the features. */
export function startOf({ rows, labels, numClasses }: LabelledRows, rowWeights: ArrayLike<number>): Float64Array {
  const totals = new Float64Array(numClasses);
  for (let row = 0; row < labels.length; row++) totals[labels[row]] += rowWeights[row];
  const logarithms = totals.map(Math.log);
  const mean = sumOf(logarithms) / numClasses;
  const width = sizeOf(rows.shape);
  const start = new Float64Array(numClasses * (width + 1));
  start.set(
    logarithms.map((value) => value - mean),
    numClasses * width,
  );
  return start;
}

/** `rough` is good enough for how well a classifier does. */
export type Precision = "exact" | "rough";

export interface SolveOptions {
  /** As scikit-learn's `C`. */
  readonly strength: number;
  readonly directions: Directions;
  /** Of every classifier, as the loss has them. */
  readonly rowWeights: readonly Float32Array[];
  readonly starts: readonly Float64Array[];
  readonly precision: Precision;
}

/** Solves the problems of all classifiers of a loss at one strength. */
export async function solveTogether(loss: LogisticLoss, options: SolveOptions): Promise<Solution[]> {
  const { strength, directions, rowWeights, starts, precision } = options;
  const classes = starts[0].length / (directions.width + 1);
  const factor = classes === 2 ? strength / 2 : strength;
  const searches = starts.map((start, index) => {
    const weights = sumOf(rowWeights[index]);
    const ways = { directions, factor, least: LEAST_CURVATURE * weights };
    const total = factor * weights;
    // where the preconditioner comes from, curvature may be far above what it is here, and its step too short to believe
    const isExact = ({ point, at, step }: Place<ObjectiveEvaluation>): boolean =>
      largest(at.gradient) <= EXACT * total &&
      largest(step) <= EXACT_STEP * largest(point) &&
      largest(preconditionerAt(at.of, ways)(at.gradient)) <= EXACT_STEP * largest(point);
    // half of it is how much higher the objective is than its minimum, about
    const isRough = ({ at, step }: Place<ObjectiveEvaluation>): boolean => dot(at.gradient, step) / 2 <= ROUGH * total;
    return minimize<ObjectiveEvaluation>(start, {
      preconditioner: ({ of }) => preconditionerAt(of, ways),
      isSettled: precision === "exact" ? isExact : isRough,
      noise: ({ value }) => ROUNDING * (total + Math.abs(value)),
    });
  });
  const minima = await minimizeTogether(searches, async (points) => {
    const evaluations = await loss.evaluate(points);
    return evaluations.map((of, index) => objective(of, { point: points[index] ?? starts[index], factor, classes }));
  });
  return minima.map(solutionOf);
}

function solutionOf({ point, at, settled, iterations }: Minimum<ObjectiveEvaluation>): Solution {
  return { point, of: at.of, converged: settled, iterations };
}

/** factor * loss + |W|^2 / 2 */
function objective(
  of: LogisticEvaluation,
  { point, factor, classes }: { point: Float64Array; factor: number; classes: number },
): ObjectiveEvaluation {
  const penalized = point.length - classes;
  const weight = point.subarray(0, penalized);
  const gradient = scale(of.gradient.slice(), factor);
  addScaled(gradient.subarray(0, penalized), weight, 1);
  return { value: factor * of.loss + dot(weight, weight) / 2, gradient, of };
}
