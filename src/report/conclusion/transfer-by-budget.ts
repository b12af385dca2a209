/** @file Where transfer helps, where it hurts, and what more seeds would settle. */

import { count, list, plural, points } from "../../core/index.ts";
import type { PairComparison, Verdict } from "../../statistics/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { Budget } from "../analysis/study-design.ts";

interface Settled {
  budget: Budget;
  difference: number;
}

/** What the verdicts settle of each transferred strategy against training from scratch. */
export function transferByBudget({ design, verdicts }: StudyAnalysis): string[] {
  const transferred = design.strategies.filter((one) => one.transfers && !one.control);
  if (!design.baseline) return ["What transfer did cannot be said: no strategy trains from random weights."];
  if (transferred.length === 0) return ["What transfer did cannot be said: no strategy starts from the source."];
  const judged = verdicts.filter(({ verdict }) => verdict.transfer !== null);
  if (judged.length === 0) return [];
  const all = transferred.map(({ name }) => ({ name, ...settledOf(name, judged) }));
  const told = all
    .filter(({ helps, hurts }) => helps.length + hurts.length > 0)
    .map(({ name, helps, hurts }) => `${name} ${list([...effect("helps", helps), ...effect("hurts", hurts)])}`);
  const nowhere = all.filter(({ helps, hurts }) => helps.length + hurts.length === 0).map(({ name }) => name);
  const lead = `Transfer against ${design.baseline.name}: `;
  const hurtsAny = all.some(({ hurts }) => hurts.length > 0);
  const helpsAny = all.some(({ helps }) => helps.length > 0);
  return [
    [
      told.length > 0
        ? `${lead}in percentage points, ${told.join("; ")}.`
        : `${lead}no difference is settled at any budget.`,
      ...(told.length > 0 && nowhere.length > 0 ? [`Of ${list(nowhere)} nothing is settled.`] : []),
      ...(told.length > 0 && !hurtsAny ? ["Nowhere is it settled to hurt."] : []),
      ...(told.length > 0 && !helpsAny ? ["Nowhere is it settled to help."] : []),
    ].join(" "),
  ];
}

function settledOf(
  name: string,
  judged: readonly { budget: Budget; verdict: Verdict }[],
): { helps: Settled[]; hurts: Settled[] } {
  const settled = judged.flatMap(({ budget, verdict }) => {
    const { transfer, comparisons } = verdict;
    if (transfer === null || transfer.open.includes(name)) return [];
    const pair = pairOf(comparisons, name, transfer.baseline);
    if (!pair) return [];
    const difference = pair.better === name ? pair.test.meanDifference : -pair.test.meanDifference;
    return [{ budget, difference }];
  });
  return {
    helps: settled.filter(({ difference }) => difference > 0),
    hurts: settled.filter(({ difference }) => difference < 0),
  };
}

/** `helps at 10 and 50 images per class (+22.0 and +13.0)`. */
function effect(verb: "helps" | "hurts", settled: readonly Settled[]): string[] {
  if (settled.length === 0) return [];
  const where = list(settled.map(({ budget }) => budget.text));
  const sizes = list(settled.map(({ difference }) => points(difference)));
  return [`${verb} at ${where} images per class (${sizes})`];
}

/** At every budget without a winner, what would part the leader from the next that is not settled behind it. */
export function openParagraphs({ verdicts }: StudyAnalysis): string[] {
  const open = verdicts.flatMap(({ budget, verdict }) => {
    const { outcome, comparisons } = verdict;
    if (outcome.kind !== "undecided") return [];
    const [second] = [...outcome.level, ...outcome.uncertain];
    const pair = pairOf(comparisons, outcome.leader, second);
    return pair ? [`at ${budget.text} images per class ${partingText(pair)}`] : [];
  });
  if (open.length === 0) return [];
  return [`More seeds, if the differences are as large as they look: ${open.join("; ")}.`];
}

function partingText({ better, worse, seedsNeeded, seeds, test }: PairComparison): string {
  const pair = `${better} from ${worse}`;
  const size = `${pointsSize(test.meanDifference)} points`;
  if (seedsNeeded.kind === "pairs")
    return `about ${count(seedsNeeded.pairs - seeds.length)} more would part ${pair} (${size})`;
  if (seedsNeeded.kind === "beyond")
    return `more than ${plural(seedsNeeded.limit, "seed")} would be needed to part ${pair} (${size})`;
  return seedsNeeded.reason === "no difference"
    ? `no number can be named that would part ${pair}, which are level`
    : `the spread between ${better} and ${worse} is unknown`;
}

/** Tenths of a point; hundredths where tenths would be 0. */
function pointsSize(difference: number): string {
  const size = 100 * Math.abs(difference);
  return size.toFixed(size < 0.05 ? 2 : 1);
}

function pairOf(comparisons: readonly PairComparison[], a: string, b: string): PairComparison | undefined {
  return comparisons.find(({ better, worse }) => (better === a && worse === b) || (better === b && worse === a));
}
