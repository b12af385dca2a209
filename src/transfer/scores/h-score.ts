/** @file H-score: how far apart the classes' mean features are, measured in the spread of all features. */

import { centre, classProjections, spectrumOf } from "../spectrum.ts";
import { type LabelledFeatures, rowWidth, rowsPerClass } from "./labelled-rows.ts";

/**
 * Regularized H-score: from 0 to the number of classes less 1; higher is better.
 *
 * tr(S_a^-1 (1-a) B), where B is the covariance of the class means and S_a = (1-a) S + a tr(S)/D I the covariance of the
 * features, shrunk by Ledoit and Wolf's a. With fewer images than features the plain score, tr(S^+ B), would be the number of classes less 1
 * whatever the features; with many images a goes to 0 and the two are one.
 *
 * @throws ConfigError if there are no images or the rows are not of one length.
 * Source: Bao et al. 2019, "An information-theoretic approach to transferability in task transfer learning", ICIP;
 * the shrinkage is Ibrahim et al.'s 2021, arXiv:2110.06893, by Ledoit and Wolf 2004.
 */
export function hScore({ features, labels }: LabelledFeatures): number {
  const width = rowWidth(features, labels, "H-score");
  const count = labels.length;
  const values = centre(features, count);
  const { squares, left } = spectrumOf(values, count);
  const shrinkage = ledoitWolf(values, { squares, count });
  const meanVariance = sum(squares) / (count * width);
  const counts = rowsPerClass(labels);
  let score = 0;
  for (const [label, projection] of classProjections(left, labels)) {
    const ofClass = counts.get(label) ?? 0;
    for (let place = 0; place < squares.length; place++) {
      // the class mean along direction j: s_j (U^T y)_j / n_c
      const squaredMean = (squares[place] * projection[place] ** 2) / ofClass ** 2;
      const variance = (1 - shrinkage) * (squares[place] / count) + shrinkage * meanVariance;
      score += ((1 - shrinkage) * (ofClass / count) * squaredMean) / variance;
    }
  }
  return score;
}

/**
 * How much of the identity makes the best estimate of the covariance of centered rows: from 0 to 1.
 *
 * a = min(b, d) / d, with d = |S - tr(S)/D I|^2 and b = (mean_i |x_i x_i^T - S|^2) / N
 */
function ledoitWolf(values: Float64Array, { squares, count }: { squares: Float64Array; count: number }): number {
  const width = values.length / count;
  const total = sum(squares) / count;
  const squaredNorm = squares.reduce((each, square) => each + (square / count) ** 2, 0);
  const distance = squaredNorm - total ** 2 / width;
  let fourth = 0;
  for (let row = 0; row < count; row++) fourth += sumOfSquares(values.subarray(row * width, (row + 1) * width)) ** 2;
  const noise = (fourth / count - squaredNorm) / count;
  return distance > 0 ? Math.max(0, Math.min(noise, distance)) / distance : 1;
}

function sum(values: Float64Array): number {
  return values.reduce((each, value) => each + value, 0);
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((each, value) => each + value ** 2, 0);
}
