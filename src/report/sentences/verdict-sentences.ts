/** @file A verdict in plain words. */

import { levelText, list, pValue, percent, plural, points, unsignedPoints } from "../../core/index.ts";
import type {
  PairComparison,
  RankedStrategy,
  TransferVerdict,
  Undecided,
  Verdict,
  VerdictOutcome,
} from "../../statistics/index.ts";

/**
 * The verdict's sentences: who is ahead, what transfer did, how many more seeds would settle what is open, and how it was
 * found. `place` begins the first one: `At 50 images per class,`.
 */
export function verdictSentences(verdict: Verdict, place = placeOf(verdict)): string[] {
  const { outcome, transfer } = verdict;
  if (outcome.kind === "no verdict") return [`${place} there is no verdict. ${reasonText(verdict, outcome)}`];
  const undecided = outcome.kind === "undecided";
  return [
    ...(undecided ? undecidedSentences(verdict, outcome, place) : [winnerSentence(verdict, outcome.winner, place)]),
    ...(transfer === null ? [] : transferSentences(verdict, transfer)),
    ...openSentences(verdict),
    methodSentence(verdict),
  ];
}

function placeOf({ budget }: Verdict): string {
  return budget === null ? "Here" : `At ${budget.toLocaleString("en-US")} images per class,`;
}

function reasonText(
  { ranking, leftOut }: Verdict,
  { reason }: Extract<VerdictOutcome, { kind: "no verdict" }>,
): string {
  switch (reason) {
    case "too few strategies": {
      const found = ranking.length === 0 ? "no strategy" : `only ${ranking[0].strategy}`;
      const did = leftOut.length === 0 ? "finished" : ranking.length === 0 ? "learned" : "can be ranked";
      return `A verdict compares at least two strategies, and ${found} ${did}.`;
    }
    case "too few shared seeds":
      return "No two strategies share two seeds, so how far a seed alone moves an accuracy is unknown, and no difference can be told from luck.";
    case "contradiction":
      return "Strategies with different seeds contradict each other: train all with the same ones.";
  }
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
      ? `${nobody}and ${list(near)} ${isOrAre(near)} not settled behind it.`
      : `${nobody}but not every other strategy is settled behind it.`;
  const margin = (name: string): string => {
    const { test, adjustedP } = comparisonOf(verdict, leader, name);
    return `${name} by ${unsignedPoints(test.meanDifference)} percentage points (adjusted ${pValue(adjustedP)})`;
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

function transferSentences(verdict: Verdict, { baseline, hurts, helps, open }: TransferVerdict): string[] {
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
function openSentences(verdict: Verdict): string[] {
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
      : `${pair} differ by the same ${unsignedPoints(test.meanDifference)} percentage points with every seed, so the spread is unknown; more seeds would show it.`;
  }
  const { low, high, level } = test.interval;
  const seen = `the ${unsignedPoints(test.meanDifference)} percentage points between ${pair} (${levelText(level)} interval ${points(low)} to ${points(high)})`;
  return seedsNeeded.kind === "beyond"
    ? `To settle ${seen} would take more than ${plural(seedsNeeded.limit, "seed")}.`
    : `About ${plural(seedsNeeded.pairs - seeds.length, "more seed")} would settle ${seen}, if they are as large as they look.`;
}

function methodSentence({ comparisons, alpha, unpaired }: Verdict): string {
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
  return `${unsignedPoints(test.meanDifference)} percentage points (${levelText(level)} interval ${unsignedPoints(low)} to ${unsignedPoints(high)}, adjusted ${pValue(adjustedP)}) ${direction}`;
}

function comparisonOf({ comparisons }: Verdict, a: string, b: string): PairComparison {
  const found = comparisons.find(({ better, worse }) => (better === a && worse === b) || (better === b && worse === a));
  if (found === undefined) throw new Error(`internal: ${a} and ${b} were not compared.`);
  return found;
}

function accuracy({ summary }: RankedStrategy): string {
  return `${percent(summary.mean)} on average over ${plural(summary.count, "seed")}`;
}

/** `two-layers (90.2 %)`, in the order of the names. */
function titled({ ranking }: Verdict, names: readonly string[]): string[] {
  const means = new Map(ranking.map(({ strategy, summary }) => [strategy, summary.mean]));
  return names.map((name) => `${name} (${percent(means.get(name) ?? Number.NaN)})`);
}
