/** @file The verdicts of all budgets at a glance. */

import type { Verdict } from "../../statistics/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { Budget } from "../analysis/study-design.ts";
import { NOTHING, list } from "../format.ts";
import { type TextTable, textTable } from "../text-table.ts";

/** One row a budget: who wins, and against training from scratch what helps, hurts or is open. */
export function verdictTable({ verdicts }: StudyAnalysis): TextTable {
  const names = (some: readonly string[] | undefined): string => (some && some.length > 0 ? list(some) : NOTHING);
  return textTable<{ budget: Budget; verdict: Verdict }>(
    "Paired t tests over seeds with Holm's correction within each budget, at the 5 % level.",
    [
      { title: "Images per class", align: "right", cell: ({ budget }) => budget.text },
      { title: "Wins", align: "left", cell: ({ verdict }) => winnerCell(verdict) },
      {
        title: "Indistinguishable",
        align: "left",
        cell: ({ verdict }) => (verdict.outcome.kind === "indistinguishable" ? list(verdict.outcome.group) : NOTHING),
      },
      { title: "Transfer helps", align: "left", cell: ({ verdict }) => names(verdict.transfer?.helps) },
      { title: "Transfer hurts", align: "left", cell: ({ verdict }) => names(verdict.transfer?.hurts) },
      { title: "Open against scratch", align: "left", cell: ({ verdict }) => names(verdict.transfer?.open) },
    ],
    { items: verdicts },
  );
}

function winnerCell({ outcome }: Verdict): string {
  if (outcome.kind === "winner") return outcome.winner;
  return outcome.kind === "indistinguishable" ? "nobody" : "no verdict";
}
