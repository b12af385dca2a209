/** @file Heads that are found at once, from the features of the training images. */

import { float32 } from "../core/index.ts";
import type { Parameters } from "../engine/nn/index.ts";
import type { SessionOptions } from "../engine/runtime/index.ts";
import type { FeatureRows } from "./feature-cache.ts";
import { chooseNeighbours } from "./probe/k-nearest.ts";
import { linearMetrics } from "./probe/linear-metrics.ts";
import { nearestMean } from "./probe/nearest-mean.ts";
import type { FoldScore } from "./probe/logistic/choose-strength.ts";
import { type ProbeCurvePoint, probeCurve } from "./probe/probe-curve.ts";
import { solveProbe } from "./probe/solve-probe.ts";
import { foldStandardization, standardizationOf, standardizeRows } from "./probe/standardization.ts";
import type { HeadSolver } from "./strategy.ts";

export interface SolveHeadOptions {
  /** Name of the layer. */
  head: string;
  features: FeatureRows;
  labels: ArrayLike<number>;
  numClasses: number;
  /** Weight of each class in the solution; all 1 when left out. */
  classWeights?: readonly number[] | undefined;
  /** Draws the folds. */
  seed: number;
  session: SessionOptions;
}

export interface SolvedHead {
  /** Of the head, by full name. */
  readonly parameters: Parameters;
  /** On the training images. */
  readonly train: { readonly loss: number; readonly accuracy: number };
  /** Of a logistic head: its strength, scikit-learn's C, and how images did that were held out to choose it. */
  readonly probe?: {
    readonly strength: number;
    readonly crossValidated: FoldScore | null;
    /** With a quarter and half of the images. */
    readonly curve: readonly ProbeCurvePoint[];
  };
}

/**
 * The head that a solver finds.
 *
 * @throws TrainingError if a feature is not finite.
 */
export async function solveHead(solver: HeadSolver, options: SolveHeadOptions): Promise<SolvedHead> {
  return solvers[solver](options);
}

const solvers: Readonly<Record<HeadSolver, (options: SolveHeadOptions) => Promise<SolvedHead>>> = {
  logistic: async ({ session, head, ...problem }) => {
    const solved = await solveProbe(problem, { session });
    const { weight, bias, strength, crossValidated, trainLoss, trainAccuracy } = solved;
    return {
      parameters: denseHead(head, { weight, bias }),
      train: { loss: trainLoss, accuracy: trainAccuracy },
      probe: { strength, crossValidated, curve: await probeCurve(problem, { solved, session }) },
    };
  },
  "nearest-mean": async ({ head, features, labels, numClasses }) => {
    const standardization = standardizationOf(features);
    const classifier = nearestMean({ rows: standardizeRows(features, standardization), labels, numClasses });
    const folded = foldStandardization(classifier, standardization);
    return { parameters: denseHead(head, folded), train: linearMetrics(folded, { features, labels }) };
  },
  "k-nearest": async ({ session, head, ...problem }) => {
    const { parameters, crossValidated } = await chooseNeighbours(problem, { session });
    const named = Object.entries(parameters).map(([name, tensor]) => [`${head}.${name}`, tensor]);
    // a training image is its own nearest neighbour: what can be said of them is what the others say of each
    const { logLoss, accuracy } = crossValidated ?? { logLoss: 0, accuracy: 1 };
    return { parameters: Object.fromEntries(named) as Parameters, train: { loss: logLoss, accuracy } };
  },
};

function denseHead(head: string, { weight, bias }: { weight: Float32Array; bias: Float32Array }): Parameters {
  const units = bias.length;
  return {
    [`${head}.weight`]: float32(weight, [units, weight.length / units]),
    [`${head}.bias`]: float32(bias, [units]),
  };
}
