/** @file The trials of one strategy as they come in, and what they say of each budget. */

import { mean } from "../../statistics/index.ts";
import type { Budget } from "../file/plan.ts";
import type { TuningRecord } from "../records/records.ts";
import type { BudgetTrials, Contender } from "./choose-factors.ts";
import { compare } from "./evidence.ts";
import type { Slot } from "./plan-trials.ts";
import type { Trial } from "./run-trial.ts";

/** A trial with where it was made. */
export interface TrialResult extends Trial {
  readonly slot: Slot;
  /** 1: a share of the steps; 2: all of them. */
  readonly round: 1 | 2;
  readonly factor: number;
  readonly learningRate: number;
  /** Of the run's steps. */
  readonly share: number;
}

/**
 * The factors of the first round, the best first: by the mean loss over its slots. A factor that diverged anywhere is
 * behind all others; of several such, lower ones are better.
 */
export function rankFactors(results: readonly TrialResult[]): number[] {
  const lossOf = (factor: number): number =>
    meanLoss(results.filter((one) => one.round === 1 && one.factor === factor)) ?? Infinity;
  const factors = [...new Set(results.map(({ factor }) => factor))].map((factor) => ({ factor, loss: lossOf(factor) }));
  // two infinities differ by NaN
  return factors
    .sort((a, b) => (a.loss === b.loss ? a.factor - b.factor : a.loss - b.loss))
    .map(({ factor }) => factor);
}

/** What the second round says at a budget. */
export function budgetTrials(
  results: readonly TrialResult[],
  { imagesPerClass, images }: { imagesPerClass: Budget; images: number },
): BudgetTrials {
  const own = results.filter(({ round, slot }) => round === 2 && slot.imagesPerClass === imagesPerClass);
  const recipe = own.filter(({ factor }) => factor === 1);
  const others = [...new Set(own.map(({ factor }) => factor))].filter((factor) => factor !== 1);
  return {
    images,
    recipeDiverged: recipe.some(({ scores }) => scores === null),
    contenders: others.map((factor): Contender => {
      const trials = own.filter((one) => one.factor === factor);
      return { factor, loss: meanLoss(trials), evidence: evidenceOf(recipe, trials) };
    }),
  };
}

/** The trials at a budget, factor by factor, each from the last round that it came to there; ascending. */
export function trialRecords(results: readonly TrialResult[], imagesPerClass: Budget): TuningRecord["trials"] {
  const here = results.filter(({ slot }) => slot.imagesPerClass === imagesPerClass);
  const factors = [...new Set(here.map(({ factor }) => factor))].sort((a, b) => a - b);
  return factors.map((factor) => {
    const rounds = Math.max(...here.filter((one) => one.factor === factor).map(({ round }) => round));
    const lastOf = (wanted: number): TrialResult[] =>
      here.filter((one) => one.factor === wanted && one.round === rounds);
    const own = lastOf(factor);
    const evidence = evidenceOf(lastOf(1), own);
    return {
      factor,
      learningRate: own[0].learningRate,
      validationLoss: meanLoss(own),
      validationAccuracy: meanAccuracy(own),
      differenceToRecipe: evidence === null ? null : 0 - evidence.improvement,
      standardError: evidence === null || !Number.isFinite(evidence.standardError) ? null : evidence.standardError,
      folds: own.length,
      rounds,
      diverged: own.some(({ scores }) => scores === null),
    };
  });
}

type Results = readonly TrialResult[];

/** Slot by slot: both rounds make the trials of a slot one after another. */
function evidenceOf(recipe: Results, candidate: Results): Contender["evidence"] {
  const scoresOf = (results: Results) => results.flatMap(({ scores }) => (scores === null ? [] : [scores]));
  const [of1, ofCandidate] = [scoresOf(recipe), scoresOf(candidate)];
  if (of1.length < recipe.length || ofCandidate.length < candidate.length) return null;
  return compare(of1, ofCandidate);
}

/** Over all held-back images; null if a trial diverged. */
function meanLoss(results: Results): number | null {
  const scores = results.map((one) => one.scores);
  return scores.includes(null) ? null : mean(scores.flatMap((one) => one?.losses ?? []));
}

function meanAccuracy(results: Results): number | null {
  const scores = results.map((one) => one.scores);
  return scores.includes(null) ? null : mean(scores.flatMap((one) => one?.correct.map(Number) ?? []));
}
