/** @file Where the learning curves of two strategies cross. */

import { drawLuck, drawScores } from "./decision/joint-draws.ts";
import { type ScoreDifference, type ScoreEstimates, estimatesOf, scoreDifference } from "./decision/score-estimates.ts";
import { studentTQuantile } from "./distributions/student-t.ts";
import type { PlacedResults } from "./paired/comparisons.ts";
import { checkLevel } from "./summary.ts";

/** Expected differences closer to 0 than this are level: accuracies are ratios of whole numbers. */
const LEVEL_BELOW = 1e-12;
const DRAWS = 10_000;

/** A change of order of two mean curves. */
export interface Crossing {
  overtaking: string;
  overtaken: string;
  /** Interpolated images per class. */
  budget: number;
  /** The measured budgets next to it. */
  between: readonly [number, number];
}

/** How well a crossing is known. */
export interface CrossingInterval {
  /** Null where the interval reaches below the smallest budget. */
  low: number | null;
  /** Null where it reaches above the largest budget. */
  high: number | null;
  level: number;
  /** Share of draws that cross in this direction within the budgets. */
  share: number;
}

/**
 * True where at a budget on that side of the crossing the t interval of the difference excludes 0, in the direction of
 * the curves; not corrected for the number of budgets.
 */
interface Sides {
  before: boolean;
  after: boolean;
}

/** What was compared. */
interface Measured {
  /** The budgets that both strategies have, ascending. */
  budgets: number[];
  /** The seeds that both have at every one of them. */
  seeds: number[];
}

/** What two learning curves say about a crossover. */
export type Crossover =
  | { kind: "not comparable"; strategies: readonly [string, string] }
  /** `ahead` is null where the two are level at every budget; `levelAt` lists budgets at which they are. */
  | (Measured & { kind: "none"; strategies: readonly [string, string]; ahead: string | null; levelAt: number[] })
  | (Measured & { kind: "one"; crossing: Crossing; interval: CrossingInterval; apart: Sides })
  | (Measured & { kind: "several"; crossings: Crossing[] });

/** One budget of a study with its ranked strategies. */
export interface PlacedBudget {
  /** Images per class. */
  budget: number;
  strategies: readonly PlacedResults[];
}

/**
 * Finds where the expected difference of two strategies changes its sign: linear between neighbouring budgets on the axis
 * of ln(budget); in the middle (of the logarithms) where the two are level over several budgets.
 *
 * The interval draws all accuracies anew, over seeds and test images, and looks for the crossing again: a percentile
 * interval. A draw without a crossing counts as one beyond the end where it must lie, one that crosses the other way
 * alone against both ends; several crossings have their mean. It knows nothing of the curve between budgets.
 *
 * @throws RangeError for budgets that are not positive or occur twice, or a level outside (0, 1).
 */
export function findCrossover(
  strategies: readonly [string, string],
  rows: readonly PlacedBudget[],
  { estimates, level = 0.95 }: { estimates: ScoreEstimates; level?: number },
): Crossover {
  checkLevel(level, "findCrossover");
  const shared = sharedRows(strategies, rows);
  const budgets = shared.map(({ budget }) => budget);
  if (budgets.length < 2) return { kind: "not comparable", strategies };
  const seeds = shared.map((row) => row.seeds).reduce((kept, next) => kept.filter((seed) => next.includes(seed)));
  const means = shared.map(({ cells: [a, b] }) => {
    const difference = estimates.means[a] - estimates.means[b];
    return Math.abs(difference) < LEVEL_BELOW ? 0 : difference;
  });
  const changes = signChanges(means, budgets);
  const crossings = changes.map((change) => namedCrossing(change, budgets, strategies));
  if (crossings.length > 1) return { kind: "several", budgets, seeds, crossings };
  if (crossings.length === 0) {
    const sign = means.find((value) => value !== 0) ?? 0;
    const ahead = sign === 0 ? null : strategies[sign > 0 ? 0 : 1];
    const levelAt = budgets.filter((_, index) => means[index] === 0);
    return { kind: "none", strategies, budgets, seeds, ahead, levelAt };
  }
  const places = new Float64Array(DRAWS);
  let draw = 0;
  const pair = estimatesOf(
    estimates,
    shared.flatMap(({ cells }) => cells),
  );
  drawScores(pair, { luck: drawLuck(pair, { draws: DRAWS }) }, (accuracies) => {
    const differences = budgets.map((_, index) => accuracies[2 * index] - accuracies[2 * index + 1]);
    places[draw++] = placeOf(differences, budgets, changes[0].upward);
  });
  const apart = sidesOf(
    shared.map(({ cells }) => scoreDifference(estimates, ...cells)),
    changes[0],
    level,
  );
  return { kind: "one", budgets, seeds, crossing: crossings[0], interval: intervalOf(places, level), apart };
}

