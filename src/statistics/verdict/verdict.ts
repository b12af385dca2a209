/** @file What the seeds of one budget settle: who wins, who may, where transfer hurts. */

import { type Curve, measuredPoints } from "../learning-curve.ts";
import {
  type Comparisons,
  type PairComparison,
  type StrategyResults,
  compareStrategies,
} from "../paired/comparisons.ts";
import { summarize } from "../summary.ts";
import { splitCandidates } from "./candidates.ts";
import type { RankedStrategy, TransferVerdict, Verdict, VerdictOutcome } from "./verdict-record.ts";

export interface VerdictOptions {
  /** The chance of one false finding or more among all comparisons of the budget. */
  alpha?: number;
  /** Images per class. */
  budget?: number;
}

/**
 * The verdict over strategies at one budget, from paired t tests by seed with Holm's correction.
 *
 * One seed settles nothing: the outcome is then `no verdict`, with the reason. What did not learn, or was cut short
 * where others were not, is neither ranked nor compared.
 *
 * @throws RangeError for a name that occurs twice, an accuracy that is not finite, or alpha outside (0, 1).
 */
export function verdict(strategies: readonly StrategyResults[], options: VerdictOptions = {}): Verdict {
  const { alpha = 0.05, budget = null } = options;
  const names = strategies.map(({ strategy }) => strategy);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`verdict: expected each strategy once, got "${twice}" twice.`);
  const measured = strategies.filter(({ results }) => results.length > 0);
  const { ranked, leftOut, unfinished } = splitCandidates(measured);
  const comparisons = compareStrategies(ranked, { alpha });
  const ranking = ranked
    .map(({ strategy, transfers, results }): RankedStrategy => {
      const accuracies = results.map(({ accuracy }) => accuracy);
      return { strategy, transfers, summary: summarize(accuracies, { level: 1 - alpha }) };
    })
    .sort((a, b) => b.summary.mean - a.summary.mean);
  const outcome = outcomeOf(ranking, comparisons);
  return {
    budget,
    alpha,
    ranking,
    leftOut: leftOut.map((one) => ({ strategy: one.strategy, outcome: one.outcome })),
    unfinished,
    comparisons: comparisons.compared,
    unpaired: comparisons.unpaired,
    outcome,
    transfer: outcome.kind === "no verdict" ? null : transferOf(ranking, comparisons.compared),
  };
}

/**
 * A verdict for every budget that any of the curves was trained with, ascending.
 *
 * Holm's correction is made within each budget, not across them.
 *
 * @throws RangeError as {@link verdict} does, and for budgets that are not positive or occur twice in a curve.
 */
export function verdictsByBudget(
  curves: readonly (Curve & { transfers: boolean })[],
  options: { alpha?: number } = {},
): Verdict[] {
  const measured = curves.map((curve) => ({ ...curve, points: measuredPoints(curve) }));
  const budgets = new Set(measured.flatMap(({ points }) => points.map(({ budget }) => budget)));
  return [...budgets]
    .sort((a, b) => a - b)
    .map((budget) => {
      const strategies = measured.map(({ strategy, transfers, points }) => {
        const point = points.find((candidate) => candidate.budget === budget);
        return { strategy, transfers, results: point?.results ?? [] };
      });
      return verdict(strategies, { ...options, budget });
    });
}

function outcomeOf(ranking: readonly RankedStrategy[], { compared }: Comparisons): VerdictOutcome {
  if (ranking.length < 2) return { kind: "no verdict", reason: "too few strategies" };
  if (compared.length === 0) return { kind: "no verdict", reason: "too few shared seeds" };
  const names = ranking.map(({ strategy }) => strategy);
  // where strategies have different seeds, the highest mean may belong to one that shared seeds settle below another
  const best = names.find((name) => names.every((other) => !isSettled(compared, { better: other, worse: name })));
  if (best === undefined) return { kind: "no verdict", reason: "contradiction" };
  const others = names.filter((name) => name !== best);
  const behind = others.filter((name) => isSettled(compared, { better: best, worse: name }));
  if (behind.length === others.length) return { kind: "winner", winner: best };
  const open = others.filter((name) => !behind.includes(name));
  // "not settled" is no order: a spread of its own can leave open what has a lower mean than others that are behind
  const firstBehind = behind.length === 0 ? names.length : names.indexOf(behind[0]);
  const [level, uncertain] = [true, false].map((isLevel) =>
    open.filter((name) => names.indexOf(name) < firstBehind === isLevel),
  );
  return { kind: "undecided", leader: best, level, uncertain, behind };
}

function transferOf(ranking: readonly RankedStrategy[], compared: readonly PairComparison[]): TransferVerdict | null {
  const baseline = ranking.find(({ transfers }) => !transfers)?.strategy;
  const transferred = ranking.filter(({ transfers }) => transfers).map(({ strategy }) => strategy);
  if (baseline === undefined || transferred.length === 0) return null;
  const hurts = transferred.filter((strategy) => isSettled(compared, { better: baseline, worse: strategy }));
  const helps = transferred.filter((strategy) => isSettled(compared, { better: strategy, worse: baseline }));
  const open = transferred.filter((strategy) => !hurts.includes(strategy) && !helps.includes(strategy));
  return { baseline, hurts, helps, open };
}

function isSettled(compared: readonly PairComparison[], pair: { better: string; worse: string }): boolean {
  return compared.some(
    ({ better, worse, outcome }) => better === pair.better && worse === pair.worse && outcome === "settled",
  );
}
