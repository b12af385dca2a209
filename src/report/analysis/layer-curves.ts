/** @file The layer curves of Yosinski et al. 2014: accuracy against the number of transferred layers. */

import { type Interval, type Summary, holm, pairedTTest, summarize } from "../../statistics/index.ts";
import { type SeedDifference, differenceAt } from "./study-analysis.ts";
import { type Budget, type StrategyRuns, type StudyDesign, resultsAt } from "./study-design.ts";

/** `AnB`: from the source, frozen; `AnB+`: fine-tuned; `BnB`, `BnB+`: from the target's own scratch run. */
export type CurveKind = "AnB" | "AnB+" | "BnB" | "BnB+";

/** One strategy of a curve at one budget. */
export interface LayerPoint {
  /** Layers that were transferred. */
  layers: number;
  accuracy: Summary;
  /** Against training from scratch with the same seeds; null where they share none. */
  difference: SeedDifference | null;
  /** Holm's p over all points of this budget; null with fewer than two shared seeds. */
  adjustedP: number | null;
  /** Which side of scratch it is settled to be on at the 5 % level. */
  outcome: "above" | "below" | "open";
}

export interface LayerCurve {
  kind: CurveKind;
  points: LayerPoint[];
}

/** The four curves at one budget, as far as they were trained. */
export interface LayerCurves {
  budget: Budget;
  /** Training from scratch: the curves' value at 0 layers. */
  baseline: { accuracy: Summary; interval: Interval | null } | null;
  curves: LayerCurve[];
}

const ALPHA = 0.05;
const NAME = /^([AB])(\d+)B(\+?)$/;
const KINDS: CurveKind[] = ["AnB", "AnB+", "BnB", "BnB+"];

/** The layer curves of every budget that has any. */
export function layerCurves(design: StudyDesign): LayerCurves[] {
  const members = design.strategies.flatMap((strategy) => {
    const [, from, layers, plus] = NAME.exec(strategy.strategy) ?? [];
    if (from === undefined) return [];
    return [{ strategy, kind: `${from}nB${plus ?? ""}` as CurveKind, layers: Number(layers) }];
  });
  if (members.length === 0) return [];
  return design.budgets
    .map((budget) => curvesAt(design, members, budget))
    .filter(({ curves }) => curves.some(({ points }) => points.length > 0));
}

interface Member {
  strategy: StrategyRuns;
  kind: CurveKind;
  layers: number;
}

function curvesAt({ baseline }: StudyDesign, members: readonly Member[], budget: Budget): LayerCurves {
  const measured = members.flatMap((member) => {
    const accuracies = resultsAt(member.strategy, budget).map((result) => result.accuracy);
    if (accuracies.length === 0) return [];
    const difference = baseline ? differenceAt(member.strategy, baseline, budget) : null;
    return [{ ...member, accuracy: summarize(accuracies), difference }];
  });
  const tests = measured.map(({ difference }) =>
    difference && difference.differences.length > 1 ? pairedTTest(difference.differences) : null,
  );
  const adjusted = holm(tests.flatMap((test) => (test ? [test.p] : [])));
  let tested = 0;
  const points = measured.map(({ kind, layers, accuracy, difference }, index) => {
    const test = tests[index];
    const adjustedP = test ? adjusted[tested++] : null;
    const settled = test !== null && adjustedP !== null && adjustedP < ALPHA && !test.noSpread;
    const outcome: LayerPoint["outcome"] = !settled ? "open" : test.meanDifference > 0 ? "above" : "below";
    return { kind, point: { layers, accuracy, difference, adjustedP, outcome } };
  });
  const own = baseline ? resultsAt(baseline, budget).map((result) => result.accuracy) : [];
  const scratch = own.length > 0 ? summarize(own) : null;
  return {
    budget,
    baseline: scratch && { accuracy: scratch, interval: scratch.interval },
    curves: KINDS.map((kind) => ({
      kind,
      points: points
        .filter((one) => one.kind === kind)
        .map((one) => one.point)
        .sort((a, b) => a.layers - b.layers),
    })).filter((curve) => curve.points.length > 0),
  };
}
