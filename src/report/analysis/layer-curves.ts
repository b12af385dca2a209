/** @file The layer curves of Yosinski et al. 2014: accuracy against the number of transferred layers. */

import {
  type Interval,
  type LearningOutcome,
  type Summary,
  type Verdict,
  holm,
  summarize,
} from "../../statistics/index.ts";
import { isRanked } from "./ranked.ts";
import { type StudyAnalysis, differenceOf, pairOf } from "./study-analysis.ts";
import { type Budget, type StrategyRuns, type StudyDesign, resultsAt } from "./study-design.ts";

/** `AnB`: from the source, frozen; `AnB+`: fine-tuned; `BnB`, `BnB+`: from the target's own scratch run. */
export type CurveKind = "AnB" | "AnB+" | "BnB" | "BnB+";

/** A difference of two strategies, and what a test of it alone says. */
interface Difference {
  mean: number;
  /** Two-sided. */
  p: number;
}

/** One strategy of a curve at one budget. */
export interface LayerPoint {
  /** Layers that were transferred. */
  layers: number;
  accuracy: Summary;
  /** What became of its seeds. */
  learning: LearningOutcome;
  /** Against training from scratch; null where one of the two is not ranked. */
  difference: Difference | null;
  /** Which side of scratch it is on at the 5 % level, by Holm's method over all points of this budget. */
  outcome: "above" | "below" | "open";
}

export interface LayerCurve {
  kind: CurveKind;
  points: LayerPoint[];
}

/** What keeping layers as they were costs against fine-tuning the same ones: the plain curve below the one with a plus. */
export interface FreezingCost {
  /** Whose layers. */
  kind: "AnB" | "BnB";
  points: {
    layers: number;
    /** Fine-tuned less frozen. */
    difference: Difference;
    /** True if freezing costs, or gains, accuracy at the 5 % level, by Holm's method over all n of this curve. */
    isSettled: boolean;
  }[];
}

/** The four curves at one budget, as far as they were trained. */
export interface LayerCurves {
  budget: Budget;
  /** Training from scratch: the curves' value at 0 layers. */
  baseline: { accuracy: Summary; interval: Interval | null; learning: LearningOutcome; isRanked: boolean } | null;
  curves: LayerCurve[];
  freezing: FreezingCost[];
}

const ALPHA = 0.05;
const KINDS: CurveKind[] = ["AnB", "AnB+", "BnB", "BnB+"];

/** The layer curves of every budget that has any. */
export function layerCurves({ design, withControls }: StudyAnalysis): LayerCurves[] {
  const members = design.strategies.flatMap((strategy) => {
    if (strategy.layerCurve === null) return [];
    const { from, layers, tuned } = strategy.layerCurve;
    const kind: CurveKind = `${from === "source" ? "A" : "B"}nB${tuned ? "+" : ""}`;
    return [{ strategy, kind, layers }];
  });
  if (members.length === 0) return [];
  return withControls
    .map(({ budget, verdict }) => curvesAt(design, members, { budget, verdict }))
    .filter(({ curves }) => curves.some(({ points }) => points.length > 0));
}

interface Member {
  strategy: StrategyRuns;
  kind: CurveKind;
  layers: number;
}

function curvesAt(
  design: StudyDesign,
  members: readonly Member[],
  { budget, verdict }: { budget: Budget; verdict: Verdict },
): LayerCurves {
  const { baseline } = design;
  const measured = members.flatMap((member) => {
    const accuracies = resultsAt(member.strategy, budget).map((result) => result.accuracy);
    if (accuracies.length === 0) return [];
    const difference = baseline ? compared(verdict, member.strategy, baseline) : null;
    return [{ ...member, accuracy: summarize(accuracies), learning: member.strategy.outcomeAt(budget), difference }];
  });
  const settled = settledAmong(measured.map(({ difference }) => difference));
  const points = measured.map(({ kind, layers, accuracy, learning, difference }, index) => {
    const isOpen = difference === null || !settled[index];
    const outcome: LayerPoint["outcome"] = isOpen ? "open" : difference.mean > 0 ? "above" : "below";
    return { kind, point: { layers, accuracy, learning, difference, outcome } };
  });
  const own = baseline ? resultsAt(baseline, budget).map((result) => result.accuracy) : [];
  const scratch = own.length > 0 ? summarize(own) : null;
  return {
    budget,
    baseline: baseline &&
      scratch && {
        accuracy: scratch,
        interval: scratch.interval,
        learning: baseline.outcomeAt(budget),
        isRanked: isRanked(design, baseline, budget),
      },
    curves: KINDS.map((kind) => ({
      kind,
      points: points
        .filter((one) => one.kind === kind)
        .map((one) => one.point)
        .sort((a, b) => a.layers - b.layers),
    })).filter((curve) => curve.points.length > 0),
    freezing: (["AnB", "BnB"] as const)
      .map((kind) => ({ kind, points: freezingPoints(verdict, kind, members) }))
      .filter((cost) => cost.points.length > 0),
  };
}

/** Accuracy of the first less that of the second; null where one of them is not ranked. */
function compared(verdict: Verdict, { name: a }: StrategyRuns, { name: b }: StrategyRuns): Difference | null {
  const [pair, difference] = [pairOf(verdict, a, b), differenceOf(verdict, a, b)];
  return pair === undefined || difference === null ? null : { mean: difference.difference, p: pair.test.p };
}

function freezingPoints(verdict: Verdict, kind: "AnB" | "BnB", members: readonly Member[]): FreezingCost["points"] {
  const costs = members
    .filter((frozen) => frozen.kind === kind)
    .sort((a, b) => a.layers - b.layers)
    .flatMap(({ strategy, layers }) => {
      const tuned = members.find((one) => one.kind === `${kind}+` && one.layers === layers);
      const difference = tuned ? compared(verdict, tuned.strategy, strategy) : null;
      return difference ? [{ layers, difference }] : [];
    });
  const settled = settledAmong(costs.map(({ difference }) => difference));
  return costs.map((cost, index) => ({ ...cost, isSettled: settled[index] }));
}

/** Which of the differences that are asked about together are no accident, by Holm's method over those that are known. */
function settledAmong(differences: readonly (Difference | null)[]): boolean[] {
  const adjusted = holm(differences.flatMap((difference) => (difference ? [difference.p] : [])));
  let tested = 0;
  return differences.map((difference) => difference !== null && adjusted[tested++] < ALPHA);
}
