/** @file Makes the trials of one strategy, one after another, and keeps what they say. */

import type { Parameters } from "../../engine/nn/index.ts";
import { type StudyContext, startingWeights } from "../context/study-context.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { TuningConfig } from "../file/tuning-schema.ts";
import type { Slot } from "./plan-trials.ts";
import { runTrial } from "./run-trial.ts";
import type { TrialResult } from "./tuning-round.ts";

/** A strategy that is tuned. */
export interface Candidacy {
  readonly strategy: string;
  /** The runs that trials stand for. */
  readonly runs: readonly PlannedRun[];
}

/** Trials of the same number of steps. */
interface RoundOptions {
  readonly slots: readonly Slot[];
  readonly factors: readonly number[];
  readonly round: 1 | 2;
  /** Of a run's steps. */
  readonly share: number;
}

/** Where trials are made. */
interface TrialBench {
  readonly results: readonly TrialResult[];
  /** Slot by slot, each with every factor; false if the signal stopped it. */
  trials(options: RoundOptions): Promise<boolean>;
}

/** An empty one; `expected` is how many runs' worth of steps its trials will take, for those who watch. */
export function createTrialBench(
  context: StudyContext,
  { strategy, runs, expected }: Candidacy & { expected: number },
): TrialBench {
  const results: TrialResult[] = [];
  const weightsOf = rememberWeights(context);
  const trialAt = async (slot: Slot, trial: Pick<TrialResult, "round" | "share" | "factor">): Promise<boolean> => {
    const finished = results.reduce((sum, { share }) => sum + share, 0);
    const onProgress = (done: number): void => {
      const share = Math.min(1, (finished + trial.share * done) / expected);
      context.listener({ type: "tuning", strategy, share, studyTimeLeftMs: null });
    };
    const run = runs.find(({ seed, imagesPerClass }) => seed === slot.seed && imagesPerClass === slot.imagesPerClass);
    if (run === undefined) throw new Error("internal: a slot without a run");
    const made = { ...trial, slot, learningRate: rateOf(run, trial.factor) };
    const options = { run, folds: foldsOf(context.study.config), transferred: await weightsOf(run), onProgress };
    const outcome = await runTrial(context, { ...made, ...options });
    if (outcome === "interrupted") return false;
    results.push({ ...made, ...outcome });
    return true;
  };
  const trials = async ({ slots, factors, ...rest }: RoundOptions): Promise<boolean> => {
    for (const slot of slots) {
      for (const factor of factors) {
        if (context.signal?.aborted === true || !(await trialAt(slot, { ...rest, factor }))) return false;
      }
    }
    return true;
  };
  return { results, trials };
}

/** How the study tunes. */
export function tuningOf({ tuning }: StudyConfig): TuningConfig {
  if (tuning === null) throw new Error("internal: the study does not tune");
  return tuning;
}

/** As many folds as give each its share of the images. */
export function foldsOf(config: StudyConfig): number {
  return Math.max(2, Math.round(1 / tuningOf(config).validation));
}

/** A run's rate times a factor, to six digits: 0.3 and not 0.30000000000000004. */
export function rateOf({ training: { learningRate } }: PlannedRun, factor: number): number {
  return factor === 1 ? learningRate : Number((learningRate * factor).toPrecision(6));
}

/** Trials of one run start from the same weights; those of the last one are kept. */
function rememberWeights(context: StudyContext): (run: PlannedRun) => Promise<Parameters | null> {
  let known: { origin: string | null; weights: Parameters | null } | undefined;
  return async (run) => {
    if (known === undefined || known.origin !== run.startsFrom) {
      known = { origin: run.startsFrom, weights: await startingWeights(context, run) };
    }
    return known.weights;
  };
}
