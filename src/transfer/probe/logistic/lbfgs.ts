/** @file L-BFGS for smooth convex functions that somebody else computes, many of them side by side. */

import { addScaled, dot, scale } from "./vectors.ts";

/** What is known of the function at a point. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A point of a search. */
export interface Place<E extends Evaluation> {
  readonly point: Float64Array;
  readonly at: E;
  /** The preconditioner times the gradient: how far the minimum is, about. */
  readonly step: Float64Array;
}

export interface MinimizeOptions<E extends Evaluation> {
  /** Given what is known somewhere near: multiplies a vector by about the inverse of the second derivative. */
  preconditioner(at: E): (vector: Float64Array) => Float64Array;
  /** True where the minimum is near enough. */
  isSettled(place: Place<E>): boolean;
  /** Differences of values that are no more than rounding. */
  noise(at: E): number;
  /** How many past steps are remembered. */
  memory?: number;
  maxIterations?: number;
}

export interface Minimum<E extends Evaluation> {
  readonly point: Float64Array;
  readonly at: E;
  readonly settled: boolean;
  readonly iterations: number;
}

/** A search for a minimum: it gives points and is given what is known there. */
export type Search<E extends Evaluation> = Generator<Float64Array, Minimum<E>, E>;

/** A past step s, the change y of the gradient along it, and the preconditioner times y. */
interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly preconditionedY: Float64Array;
  /** s·y */
  readonly product: number;
}

/** Shares of the slope at the start: what a step has to gain, and how steep it may rise where values are rounding. */
const LEAST_GAIN = 1e-4;
const STEEPEST_RISE = 0.8;
const MOST_TRIALS = 20;
/** Iterations after which the preconditioner is made anew: curvature can change by orders of magnitude on the way. */
const RENEWED_EVERY = 10;

/**
 * Searches the minimum of a convex function from `start`.
 *
 * A step is tried at length 1 and shortened by the secant rule. One is taken that has not passed the minimum along its
 * direction (of a convex function that is a gain, however values are rounded), or that gains enough (Armijo), or, where
 * values are rounding, whose slope says so (Hager and Zhang's approximate Wolfe condition).
 *
 * Source: Nocedal and Wright 2006, "Numerical Optimization", algorithms 7.4 and 7.5; Hager and Zhang 2005, SIAM J. Optim. 16.
 */
export function* minimize<E extends Evaluation>(start: Float64Array, options: MinimizeOptions<E>): Search<E> {
  const { memory = 6, maxIterations = 500 } = options;
  let pairs: Pair[] = [];
  const first = yield start;
  let precondition = options.preconditioner(first);
  let place: Place<E> = { point: start, at: first, step: precondition(first.gradient) };
  for (let iteration = 0; ; iteration++) {
    if (iteration > 0 && iteration % RENEWED_EVERY === 0) {
      precondition = options.preconditioner(place.at);
      place = { ...place, step: precondition(place.at.gradient) };
      pairs = pairs.map((pair) => ({ ...pair, preconditionedY: precondition(pair.y) }));
    }
    const end = { point: place.point, at: place.at, iterations: iteration };
    if (options.isSettled(place)) return { ...end, settled: true };
    if (iteration === maxIterations) return { ...end, settled: false };
    const found = yield* searchAlong(directionFrom(place, pairs), { place, noise: options.noise(place.at) });
    if (found === null) return { ...end, settled: false };
    const next = { ...found, step: precondition(found.at.gradient) };
    const pair = pairBetween(place, next);
    if (pair.product > 0) pairs.push(pair);
    if (pairs.length > memory) pairs.shift();
    place = next;
  }
}

/** Null where no step is taken: what is left to gain is rounding. */
function* searchAlong<E extends Evaluation>(
  direction: Float64Array,
  { place: { point, at }, noise }: { place: Place<E>; noise: number },
): Generator<Float64Array, { point: Float64Array; at: E } | null, E> {
  const slope = dot(direction, at.gradient);
  if (!(slope < 0)) return null;
  let length = 1;
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const next = addScaled(point.slice(), direction, length);
    const there = yield next;
    const slopeThere = dot(direction, there.gradient);
    const gain = at.value - there.value;
    const isGain = slopeThere <= 0 || gain >= -LEAST_GAIN * length * slope;
    const isLevel = Math.abs(gain) <= noise && slopeThere <= -STEEPEST_RISE * slope;
    if (isGain || isLevel) return { point: next, at: there };
    // where the slope would be 0 if it changed evenly
    const share = -slope / (slopeThere - slope);
    length *= Number.isFinite(share) ? Math.max(0.1, Math.min(0.9, share)) : 0.1;
  }
  return null;
}

/** -H g, where H is the preconditioner corrected by the past steps. */
function directionFrom<E extends Evaluation>({ at, step }: Place<E>, pairs: readonly Pair[]): Float64Array {
  const q = at.gradient.slice();
  // the preconditioner times q, put together from what it made of g and of every y
  const direction = step.slice();
  const shares = pairs.map(() => 0);
  for (let index = pairs.length - 1; index >= 0; index--) {
    const { s, y, preconditionedY, product } = pairs[index];
    shares[index] = dot(s, q) / product;
    addScaled(q, y, -shares[index]);
    addScaled(direction, preconditionedY, -shares[index]);
  }
  const last = pairs.at(-1);
  if (last !== undefined) scale(direction, last.product / dot(last.y, last.preconditionedY));
  for (const [index, { s, y, product }] of pairs.entries()) {
    addScaled(direction, s, shares[index] - dot(y, direction) / product);
  }
  return scale(direction, -1);
}

function pairBetween<E extends Evaluation>(from: Place<E>, to: Place<E>): Pair {
  const s = addScaled(to.point.slice(), from.point, -1);
  const y = addScaled(to.at.gradient.slice(), from.at.gradient, -1);
  return { s, y, preconditionedY: addScaled(to.step.slice(), from.step, -1), product: dot(s, y) };
}

/** Runs searches side by side: in every round, the points of all that are not done are computed together. */
export async function minimizeTogether<E extends Evaluation>(
  searches: readonly Search<E>[],
  evaluate: (points: readonly (Float64Array | null)[]) => Promise<readonly E[]>,
): Promise<Minimum<E>[]> {
  const states = searches.map((search) => search.next());
  const wanted = (): (Float64Array | null)[] => states.map((state) => (state.done === true ? null : state.value));
  for (let points = wanted(); points.some((point) => point !== null); points = wanted()) {
    const evaluations = await evaluate(points);
    for (const [index, point] of points.entries()) {
      if (point !== null) states[index] = searches[index].next(evaluations[index]);
    }
  }
  return states.map((state) => {
    if (state.done !== true) throw new Error("internal: a search was left undone");
    return state.value;
  });
}