interface SharedRow {
  budget: number;
  cells: [number, number];
  seeds: number[];
}

/** The budgets that both strategies have, ascending. */
function sharedRows([first, second]: readonly [string, string], rows: readonly PlacedBudget[]): SharedRow[] {
  const shared = rows.flatMap(({ budget, strategies }): SharedRow[] => {
    if (!(budget > 0 && Number.isFinite(budget))) {
      throw new RangeError(`findCrossover: expected positive budgets, got ${budget}.`);
    }
    const [a, b] = [first, second].map((name) => strategies.find(({ strategy }) => strategy === name));
    if (a === undefined || b === undefined) return [];
    const others = b.results.map(({ seed }) => seed);
    const seeds = a.results.map(({ seed }) => seed).filter((seed) => others.includes(seed));
    return [{ budget, cells: [a.cell, b.cell], seeds }];
  });
  const sorted = shared.sort((one, other) => one.budget - other.budget);
  const twice = sorted.find(({ budget }, index) => index > 0 && budget === sorted[index - 1].budget);
  if (twice !== undefined) {
    throw new RangeError(`findCrossover: expected each budget once, got ${twice.budget} twice.`);
  }
  return sorted;
}

/** A change of sign between the budgets of two indices. */
interface SignChange {
  before: number;
  after: number;
  logBudget: number;
  /** From minus to plus. */
  upward: boolean;
}

function signChanges(means: readonly number[], budgets: readonly number[]): SignChange[] {
  const changes: SignChange[] = [];
  let before = -1;
  for (let after = 0; after < means.length; after++) {
    if (means[after] === 0) continue;
    if (before >= 0 && Math.sign(means[after]) !== Math.sign(means[before])) {
      changes.push({
        before,
        after,
        logBudget: zeroBetween(means, budgets, [before, after]),
        upward: means[after] > 0,
      });
    }
    before = after;
  }
  return changes;
}

/** ln of the budget at which the line between two means is 0, or of the middle of the level budgets between them. */
function zeroBetween(
  means: readonly number[],
  budgets: readonly number[],
  [before, after]: readonly [number, number],
): number {
  if (after > before + 1) return (Math.log(budgets[before + 1]) + Math.log(budgets[after - 1])) / 2;
  const share = means[before] / (means[before] - means[after]);
  return Math.log(budgets[before]) + share * (Math.log(budgets[after]) - Math.log(budgets[before]));
}

function namedCrossing(change: SignChange, budgets: number[], strategies: readonly [string, string]): Crossing {
  const [overtaking, overtaken] = change.upward ? strategies : [strategies[1], strategies[0]];
  const between = [budgets[change.before], budgets[change.after]] as const;
  return { overtaking, overtaken, budget: Math.exp(change.logBudget), between };
}

function sidesOf(differences: readonly ScoreDifference[], { before, after, upward }: SignChange, level: number): Sides {
  const isApart = ({ difference, standardError, degreesOfFreedom }: ScoreDifference, above: boolean): boolean => {
    const margin = studentTQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
    return above ? difference > margin : difference < -margin;
  };
  return {
    before: differences.slice(0, before + 1).some((one) => isApart(one, !upward)),
    after: differences.slice(after).some((one) => isApart(one, upward)),
  };
}

/**
 * ln of the crossing in this direction, the mean of several; ∓Infinity if it lies before or after the budgets, NaN if
 * there is none.
 */
function placeOf(means: readonly number[], budgets: readonly number[], upward: boolean): number {
  const changes = signChanges(means, budgets);
  const same = changes.filter((change) => change.upward === upward);
  if (same.length > 0) return same.reduce((sum, { logBudget }) => sum + logBudget, 0) / same.length;
  const sign = means.find((value) => value !== 0);
  if (changes.length > 0 || sign === undefined) return Number.NaN;
  return sign > 0 === upward ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function intervalOf(places: Float64Array, level: number): CrossingInterval {
  // without a place of its own a draw pulls both ends outwards
  const lows = places.map((place) => (Number.isNaN(place) ? Number.NEGATIVE_INFINITY : place)).sort();
  const highs = places.map((place) => (Number.isNaN(place) ? Number.POSITIVE_INFINITY : place)).sort();
  const outside = Math.floor(((1 - level) / 2) * places.length);
  const budgetAt = (place: number): number | null => (Number.isFinite(place) ? Math.exp(place) : null);
  const low = budgetAt(lows[outside]);
  const high = budgetAt(highs[places.length - 1 - outside]);
  const share = places.filter((place) => Number.isFinite(place)).length / places.length;
  return { low, high, level, share };
}
