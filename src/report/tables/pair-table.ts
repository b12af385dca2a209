/** @file Every pair of strategies at one budget with its test. */

import { NOTHING, plural, points } from "../../core/index.ts";
import type { PairComparison, Verdict } from "../../statistics/index.ts";
import { type ItemColumn, type TextTable, textTable } from "./text-table.ts";

const verdictWords = { settled: "different", equal: "equal", open: "open" } satisfies Record<
  PairComparison["outcome"],
  string
>;

/** The comparisons of one verdict, the smallest adjusted p first. */
export function pairTable({ comparisons, alpha }: Verdict): TextTable {
  const rows = comparisons.toSorted((a, b) => a.adjustedP - b.adjustedP);
  const answered = rows.some(({ answers }) => answers !== null);
  const mcnemar: ItemColumn<PairComparison>[] = [
    { title: "p (McNemar)", align: "right", cell: ({ answers }) => (answers === null ? NOTHING : pCell(answers.p)) },
  ];
  const caption =
    "Differences of test accuracy in percentage points. t: moderated t test, over new seeds and new test images; " +
    `Holm: its p corrected for ${plural(rows.length, "comparison")}, which decides a pair below ${alpha}; equal: known to be too close to matter.` +
    (answered
      ? " McNemar: exact test of the two models themselves, image by image; it says nothing of other seeds."
      : "");
  return textTable<PairComparison>(
    caption,
    [
      { title: "Higher", align: "left", cell: ({ better }) => better },
      { title: "Lower", align: "left", cell: ({ worse }) => worse },
      { title: "Difference", align: "right", cell: ({ test }) => points(test.meanDifference) },
      {
        title: "95 % interval",
        align: "right",
        cell: ({ test: { interval } }) => `${points(interval.low)} to ${points(interval.high)}`,
      },
      { title: "t", align: "right", cell: ({ test }) => test.t.toFixed(1) },
      { title: "p", align: "right", cell: ({ test }) => pCell(test.p) },
      { title: "p (Holm)", align: "right", cell: ({ adjustedP }) => pCell(adjustedP) },
      ...(answered ? mcnemar : []),
      { title: "Verdict", align: "left", cell: ({ outcome }) => verdictWords[outcome] },
    ],
    { items: rows, kindOf: ({ outcome }) => outcome },
  );
}

function pCell(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
