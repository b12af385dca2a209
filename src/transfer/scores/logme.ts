/** @file LogME: how well a linear model on the features explains the labels, its own weights integrated out. */

import { classProjections, spectrumOf } from "../spectrum.ts";
import { type LabelledFeatures, rowWidth, rowsPerClass } from "./labelled-rows.ts";

/** Keeps precisions finite where the features explain the labels without remainder; as in the authors' code. */
const EPSILON = 1e-5;
const MOST_ITERATIONS = 1000;
/** Relative change of alpha / beta below which the precisions have settled. */
const SETTLED = 1e-9;

/**
 * Logarithm of the maximum evidence per image, the mean over one-against-all models of the classes that occur, in nats:
 * higher is better.
 *
 * y ~ N(F w, 1/beta), w ~ N(0, 1/alpha), with F scaled to rows of mean square length 1, so that the features' unit does
 * not matter. alpha and beta are iterated to the fixed point of You et al.'s algorithm 1 on
 * the singular values of F. The evidence is that of the whole F also where its rank k is below its width:
 * (k/2 log alpha + N/2 log beta - 1/2 sum_j log(alpha + beta s_j^2) - beta/2 |F m - y|^2 - alpha/2 |m|^2 - N/2 log 2 pi) / N.
 *
 * @throws ConfigError if there are no images or the rows are not of one length.
 * Source: You et al. 2021, arXiv:2102.11005.
 */
export function logme({ features, labels }: LabelledFeatures): number {
  rowWidth(features, labels, "LogME");
  const { squares: unscaled, left } = spectrumOf(Float64Array.from(features), labels.length);
  const meanSquare = unscaled.reduce((each, square) => each + square, 0) / labels.length;
  const squares = unscaled.map((square) => square / meanSquare);
  const counts = rowsPerClass(labels);
  let sum = 0;
  for (const [label, projection] of classProjections(left, labels)) {
    sum += evidence({ squares, projection, count: labels.length, squaredLength: counts.get(label) ?? 0 });
  }
  return sum / counts.size;
}

interface Regression {
  squares: Float64Array;
  /** U^T y. */
  projection: Float64Array;
  count: number;
  /** |y|^2. */
  squaredLength: number;
}

function evidence(regression: Regression): number {
  const { squares, count } = regression;
  let [alpha, beta] = [1, 1];
  let fit = fitOf(regression, alpha / beta);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const before = alpha / beta;
    if (squares.length > 0) alpha = fit.effective / (fit.weights + EPSILON);
    beta = (count - fit.effective) / (fit.residual + EPSILON);
    fit = fitOf(regression, alpha / beta);
    if (Math.abs(alpha / beta - before) <= SETTLED * before) break;
  }
  let determinant = 0;
  for (const square of squares) determinant += Math.log1p((beta / alpha) * square);
  return (
    (count * Math.log(beta / (2 * Math.PI)) - determinant - beta * fit.residual - alpha * fit.weights) / (2 * count)
  );
}

/** At ratio t = alpha / beta: effective number of weights, |m|^2 and |F m - y|^2. */
function fitOf(
  { squares, projection, squaredLength }: Regression,
  ratio: number,
): { effective: number; weights: number; residual: number } {
  let [effective, weights, residual, outside] = [0, 0, 0, squaredLength];
  for (let place = 0; place < squares.length; place++) {
    const [square, inside] = [squares[place], projection[place] ** 2];
    effective += square / (square + ratio);
    weights += (square * inside) / (square + ratio) ** 2;
    residual += inside * (ratio / (square + ratio)) ** 2;
    outside -= inside;
  }
  // what no direction reaches; rounding can take it below 0
  return { effective, weights, residual: residual + Math.max(0, outside) };
}
