/** @file How long a study will still take: the arithmetic that is left, at the speed measured so far. */

/** Arithmetic that is to be done, in floating point operations. */
export interface Work {
  /** Of training steps. */
  readonly training: number;
  /** Of features and evaluations, which go forward only. */
  readonly forward: number;
}

/** What a run takes, and the parts by which its speed is measured. */
export interface RunWork extends Work {
  /** Of a training step, on average. */
  readonly step: number;
  /** Of an image on its way through the layers that run once. */
  readonly feature: number;
  /** Of the held-out images after an epoch. */
  readonly evaluation: number;
}

/** Steps of less arithmetic spend their time on other things: no measure of speed, and over before it matters. */
const LEAST_STEP = 1e8;
/** A training step's operations take so many times as long as those of features and evaluations, until both are measured. */
const TRAINING_SLOWNESS = 2;

/** Speeds of a study in operations a millisecond, the newest measurement of each kind. */
export interface Pace {
  /** What a training step of so many operations took. */
  trained(flops: number, ms: number): void;
  /** What features or evaluations of so many operations took. */
  passed(flops: number, ms: number): void;
  /** Null until something was measured, unless there is nothing to do. */
  timeOf(work: Work): number | null;
}

/** A pace of which nothing is known yet. */
export function createPace(): Pace {
  let training: number | null = null;
  let forward: number | null = null;
  return {
    trained: (flops, ms) => {
      if (flops >= LEAST_STEP && ms > 0) training = flops / ms;
    },
    passed: (flops, ms) => {
      if (flops >= LEAST_STEP && ms > 0) forward = flops / ms;
    },
    timeOf: (work) => {
      if (work.training === 0 && work.forward === 0) return 0;
      const ahead = forward ?? (training === null ? null : training * TRAINING_SLOWNESS);
      if (ahead === null) return null;
      return work.training / (training ?? ahead / TRAINING_SLOWNESS) + work.forward / ahead;
    },
  };
}

/** All of some runs' work together. */
export function sumOf(works: readonly Work[]): Work {
  return works.reduce(
    (sum, { training, forward }) => ({ training: sum.training + training, forward: sum.forward + forward }),
    { training: 0, forward: 0 },
  );
}

/** A part of a run's work. */
export function shareOf({ training, forward }: Work, share: number): Work {
  return { training: training * share, forward: forward * share };
}
