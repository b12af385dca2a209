/** @file Which trials a strategy's tuning makes: where, with which factors, and how many for the same allowance. */

import type { Budget } from "../file/plan.ts";
import type { TuningConfig } from "../file/tuning-schema.ts";

/** A run that trials stand for. */
interface Cell {
  readonly seed: number;
  readonly imagesPerClass: Budget;
}

/** Where every candidate of a round makes one trial. */
export interface Slot extends Cell {
  /** Null where the study holds validation images back. */
  readonly fold: number | null;
}

/** The slots of both rounds; they share none where there are folds, so that what chooses does not judge. */
export interface TrialPlan {
  readonly first: readonly Slot[];
  readonly second: readonly Slot[];
}

/** So many trials of the first round take the steps of one run. */
const FIRST_ROUND = 3;
/** Share of a run's steps that a trial of the first round takes. */
export const FIRST_SHARE = 1 / FIRST_ROUND;
/** Share of the allowance that the first round takes. */
const FIRST_ALLOWANCE = 1 / 4;
/** Of the second round, however little is allowed: with one there is no telling folds apart. */
const LEAST_SLOTS = 2;

/** What the recipe's own rate is multiplied by, ascending; 1 is always among them. */
export function candidateFactors({ factors, learningRates }: TuningConfig, ownRate: number): number[] {
  const wanted = learningRates === null ? factors : learningRates.map((rate) => rate / ownRate);
  return [...new Set([1, ...wanted])].sort((a, b) => a - b);
}

/** One more candidate where the best lies at an end of the multiples, as far beyond it as it is from the recipe. */
export function reachBeyond(
  { learningRates }: TuningConfig,
  { factors, best }: { factors: readonly number[]; best: number },
): number | null {
  const isEdge = best === factors[0] || best === factors[factors.length - 1];
  return learningRates === null && isEdge && best !== 1 ? best * best : null;
}

/** The better half of the candidates, two at least and the recipe's own always among them; ascending. */
export function chooseFinalists(ranked: readonly number[]): number[] {
  const others = ranked.filter((factor) => factor !== 1).slice(0, halfOf(ranked.length) - 1);
  return [1, ...others].sort((a, b) => a - b);
}

/** How many candidates go on. */
export function halfOf(candidates: number): number {
  return Math.max(2, Math.ceil(candidates / 2));
}

/**
 * The slots of a strategy's trials.
 *
 * The allowance is counted in whole trainings of the strategy's own runs, `compute` times as many as it has cells, so
 * every strategy of a study has the same; at least what it takes to judge every budget, and any on two folds. The last
 * fold is that of the first round, the others those of the second, cell after cell before a second fold of any.
 */
export function planTrials(
  cells: readonly Cell[],
  { folds, candidates, compute }: { folds: number | null; candidates: number; compute: number },
): TrialPlan {
  // one more may be tried beyond an edge
  const most = candidates + 1;
  // in trials of the first round, which are whole numbers
  const slotCost = { first: most, second: FIRST_ROUND * halfOf(most) };
  const budgets = new Set(cells.map(({ imagesPerClass }) => imagesPerClass)).size;
  const needed = Math.max(LEAST_SLOTS, budgets) * slotCost.second;
  const allowance = Math.max(FIRST_ROUND * compute * cells.length, slotCost.first + needed);
  const spare = Math.min(allowance * FIRST_ALLOWANCE, allowance - needed);
  const wanted = Math.max(1, Math.floor(spare / slotCost.first));
  const ordered = takeTurns(cells.map(({ seed, imagesPerClass }) => ({ seed, imagesPerClass })));
  const first = spreadEvenly(ordered, Math.min(wanted, ordered.length));
  const left = Math.floor((allowance - first.length * slotCost.first) / slotCost.second);
  const rounds: readonly (number | null)[] =
    folds === null ? [null] : Array.from({ length: folds - 1 }, (_, fold) => fold);
  return {
    first: first.map((cell) => ({ ...cell, fold: folds === null ? null : folds - 1 })),
    second: rounds.flatMap((fold) => ordered.map((cell) => ({ ...cell, fold }))).slice(0, left),
  };
}

/** One cell of every budget, then a second of every budget that has one, and so on. */
function takeTurns(cells: readonly Cell[]): Cell[] {
  const turnOf = (cell: Cell): number =>
    cells.filter(({ imagesPerClass }) => imagesPerClass === cell.imagesPerClass).indexOf(cell);
  return [...cells].sort((a, b) => turnOf(a) - turnOf(b));
}

/** So many of the list, at even distances. */
function spreadEvenly<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)]);
}
