/** @file t-SNE: points in the plane such that near ones stay near. */

import { ConfigError } from "../../core/index.ts";
import { centre } from "../spectrum.ts";
import { pca } from "./pca.ts";

/** Above this the time, which grows with the square, is no longer small. */
const MOST_POINTS = 2000;
const EXAGGERATION = 12;
const EXAGGERATED_ITERATIONS = 250;
/** Standard deviation of the first coordinate at the start. */
const START_DEVIATION = 1e-4;
const LEAST_GAIN = 0.01;
const TINY = 1e-12;

export interface TsneOptions {
  /** How many neighbours a point has, roughly; less where the points are few. */
  perplexity?: number;
  iterations?: number;
}

/**
 * Coordinates [N, 2] of `count` points, values [N, D].
 *
 * Exact, without approximations. Where D is large, give the first principal components alone. It starts from the first two principal components, so that nothing is left to chance:
 * the same points give the same map.
 *
 * @throws ConfigError if there are more points than that is made for.
 * Source: van der Maaten and Hinton 2008; the start and the learning rate, N / 12 or at least 50,
 * are those of Kobak and Berens 2019, doi:10.1038/s41467-019-13056-x.
 */
export function tsne(
  values: ArrayLike<number>,
  count: number,
  { perplexity = 30, iterations = 500 }: TsneOptions = {},
): Float64Array {
  if (count > MOST_POINTS) {
    throw new ConfigError(`t-SNE: expected at most ${MOST_POINTS} points, got ${count}. Take a part of them.`);
  }
  const places = startOf(values, count);
  if (count < 4) return places;
  const affinities = affinitiesOf(squaredDistances(values, count), {
    count,
    perplexity: Math.min(perplexity, (count - 1) / 3),
  });
  const learningRate = Math.max(count / EXAGGERATION, 50);
  const [velocity, gains, gradient] = [0, 1, 0].map((value) => new Float64Array(places.length).fill(value));
  for (let iteration = 0; iteration < iterations; iteration++) {
    const isEarly = iteration < EXAGGERATED_ITERATIONS;
    writeGradient(gradient, { places, affinities, exaggeration: isEarly ? EXAGGERATION : 1 });
    const momentum = isEarly ? 0.5 : 0.8;
    for (let index = 0; index < places.length; index++) {
      const isOnward = Math.sign(gradient[index]) !== Math.sign(velocity[index]);
      gains[index] = Math.max(LEAST_GAIN, isOnward ? gains[index] + 0.2 : gains[index] * 0.8);
      velocity[index] = momentum * velocity[index] - learningRate * gains[index] * gradient[index];
      places[index] += velocity[index];
    }
  }
  return centre(places, count);
}

function startOf(values: ArrayLike<number>, count: number): Float64Array {
  const { scores } = pca(values, count);
  let squares = 0;
  for (let index = 0; index < scores.length; index += 2) squares += scores[index] ** 2;
  const deviation = Math.sqrt(squares / count);
  return deviation > 0 ? scores.map((score) => (score / deviation) * START_DEVIATION) : scores;
}

/** [N, N] */
function squaredDistances(values: ArrayLike<number>, count: number): Float64Array {
  const rows = Float64Array.from(values);
  const width = rows.length / count;
  const distances = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      let sum = 0;
      for (let index = 0; index < width; index++) sum += (rows[a * width + index] - rows[b * width + index]) ** 2;
      distances[a * count + b] = sum;
      distances[b * count + a] = sum;
    }
  }
  return distances;
}

/** p_ij = (p_j|i + p_i|j) / 2N, where p_j|i ~ exp(-precision_i d_ij^2) has the perplexity asked for; [N, N]. */
function affinitiesOf(
  distances: Float64Array,
  { count, perplexity }: { count: number; perplexity: number },
): Float64Array {
  const conditional = new Float64Array(count * count);
  for (let row = 0; row < count; row++) {
    const ofRow = distances.subarray(row * count, (row + 1) * count);
    writeNeighbours(conditional.subarray(row * count, (row + 1) * count), { distances: ofRow, row, perplexity });
  }
  return conditional.map((value, index) => {
    const [row, column] = [Math.floor(index / count), index % count];
    return Math.max(TINY, (value + conditional[column * count + row]) / (2 * count));
  });
}

/** Finds the precision by halving the interval. */
function writeNeighbours(
  shares: Float64Array,
  { distances, row, perplexity }: { distances: Float64Array; row: number; perplexity: number },
): void {
  const nearest = distances.reduce((least, each, index) => (index === row ? least : Math.min(least, each)), Infinity);
  const mean = distances.reduce((sum, each) => sum + (each - nearest), nearest) / (distances.length - 1);
  let [low, high, precision] = [0, Infinity, mean > 0 ? 1 / mean : 1];
  for (let attempt = 0; attempt < 64; attempt++) {
    let [total, weighted] = [0, 0];
    for (let index = 0; index < shares.length; index++) {
      const away = distances[index] - nearest;
      shares[index] = index === row ? 0 : Math.exp(-precision * away);
      total += shares[index];
      weighted += shares[index] * away;
    }
    // H = log(sum) + precision E[d^2]
    const excess = Math.log(total) + (precision * weighted) / total - Math.log(perplexity);
    for (let index = 0; index < shares.length; index++) shares[index] /= total;
    if (Math.abs(excess) < 1e-6) return;
    if (excess > 0) low = precision;
    else high = precision;
    precision = high === Infinity ? precision * 2 : (low + high) / 2;
  }
}

/** dC/dy_i = 4 sum_j (p_ij - q_ij) (1 + |y_i - y_j|^2)^-1 (y_i - y_j) */
function writeGradient(
  gradient: Float64Array,
  { places, affinities, exaggeration }: { places: Float64Array; affinities: Float64Array; exaggeration: number },
): void {
  const count = places.length / 2;
  const repulsion = new Float64Array(places.length);
  let total = 0;
  gradient.fill(0);
  for (let a = 0; a < count; a++) {
    const [ax, ay] = [places[2 * a], places[2 * a + 1]];
    // what a feels is summed in variables: arrays are too slow for what happens a hundred million times
    let [pullX, pullY, pushX, pushY] = [0, 0, 0, 0];
    for (let b = 0; b < a; b++) {
      const x = ax - places[2 * b];
      const y = ay - places[2 * b + 1];
      const near = 1 / (1 + x * x + y * y);
      const pull = exaggeration * affinities[a * count + b] * near;
      const push = near * near;
      total += 2 * near;
      pullX += pull * x;
      pullY += pull * y;
      pushX += push * x;
      pushY += push * y;
      gradient[2 * b] -= pull * x;
      gradient[2 * b + 1] -= pull * y;
      repulsion[2 * b] -= push * x;
      repulsion[2 * b + 1] -= push * y;
    }
    gradient[2 * a] += pullX;
    gradient[2 * a + 1] += pullY;
    repulsion[2 * a] += pushX;
    repulsion[2 * a + 1] += pushY;
  }
  for (let index = 0; index < gradient.length; index++) {
    gradient[index] = 4 * (gradient[index] - repulsion[index] / total);
  }
}
