/** @file Every pair of strategies at one budget: three tests, an effect size, and how many seeds would settle it. */

import { NOTHING, points } from "../../core/index.ts";
import { type PairComparison, type Verdict, pairedBootstrap } from "../../statistics/index.ts";
import { type Budget, type StudyDesign, resultsAt } from "../analysis/study-design.ts";
import { type TextTable, textTable } from "./text-table.ts";

/** Enough for two digits of an interval; the bootstrap is a second opinion here. */
const RESAMPLES = 2000;

/** With fewer seeds its p is too small to be shown: a handful has few distinct resamples. */
const FEWEST_FOR_BOOTSTRAP = 10;

/** The comparisons of one verdict, the smallest adjusted p first. */
export function pairTable(verdict: Verdict, { design, budget }: { design: StudyDesign; budget: Budget }): TextTable {
  const rows = verdict.comparisons
    .map((pair) => ({ pair, bootstrap: bootstrapOf(pair, { design, budget }) }))
    .sort((a, b) => a.pair.adjustedP - b.pair.adjustedP);
  const caption =
    "Differences of test accuracy in percentage points, paired by seed. t: paired t test, which takes the differences as normal; " +
    `Holm: its p corrected for ${rows.length} ${rows.length === 1 ? "comparison" : "comparisons"}, which decides. Wilcoxon and the paired bootstrap are second opinions; the bootstrap's p is shown from ${FEWEST_FOR_BOOTSTRAP} seeds on.`;
  return textTable(
    caption,
    [
      { title: "Higher", align: "left", cell: ({ pair }) => pair.better },
      { title: "Lower", align: "left", cell: ({ pair }) => pair.worse },
      { title: "Difference", align: "right", cell: ({ pair }) => points(pair.test.meanDifference) },
      { title: "95 % interval (t)", align: "right", cell: ({ pair }) => intervalCell(pair.test.interval) },
      { title: "95 % interval (bootstrap)", align: "right", cell: ({ bootstrap }) => intervalCell(bootstrap) },
      { title: "p (t)", align: "right", cell: ({ pair }) => pCell(pair.test.p) },
      { title: "p (Holm)", align: "right", cell: ({ pair }) => pCell(pair.adjustedP) },
      { title: "p (Wilcoxon)", align: "right", cell: ({ pair }) => pCell(pair.wilcoxon.p) },
      {
        title: "p (bootstrap)",
        align: "right",
        cell: ({ pair, bootstrap }) => (pair.seeds.length < FEWEST_FOR_BOOTSTRAP ? NOTHING : pCell(bootstrap.p)),
      },
      {
        title: "Effect g_z",
        align: "right",
        cell: ({ pair }) => (pair.effect ? pair.effect.hedgesGz.toFixed(2) : NOTHING),
      },
      { title: "Verdict", align: "left", cell: ({ pair }) => pair.outcome },
      { title: "Seeds to settle", align: "right", cell: seedsCell },
    ],
    { items: rows, kindOf: ({ pair }) => pair.outcome },
  );
}

function bootstrapOf(
  { better, worse, seeds }: PairComparison,
  { design, budget }: { design: StudyDesign; budget: Budget },
) {
  const of = (name: string): Map<number, number> => {
    const strategy = design.strategies.find((one) => one.name === name);
    return new Map((strategy ? resultsAt(strategy, budget) : []).map(({ seed, accuracy }) => [seed, accuracy]));
  };
  const [high, low] = [of(better), of(worse)];
  const differences = seeds.map((seed) => (high.get(seed) ?? Number.NaN) - (low.get(seed) ?? Number.NaN));
  return pairedBootstrap(differences, { resamples: RESAMPLES, method: "percentile" });
}

function intervalCell({ low, high }: { low: number; high: number }): string {
  return `${points(low)} to ${points(high)}`;
}

function pCell(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

function seedsCell({ pair }: { pair: PairComparison }): string {
  if (pair.outcome === "settled") return NOTHING;
  const { seedsNeeded } = pair;
  if (seedsNeeded.kind === "beyond") return `more than ${seedsNeeded.limit.toLocaleString("en-US")}`;
  return seedsNeeded.kind === "pairs" ? `about ${seedsNeeded.pairs.toLocaleString("en-US")}` : "unknown";
}
