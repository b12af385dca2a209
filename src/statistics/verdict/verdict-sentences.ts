/** @file A verdict in plain words. */

import type { PairComparison } from "../paired/comparisons.ts";
import type { RankedStrategy, TransferVerdict, Undecided, Verdict } from "./verdict-record.ts";
import { levelText, list, pValue, percent, plural, points, signedPoints } from "./words.ts";

type PlainVerdict = Omit<Verdict, "sentences">;

/** The verdict's sentences: who is ahead, what transfer did, how many more seeds would settle what is open, and how it was found. */
export function verdictSentences(verdict: PlainVerdict): string[] {
  const { outcome, transfer } = verdict;
  if (outcome.kind === "no verdict") return [`${where(verdict)}there is no verdict. ${outcome.reason}`];
  return [
    ...(outcome.kind === "winner" ? [winnerSentence(verdict, outcome.winner)] : undecidedSentences(verdict, outcome)),
    ...(transfer === null ? [] : transferSentences(verdict, transfer)),
    ...openSentences(verdict),
    methodSentence(verdict),
  ];
}

/** `At 50 images per class, `, or a plain beginning. */
function where({ budget }: PlainVerdict): string {
  return budget === null ? "Here " : `At ${budget.toLocaleString("en-US")} images per class, `;
}

function winnerSentence(verdict: PlainVerdict, winner: string): string {
  const best = verdict.ranking.find(({ strategy }) => strategy === winner);
  const second = verdict.ranking.find(({ strategy }) => strategy !== winner);
  if (best === undefined || second === undefined) throw new Error("internal: a winner has won against somebody.");
  const comparison = comparisonOf(verdict, winner, second.strategy);
  const others = verdict.ranking.length > 2 ? ", the second best" : "";
  return `${where(verdict)}${winner} wins with ${accuracy(best)}, ${settledText(comparison, "above")} ${second.strategy}${others}.`;
}

/** The lead in the first sentence; who is too uncertain to be placed and who is behind in sentences of their own. */
function undecidedSentences(verdict: PlainVerdict, { leader, level, uncertain, behind }: Undecided): string[] {
  const [[first], near, unclear] = [[leader], level, uncertain].map((names) => titled(verdict, names));
  const nobody = `${where(verdict)}nobody wins: ${first} leads, `;
  const lead =
    near.length > 0
      ? `${nobody}and ${list(near)} ${isOrAre(near)} not settled behind it.`
      : `${nobody}but not every other strategy is settled behind it.`;
  const margin = (name: string): string => {
    const { test, adjustedP } = comparisonOf(verdict, leader, name);
    return `${name} by ${points(test.meanDifference)} percentage points (adjusted ${pValue(adjustedP)})`;
  };
  return [
    lead,
    ...(unclear.length > 0
      ? [
          `${list(unclear)} ${isOrAre(unclear)} too uncertain to place: lower on average than one that is behind, but with too much spread or too few shared seeds to settle it.`,
        ]
      : []),
    ...(behind.length > 0 ? [`Behind ${leader}: ${list(behind.map(margin))}.`] : []),
  ];
}

function isOrAre({ length }: readonly string[]): "is" | "are" {
  return length === 1 ? "is" : "are";
}

function transferSentences(verdict: PlainVerdict, { baseline, hurts, helps, open }: TransferVerdict): string[] {
  const against = (strategy: string, direction: "above" | "below"): string =>
    `${strategy} is ${settledText(comparisonOf(verdict, strategy, baseline), direction)} ${baseline}`;
  const sentences = [
    ...(hurts.length > 0 ? [`Transfer hurts: ${list(hurts.map((name) => against(name, "below")))}.`] : []),
    ...(helps.length > 0 ? [`Transfer helps: ${list(helps.map((name) => against(name, "above")))}.`] : []),
  ];
  if (open.length === 0) return sentences;
  return [
    ...sentences,
    `Whether ${list(open)} ${open.length === 1 ? "does" : "do"} better or worse than ${baseline} is open.`,
  ];
}

/** What would settle the best one against those not settled behind it, and the baseline against those open against it. */
function openSentences(verdict: PlainVerdict): string[] {
  const { outcome, transfer, comparisons } = verdict;
  const ofInterest = comparisons.filter(({ better, worse, outcome: settled }) => {
    if (settled === "settled") return false;
    const has = (name: string): boolean => better === name || worse === name;
    const againstLeader = outcome.kind === "undecided" && has(outcome.leader);
    return againstLeader || (transfer !== null && has(transfer.baseline) && transfer.open.some(has));
  });
  return ofInterest.map(openSentence);
}

function openSentence({ better, worse, test, seedsNeeded, seeds }: PairComparison): string {
  const pair = `${better} and ${worse}`;
  if (seedsNeeded.kind === "unknown") {
    return seedsNeeded.reason === "no difference"
      ? `${pair} are level on average, so no number of seeds can be named that would part them.`
      : `${pair} differ by the same ${points(test.meanDifference)} percentage points with every seed, so the spread is unknown; more seeds would show it.`;
  }
  const { low, high, level } = test.interval;
  const seen = `the ${points(test.meanDifference)} percentage points between ${pair} (${levelText(level)} interval ${signedPoints(low)} to ${signedPoints(high)})`;
  return seedsNeeded.kind === "beyond"
    ? `To settle ${seen} would take more than ${plural(seedsNeeded.limit, "seed")}.`
    : `About ${plural(seedsNeeded.pairs - seeds.length, "more seed")} would settle ${seen}, if they are as large as they look.`;
}

function methodSentence({ comparisons, alpha, unpaired }: PlainVerdict): string {
  const counts = comparisons.map(({ seeds }) => seeds.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const seeds = fewest === most ? plural(most, "shared seed") : `${fewest} to ${most} shared seeds`;
  const family =
    comparisons.length === 1
      ? "a paired t test, which takes"
      : `paired t tests with Holm's correction for ${comparisons.length} comparisons at level ${alpha}, which take`;
  const left =
    unpaired.length > 0
      ? ` Not compared, for want of two shared seeds: ${list(unpaired.map(({ strategies }) => strategies.join(" with ")))}.`
      : "";
  const caution = comparisons.length === 1 ? "" : "; the intervals are not corrected";
  return `Found over ${seeds} by ${family} the differences between seeds as normal${caution}.${left}`;
}

/** `3.1 percentage points (95 % interval 1.2 to 5.0, adjusted p = 0.004) above`, sizes without signs. */
function settledText({ test, adjustedP }: PairComparison, direction: "above" | "below"): string {
  const { low, high, level } = test.interval;
  return `${points(test.meanDifference)} percentage points (${levelText(level)} interval ${points(low)} to ${points(high)}, adjusted ${pValue(adjustedP)}) ${direction}`;
}

function comparisonOf({ comparisons }: PlainVerdict, a: string, b: string): PairComparison {
  const found = comparisons.find(({ better, worse }) => (better === a && worse === b) || (better === b && worse === a));
  if (found === undefined) throw new Error(`internal: ${a} and ${b} were not compared.`);
  return found;
}

function accuracy({ summary }: RankedStrategy): string {
  return `${percent(summary.mean)} on average over ${plural(summary.count, "seed")}`;
}

/** `two-layers (90.2 %)`, in the order of the names. */
function titled({ ranking }: PlainVerdict, names: readonly string[]): string[] {
  const means = new Map(ranking.map(({ strategy, summary }) => [strategy, summary.mean]));
  return names.map((name) => `${name} (${percent(means.get(name) ?? Number.NaN)})`);
}
