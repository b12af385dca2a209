/** @file The layer curves of Yosinski et al. 2014: accuracy against the number of transferred layers. */

import {
  type Interval,
  type LearningOutcome,
  type Summary,
  holm,
  pairedTTest,
  summarize,
} from "../../statistics/index.ts";
import { isRanked } from "./ranked.ts";
import { type Budget, type StrategyRuns, type StudyDesign, resultsAt } from "./study-design.ts";

/** `AnB`: from the source, frozen; `AnB+`: fine-tuned; `BnB`, `BnB+`: from the target's own scratch run. */
export type CurveKind = "AnB" | "AnB+" | "BnB" | "BnB+";

/** A mean difference over shared seeds; with one of them there is no interval. */
interface SeedDifference {
  mean: number;
  interval: Interval | null;
  differences: number[];
}

/** One strategy of a curve at one budget. */
export interface LayerPoint {
  /** Layers that were transferred. */
  layers: number;
  accuracy: Summary;
  /** What became of its seeds. */
  learning: LearningOutcome;
  /** Against training from scratch with the same seeds; null where they share none, or one of the two is not ranked. */
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

/** What keeping layers as they were costs against fine-tuning the same ones: the plain curve below the one with a plus. */
export interface FreezingCost {
  /** Whose layers. */
  kind: "AnB" | "BnB";
  points: {
    layers: number;
    /** Fine-tuned less frozen, with the same seeds. */
    difference: SeedDifference;
    /** Holm's p over all n of this curve; null with fewer than two shared seeds. */
    adjustedP: number | null;
    /** True if it is settled at the 5 % level that freezing costs, or gains, accuracy. */
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
export function layerCurves(design: StudyDesign): LayerCurves[] {
  const members = design.strategies.flatMap((strategy) => {
    if (strategy.layerCurve === null) return [];
    const { from, layers, tuned } = strategy.layerCurve;
    const kind: CurveKind = `${from === "source" ? "A" : "B"}nB${tuned ? "+" : ""}`;
    return [{ strategy, kind, layers }];
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

function curvesAt(design: StudyDesign, members: readonly Member[], budget: Budget): LayerCurves {
  const { baseline } = design;
  const measured = members.flatMap((member) => {
    const accuracies = resultsAt(member.strategy, budget).map((result) => result.accuracy);
    if (accuracies.length === 0) return [];
    const difference = baseline ? comparedAt(design, [member.strategy, baseline], budget) : null;
    return [{ ...member, accuracy: summarize(accuracies), learning: member.strategy.outcomeAt(budget), difference }];
  });
  const tests = testTogether(measured.map(({ difference }) => difference));
  const points = measured.map(({ kind, layers, accuracy, learning, difference }, index) => {
    const { adjustedP, isSettled } = tests[index];
    const outcome: LayerPoint["outcome"] = !isSettled || !difference ? "open" : difference.mean > 0 ? "above" : "below";
    return { kind, point: { layers, accuracy, learning, difference, adjustedP, outcome } };
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
      .map((kind) => ({ kind, points: freezingPoints(design, kind, { members, budget }) }))
      .filter((cost) => cost.points.length > 0),
  };
}

/** The difference over shared seeds between two strategies that can both be held against others. */
function comparedAt(
  design: StudyDesign,
  [a, b]: readonly [StrategyRuns, StrategyRuns],
  budget: Budget,
): SeedDifference | null {
  if (!isRanked(design, a, budget) || !isRanked(design, b, budget)) return null;
  const others = new Map(resultsAt(b, budget).map(({ seed, accuracy }) => [seed, accuracy]));
  const differences = resultsAt(a, budget).flatMap(({ seed, accuracy }) => {
    const other = others.get(seed);
    return other === undefined ? [] : [accuracy - other];
  });
  return differences.length === 0 ? null : { ...summarize(differences), differences };
}

function freezingPoints(
  design: StudyDesign,
  kind: "AnB" | "BnB",
  { members, budget }: { members: readonly Member[]; budget: Budget },
): FreezingCost["points"] {
  const costs = members
    .filter((frozen) => frozen.kind === kind)
    .sort((a, b) => a.layers - b.layers)
    .flatMap(({ strategy, layers }) => {
      const tuned = members.find((one) => one.kind === `${kind}+` && one.layers === layers);
      const difference = tuned ? comparedAt(design, [tuned.strategy, strategy], budget) : null;
      return difference ? [{ layers, difference }] : [];
    });
  const tests = testTogether(costs.map(({ difference }) => difference));
  return costs.map((cost, index) => ({ ...cost, ...tests[index] }));
}

/** Paired t tests of differences that are asked about together, with Holm's correction over those that can be tested. */
function testTogether(
  differences: readonly (SeedDifference | null)[],
): { adjustedP: number | null; isSettled: boolean }[] {
  const tests = differences.map((difference) =>
    difference && difference.differences.length > 1 ? pairedTTest(difference.differences) : null,
  );
  const adjusted = holm(tests.flatMap((test) => (test ? [test.p] : [])));
  let tested = 0;
  return tests.map((test) => {
    const adjustedP = test ? adjusted[tested++] : null;
    return { adjustedP, isSettled: test !== null && adjustedP !== null && adjustedP < ALPHA && !test.noSpread };
  });
}
