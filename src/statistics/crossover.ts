/** @file Where the learning curves of two strategies cross. */

import { checkResamples, resample } from "./bootstrap.ts";
import { type Curve, measuredPoints, pairBySeed } from "./learning-curve.ts";
import { pairedTTest } from "./paired/paired-t.ts";
import { checkLevel } from "./summary.ts";

/** Mean differences closer to 0 than this are level: accuracies are ratios of whole numbers. */
const LEVEL_BELOW = 1e-12;
/** With two seeds there are only three different resamples. */
const FEWEST_SEEDS = 3;

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
  /** Share of resamples with exactly this crossing and no other within the budgets. */
  share: number;
  resamples: number;
}

/**
 * True where at a budget on that side of the crossing the paired t interval of the difference excludes 0, in the
 * direction of the means; not corrected for the number of budgets. Resampling a few seeds knows less of noise than this.
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
  | { kind: "not comparable"; strategies: readonly [string, string]; reason: "one budget" | "no shared seed" }
  /** `ahead` is null where the two are level at every budget; `levelAt` lists budgets at which they are. */
  | (Measured & { kind: "none"; strategies: readonly [string, string]; ahead: string | null; levelAt: number[] })
  | (Measured & {
      kind: "one";
      crossing: Crossing;
      interval: CrossingInterval | null;
      /** So many more would give an interval; 0 where there is one. */
      seedsMissing: number;
      /** Whether paired t tests tell the two apart on either side; null where there is no interval. */
      apart: Sides | null;
    })
  | (Measured & { kind: "several"; crossings: Crossing[] });

export interface CrossoverOptions {
  level?: number;
  resamples?: number;
  seed?: number;
}

/**
 * Finds where the mean difference of two strategies, paired by seed, changes its sign: linear between neighbouring
 * budgets on the axis of ln(budget); in the middle (of the logarithms) where the two are level over several budgets.
 *
 * The interval resamples seeds, the same ones at every budget, and looks for the crossing again: a percentile interval.
 * A resample without a crossing counts as one beyond the end where it must lie; one that crosses several times or the
 * other way counts against both ends. It is narrow for few seeds, and it knows nothing of the curve between budgets.
 *
 * @throws RangeError for budgets that are not positive or occur twice, or options out of range.
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
 */
export function findCrossover(a: Curve, b: Curve, options: CrossoverOptions = {}): Crossover {
  const { level = 0.95, resamples = 10_000, seed = 0 } = options;
  checkLevel(level, "findCrossover");
  checkResamples(resamples, "findCrossover");
  const strategies = [a.strategy, b.strategy] as const;
  const { budgets, seeds, differences } = sharedDifferences(a, b);
  if (budgets.length < 2) return { kind: "not comparable", strategies, reason: "one budget" };
  if (seeds.length === 0) return { kind: "not comparable", strategies, reason: "no shared seed" };
  const all = Uint32Array.from(seeds.keys());
  const means = meanDifferences(differences, all);
  const changes = signChanges(means, budgets);
  const crossings = changes.map((change) => namedCrossing(change, budgets, strategies));
  if (crossings.length > 1) return { kind: "several", budgets, seeds, crossings };
  if (crossings.length === 0) {
    const sign = means.find((value) => value !== 0) ?? 0;
    const ahead = sign === 0 ? null : strategies[sign > 0 ? 0 : 1];
    const levelAt = budgets.filter((_, index) => means[index] === 0);
    return { kind: "none", strategies, budgets, seeds, ahead, levelAt };
  }
  const found = { kind: "one", budgets, seeds, crossing: crossings[0] } as const;
  if (seeds.length < FEWEST_SEEDS) {
    return { ...found, interval: null, seedsMissing: FEWEST_SEEDS - seeds.length, apart: null };
  }
  const places = resample(seeds.length, { resamples, seed }, (indices) =>
    placeOf(meanDifferences(differences, indices), budgets, changes[0].upward),
  );
  const apart = sidesOf(differences, changes[0], level);
  return { ...found, interval: intervalOf(places, level), seedsMissing: 0, apart };
}

/** differences[i][j]: a − b at budget i with seed j, for the budgets both have and the seeds both have at all of them. */
function sharedDifferences(a: Curve, b: Curve): Measured & { differences: number[][] } {
  const others = new Map(measuredPoints(b).map(({ budget, results }) => [budget, results]));
  const rows = measuredPoints(a).flatMap(({ budget, results }) => {
    const partner = others.get(budget);
    return partner === undefined ? [] : [{ budget, pairs: pairBySeed(results, partner) }];
  });
  const [first, ...rest] = rows.map(({ pairs }) => pairs.map((pair) => pair.seed));
  const seeds = (first ?? []).filter((seed) => rest.every((row) => row.includes(seed)));
  const differences = rows.map(({ pairs }) =>
    pairs.filter((pair) => seeds.includes(pair.seed)).map((pair) => pair.a - pair.b),
  );
  return { budgets: rows.map(({ budget }) => budget), seeds, differences };
}

/** The mean of each row over the given columns; exactly 0 where it is level. */
function meanDifferences(differences: readonly number[][], indices: Uint32Array): number[] {
  return differences.map((row) => {
    let sum = 0;
    for (const index of indices) sum += row[index];
    return Math.abs(sum / indices.length) < LEVEL_BELOW ? 0 : sum / indices.length;
  });
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

function sidesOf(differences: readonly number[][], { before, after, upward }: SignChange, level: number): Sides {
  const isApart = (row: readonly number[], above: boolean): boolean => {
    const { low, high } = pairedTTest(row, { level }).interval;
    return above ? low > 0 : high < 0;
  };
  return {
    before: differences.slice(0, before + 1).some((row) => isApart(row, !upward)),
    after: differences.slice(after).some((row) => isApart(row, upward)),
  };
}

/** ln of the one crossing in this direction; ∓Infinity if it lies before or after the budgets, NaN if there is none. */
function placeOf(means: readonly number[], budgets: readonly number[], upward: boolean): number {
  const changes = signChanges(means, budgets);
  if (changes.length === 1 && changes[0].upward === upward) return changes[0].logBudget;
  const sign = means.find((value) => value !== 0);
  if (changes.length > 0 || sign === undefined) return Number.NaN;
  return sign > 0 === upward ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function intervalOf(places: Float64Array, level: number): CrossingInterval {
  // without a place of its own a resample pulls both ends outwards
  const lows = places.map((place) => (Number.isNaN(place) ? Number.NEGATIVE_INFINITY : place)).sort();
  const highs = places.map((place) => (Number.isNaN(place) ? Number.POSITIVE_INFINITY : place)).sort();
  const outside = Math.floor(((1 - level) / 2) * places.length);
  const budgetAt = (place: number): number | null => (Number.isFinite(place) ? Math.exp(place) : null);
  const low = budgetAt(lows[outside]);
  const high = budgetAt(highs[places.length - 1 - outside]);
  const share = places.filter((place) => Number.isFinite(place)).length / places.length;
  return { low, high, level, share, resamples: places.length };
}
