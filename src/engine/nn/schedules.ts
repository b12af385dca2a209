/** @file Learning-rate schedules: the rate at each step of a run whose length is known. */

import { ConfigError } from "../../core/index.ts";

/** Learning rate at a step, from 0 to totalSteps - 1. */
export type Schedule = (step: number, totalSteps: number) => number;

/** The same rate throughout. */
export function constant(learningRate: number): Schedule {
  return () => learningRate;
}

/**
 * Multiplies the rate by `factor` each time one of the given fractions of the run has passed.
 *
 * `at: [0.3, 0.6]` of 100 steps is PyTorch's MultiStepLR with milestones 30 and 60.
 */
export function stepDecay(
  learningRate: number,
  { at, factor = 0.1 }: { at: readonly number[]; factor?: number },
): Schedule {
  // a quotient rounds as the fraction itself did; fraction * totalSteps may end above the step that is meant
  return (step, totalSteps) => learningRate * factor ** at.filter((fraction) => step / totalSteps >= fraction).length;
}

/**
 * Half a cosine from the rate down to `floor`, which the step after the last one would have.
 *
 * Source: Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts; PyTorch's CosineAnnealingLR.
 */
export function cosine(learningRate: number, { floor = 0 }: { floor?: number } = {}): Schedule {
  return (step, totalSteps) => interpolate(learningRate, floor, step / totalSteps);
}

export interface OneCycleOptions {
  /** Fraction of the run that the rate rises for. */
  rise?: number;
  /** The first rate is the highest divided by this. */
  startDivisor?: number;
  /** The last rate is the first divided by this. */
  endDivisor?: number;
}

/**
 * Rises from maximum / startDivisor to the maximum and falls to almost nothing, both along cosines.
 *
 * The momentum stays as it is. A run too short to rise begins at the maximum.
 *
 * Source: Smith and Topin 2018, arXiv:1708.07120, in PyTorch's OneCycleLR form (two phases).
 */
export function oneCycle(
  maximum: number,
  { rise = 0.3, startDivisor = 25, endDivisor = 1e4 }: OneCycleOptions = {},
): Schedule {
  const first = maximum / startDivisor;
  const last = first / endDivisor;
  return (step, totalSteps) => {
    const peak = Math.max(rise * totalSteps - 1, 0);
    if (step <= peak) return interpolate(first, maximum, peak === 0 ? 1 : step / peak);
    return interpolate(maximum, last, (step - peak) / (totalSteps - 1 - peak));
  };
}

/**
 * The given schedule, scaled by a line that rises from almost nothing over the first `fraction` of the run.
 *
 * The schedule's own fractions stay those of the whole run.
 *
 * @throws ConfigError if the fraction is outside [0, 1).
 */
export function warmUp(schedule: Schedule, { fraction }: { fraction: number }): Schedule {
  if (!(fraction >= 0 && fraction < 1))
    throw new ConfigError(`warm-up: expected a fraction in [0, 1), got ${fraction}.`);
  return (step, totalSteps) => {
    const steps = fraction * totalSteps;
    return step < steps ? schedule(step, totalSteps) * ((step + 1) / (steps + 1)) : schedule(step, totalSteps);
  };
}

/** From a to b along half a cosine. */
function interpolate(a: number, b: number, fraction: number): number {
  return b + ((a - b) * (1 + Math.cos(Math.PI * fraction))) / 2;
}
