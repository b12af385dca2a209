/** @file A verdict in plain words. */

import { levelText, list, pValue, percent, plural, regionText, unsignedPoints } from "../../core/index.ts";
import type { PairComparison, RankedStrategy, TransferVerdict, Undecided, Verdict } from "../../statistics/index.ts";
import { pairOf } from "../analysis/study-analysis.ts";

/**
 * The verdict's sentences: who is ahead, what counts as equal to it, what transfer did, and how it was found. `place`
 * begins the first one: `At 50 images per class,`.
 */
export function verdictSentences(verdict: Verdict, place = placeOf(verdict)): string[] {
  const { outcome, transfer } = verdict;
  if (outcome.kind === "no verdict") return [`${place} there is no verdict. ${reasonText(verdict)}`];
  const undecided = outcome.kind === "undecided";
  return [
    ...(undecided ? undecidedSentences(verdict, outcome, place) : [winnerSentence(verdict, outcome.winner, place)]),
    ...(transfer === null ? [] : transferSentences(verdict, transfer)),
    methodSentence(verdict),
  ];
}

function placeOf({ budget }: Verdict): string {
  return budget === null ? "Here" : `At ${budget.toLocaleString("en-US")} images per class,`;
}

function reasonText({ ranking, leftOut }: Verdict): string {
  const found = ranking.length === 0 ? "no strategy" : `only ${ranking[0].strategy}`;
  const did = leftOut.length === 0 ? "finished" : ranking.length === 0 ? "learned" : "can be ranked";
  return `A verdict compares at least two strategies, and ${found} ${did}.`;
}

function winnerSentence(verdict: Verdict, winner: string, place: string): string {
  const best = verdict.ranking.find(({ strategy }) => strategy === winner);
  const second = verdict.ranking.find(({ strategy }) => strategy !== winner);
  if (best === undefined || second === undefined) throw new Error("internal: a winner has won against somebody.");
  const comparison = comparisonOf(verdict, winner, second.strategy);
  const others = verdict.ranking.length > 2 ? ", the second best" : "";
  return `${place} ${winner} wins with ${accuracy(best)}, ${settledText(comparison, "above")} ${second.strategy}${others}.`;
}

/** The lead in the first sentence; who is too uncertain to be placed and who is behind in sentences of their own. */
function undecidedSentences(
  verdict: Verdict,
  { leader, level, uncertain, behind }: Undecided,
  place: string,
): string[] {
  const [[first], near, unclear] = [[leader], level, uncertain].map((names) => titled(verdict, names));
  const nobody = `${place} nobody wins: ${first} leads, `;
  const lead =
    near.length > 0
      ? `${nobody}and ${list(near)} ${isOrAre(near)} not clearly behind it.`
      : `${nobody}but not every other strategy is clearly behind it.`;
  const margin = (name: string): string => {
    const { test, adjustedP } = comparisonOf(verdict, leader, name);
    return `${name} by ${unsignedPoints(test.meanDifference)} percentage points (adjusted ${pValue(adjustedP)})`;
  };
  return [
    lead,
    ...equalSentences(verdict, leader),
    ...(unclear.length > 0
      ? [
          `${list(unclear)} ${isOrAre(unclear)} too uncertain to place: lower on average than one that is behind, but with too much spread to tell.`,
        ]
      : []),
    ...(behind.length > 0 ? [`Behind ${leader}: ${list(behind.map(margin))}.`] : []),
  ];
}

/** Pairs whose difference is known to be too small to matter, of the leader and of the baseline. */
function equalSentences({ comparisons, recommendation, transfer }: Verdict, leader: string): string[] {
  if (recommendation === null) return [];
  return [...new Set([leader, transfer?.baseline ?? leader])].flatMap((name) => {
    const equals = comparisons.flatMap(({ better, worse, outcome }) => {
      if (outcome !== "equal") return [];
      return better === name ? [worse] : worse === name && better !== leader ? [better] : [];
    });
    if (equals.length === 0) return [];
    const verb = equals.length === 1 ? "counts" : "count";
    return [
      `${list(equals)} ${verb} as equal to ${name}: the difference lies within ${regionText(recommendation.region)}.`,
    ];
  });
}

function isOrAre({ length }: readonly string[]): "is" | "are" {
  return length === 1 ? "is" : "are";
}

function transferSentences(verdict: Verdict, { baseline, hurts, helps, open }: TransferVerdict): string[] {
  const against = (strategy: string, direction: "above" | "below"): string =>
    `${strategy} is ${settledText(comparisonOf(verdict, strategy, baseline), direction)} ${baseline}`;
  const sentences = [
    ...(hurts.length > 0 ? [`Transfer hurts: ${list(hurts.map((name) => against(name, "below")))}.`] : []),
    ...(helps.length > 0 ? [`Transfer helps: ${list(helps.map((name) => against(name, "above")))}.`] : []),
  ];
  const unsure = open.filter((name) => comparisonOf(verdict, name, baseline).outcome === "open");
  if (unsure.length === 0) return sentences;
  return [
    ...sentences,
    `Whether ${list(unsure)} ${unsure.length === 1 ? "does" : "do"} better or worse than ${baseline} is open.`,
  ];
}

function methodSentence({ comparisons, alpha }: Verdict): string {
  const counts = comparisons.map(({ seeds }) => seeds.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const seeds = fewest === most ? plural(most, "shared seed") : `${fewest} to ${most} shared seeds`;
  const family =
    comparisons.length === 1
      ? "a moderated t test"
      : `moderated t tests with Holm's correction for ${comparisons.length} comparisons at level ${alpha}`;
  const caution = comparisons.length === 1 ? "" : "; the intervals are not corrected";
  return `Found over ${seeds} by ${family}: ${spreadText(most)}${caution}.`;
}

/** Where the spread over seeds is known from. */
export function spreadText(mostSeeds: number): string {
  return mostSeeds > 1
    ? "what another seed would change is judged from the spread of all strategies and budgets together"
    : "what another seed would change is taken from what is usual for so many training images";
}

/** `3.1 percentage points (95 % interval 1.2 to 5.0, adjusted p = 0.004) above`, sizes without signs. */
function settledText({ test, adjustedP }: PairComparison, direction: "above" | "below"): string {
  const { low, high, level } = test.interval;
  return `${unsignedPoints(test.meanDifference)} percentage points (${levelText(level)} interval ${unsignedPoints(low)} to ${unsignedPoints(high)}, adjusted ${pValue(adjustedP)}) ${direction}`;
}

function comparisonOf(verdict: Verdict, a: string, b: string): PairComparison {
  const found = pairOf(verdict, a, b);
  if (found === undefined) throw new Error(`internal: ${a} and ${b} were not compared.`);
  return found;
}

function accuracy({ summary }: RankedStrategy): string {
  return `${percent(summary.mean)} ${summary.count === 1 ? "(one seed)" : `on average over ${summary.count} seeds`}`;
}

/** `two-layers (90.2 %)`, in the order of the names. */
function titled({ ranking }: Verdict, names: readonly string[]): string[] {
  const means = new Map(ranking.map(({ strategy, summary }) => [strategy, summary.mean]));
  return names.map((name) => `${name} (${percent(means.get(name) ?? Number.NaN)})`);
}
