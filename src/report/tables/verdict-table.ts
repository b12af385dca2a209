/** @file The verdicts of all budgets at a glance. */

import { NOTHING, list, oddsText, pValue, points, regionText } from "../../core/index.ts";
import type { Verdict } from "../../statistics/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { Budget } from "../analysis/study-design.ts";
import { prospectOf } from "../analysis/recommended-ranges.ts";
import { outcomeMark } from "../outcome-words.ts";
import { type ItemColumn, type TextTable, textTable } from "./text-table.ts";

interface Row {
  budget: Budget;
  verdict: Verdict;
}

/** One row a budget: who wins or leads, who is behind, and against training from scratch what helps, hurts or is open. */
export function verdictTable({ verdicts }: StudyAnalysis): TextTable {
  const names = (some: readonly string[] | undefined): string => (some && some.length > 0 ? list(some) : NOTHING);
  // seldom needed, and the table is wide
  const uncertain: ItemColumn<Row>[] = verdicts.some(({ verdict }) => undecided(verdict)?.uncertain.length)
    ? [{ title: "Too uncertain to place", align: "left", cell: ({ verdict }) => names(undecided(verdict)?.uncertain) }]
    : [];
  const leftOut: ItemColumn<Row>[] = verdicts.some(({ verdict }) => verdict.leftOut.length > 0)
    ? [{ title: "Not ranked", align: "left", cell: ({ verdict }) => names(leftOutTexts(verdict)) }]
    : [];
  const caution =
    uncertain.length === 0
      ? ""
      : " Too uncertain to place: a lower mean than one that is behind, but too much spread to tell.";
  const [recommendation] = verdicts.flatMap(({ verdict }) => verdict.recommendation ?? []);
  const likely = recommendation
    ? `Recommended: with the probability of lying within ${regionText(recommendation.region)} of the best. `
    : "";
  return textTable<Row>(
    `${likely}Otherwise: moderated t tests with Holm's correction within each budget, at the 5 % level. Behind: clearly below the one that wins or leads, by percentage points, with Holm's p.${caution}`,
    [
      { title: "Images per class", align: "right", cell: ({ budget }) => budget.text },
      { title: "Recommended", align: "left", cell: ({ verdict }) => recommendedCell(verdict) },
      { title: "Wins", align: "left", cell: ({ verdict }) => winnerCell(verdict) },
      { title: "Not clearly behind", align: "left", cell: ({ verdict }) => names(undecided(verdict)?.level) },
      ...uncertain,
      { title: "Behind", align: "left", cell: ({ verdict }) => names(behindTexts(verdict)) },
      ...leftOut,
      { title: "Transfer helps", align: "left", cell: ({ verdict }) => names(verdict.transfer?.helps) },
      { title: "Transfer hurts", align: "left", cell: ({ verdict }) => names(verdict.transfer?.hurts) },
      { title: "Open against scratch", align: "left", cell: ({ verdict }) => names(verdict.transfer?.open) },
    ],
    { items: verdicts },
  );
}

/** `last-layer (91 %)`. */
function recommendedCell({ recommendation }: Verdict): string {
  if (recommendation === null) return NOTHING;
  const { strategy, probability } = prospectOf(recommendation, recommendation.recommended);
  return `${strategy} (${oddsText(probability)})`;
}

function undecided({ outcome }: Verdict) {
  return outcome.kind === "undecided" ? outcome : undefined;
}

function winnerCell({ outcome }: Verdict): string {
  if (outcome.kind === "winner") return outcome.winner;
  return outcome.kind === "undecided" ? `nobody (${outcome.leader} leads)` : "no verdict";
}

/** `scratch (did not learn)`. */
function leftOutTexts({ leftOut }: Verdict): string[] {
  return leftOut.map(({ strategy, outcome }) => `${strategy}${outcomeMark(outcome)}`);
}

/** `scratch (−10.1, p < 0.001)`, best first. */
function behindTexts({ outcome, comparisons, ranking }: Verdict): string[] {
  if (outcome.kind === "no verdict") return [];
  const first = outcome.kind === "winner" ? outcome.winner : outcome.leader;
  return ranking.flatMap(({ strategy }) => {
    const pair = comparisons.find(({ better, worse }) => better === first && worse === strategy);
    if (pair === undefined || pair.outcome !== "settled") return [];
    return [`${strategy} (${points(-pair.test.meanDifference)}, ${pValue(pair.adjustedP)})`];
  });
}
