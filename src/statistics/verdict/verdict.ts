/** @file What the seeds of one budget settle: who wins, who may, where transfer hurts; and what to do. */

import { recommend, regionFor } from "../decision/recommendation.ts";
import { type ScoreEstimates, scoreEstimates } from "../decision/score-estimates.ts";
import {
  type PairComparison,
  type PlacedResults,
  type StrategyResults,
  compareStrategies,
} from "../paired/comparisons.ts";
import { summarize } from "../summary.ts";
import { splitCandidates } from "./candidates.ts";
import type { RankedStrategy, TransferVerdict, Verdict, VerdictOutcome } from "./verdict-record.ts";

export interface VerdictOptions {
  /** The chance of one false finding or more among all comparisons of the budget. */
  alpha?: number;
  /** Accuracies closer than this count as equal; more where there are few test images. */
  equivalence?: number;
}

/** The strategies of one budget. */
export interface BudgetResults {
  /** Images per class; null where a study has one budget. */
  budget: number | null;
  strategies: readonly StrategyResults[];
}

/** The verdicts of a study, and the estimates that they rest on. */
export interface JudgedBudgets {
  /** In the order of the budgets. */
  verdicts: Verdict[];
  /** Null where nothing is ranked at any budget. */
  estimates: ScoreEstimates | null;
  /** The ranked strategies of each budget with their places in the estimates. */
  placed: PlacedResults[][];
}

/**
 * The verdicts over the strategies of every budget, from moderated t tests with Holm's correction within a budget.
 *
 * What did not learn, or was cut short where others were not, is neither ranked nor compared.
 *
 * @throws RangeError for a name that occurs twice, an accuracy that is not finite, or alpha outside (0, 1).
 */
export function judgeBudgets(budgets: readonly BudgetResults[], options: VerdictOptions = {}): JudgedBudgets {
  const { alpha = 0.05, equivalence = 0.01 } = options;
  for (const { strategies } of budgets) checkNames(strategies);
  const candidates = budgets.map(({ strategies }) => splitCandidates(strategies.filter(isMeasured)));
  const estimates = candidates.some(({ ranked }) => ranked.length > 0)
    ? scoreEstimates(candidates.map(({ ranked }) => ranked))
    : null;
  let cell = 0;
  const placed = candidates.map(({ ranked }) => ranked.map((one): PlacedResults => ({ ...one, cell: cell++ })));
  const verdicts = budgets.map(({ budget }, index): Verdict => {
    const { leftOut, unfinished } = candidates[index];
    return {
      budget,
      alpha,
      leftOut: leftOut.map((one) => ({ strategy: one.strategy, outcome: one.outcome })),
      unfinished,
      ...judged(placed[index], { estimates, alpha, equivalence }),
    };
  });
  return { verdicts, estimates, placed };
}

/** {@link judgeBudgets} of one budget. */
export function verdict(
  strategies: readonly StrategyResults[],
  { budget = null, ...options }: VerdictOptions & { budget?: number | null } = {},
): Verdict {
  return judgeBudgets([{ budget, strategies }], options).verdicts[0];
}

type Judged = Pick<Verdict, "ranking" | "comparisons" | "outcome" | "transfer" | "recommendation">;

function judged(
  placed: readonly PlacedResults[],
  { estimates, alpha, equivalence }: { estimates: ScoreEstimates | null; alpha: number; equivalence: number },
): Judged {
  if (estimates === null || placed.length === 0) {
    return { ranking: [], comparisons: [], outcome: { kind: "no verdict" }, transfer: null, recommendation: null };
  }
  const region = regionFor(estimates, equivalence);
  const comparisons = compareStrategies(placed, { estimates, alpha, region });
  const ranking = placed
    .map(({ strategy, transfers, results, cell }): RankedStrategy => {
      const accuracies = results.map(({ accuracy }) => accuracy);
      const summary = summarize(accuracies, { level: 1 - alpha });
      return { strategy, transfers, summary, expected: estimates.means[cell] };
    })
    .sort((a, b) => b.expected - a.expected);
  const outcome = outcomeOf(ranking, comparisons);
  return {
    ranking,
    comparisons,
    outcome,
    transfer: outcome.kind === "no verdict" ? null : transferOf(ranking, comparisons),
    recommendation: recommend(estimates, placed.map(optionOf), { region }),
  };
}

function optionOf({ strategy, cell, seconds, results, usual }: PlacedResults) {
  return { strategy, cell, seconds, seeds: results.length, usual };
}

function isMeasured({ results }: StrategyResults): boolean {
  return results.length > 0;
}

function checkNames(strategies: readonly StrategyResults[]): void {
  const names = strategies.map(({ strategy }) => strategy);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`verdict: expected each strategy once, got "${twice}" twice.`);
}

function outcomeOf(ranking: readonly RankedStrategy[], compared: readonly PairComparison[]): VerdictOutcome {
  if (ranking.length < 2) return { kind: "no verdict" };
  const names = ranking.map(({ strategy }) => strategy);
  const [best, ...others] = names;
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
