/** @file What to do at each budget, from the finished runs of a study, finished or not. */

import {
  type BudgetResults,
  type GrowthPoint,
  type StrategyResults,
  gainOfDoubling,
  judgeBudgets,
  majorityOutcome,
  unpackAnswers,
} from "../../statistics/index.ts";
import { isNumber } from "../../core/index.ts";
import { type Budget, PRETRAINED } from "../file/plan.ts";
import type { BudgetRecommendation } from "../records/answer-record.ts";
import type { RunRecord } from "../records/records.ts";
import { costsOf } from "./run-costs.ts";
import { usualStandingOf } from "./usual-standings.ts";

/**
 * The recommendation of every budget at which something can be ranked, from few images to many.
 *
 * Controls of layer curves, which start from the target's own runs, are no candidates.
 */
export function recommendStrategies(runs: readonly RunRecord[]): BudgetRecommendation[] {
  const budgets = budgetsOf(runs);
  return judgeBudgets(resultsOf(runs, budgets)).verdicts.flatMap(({ recommendation }, index) => {
    if (recommendation === null) return [];
    const imagesPerClass = budgets[index];
    const curve = probeCurveOf(finishedTargets(runs).filter((run) => run.imagesPerClass === imagesPerClass));
    const chosen = recommendation.prospects.find(({ strategy }) => strategy === recommendation.recommended);
    const doubling = chosen === undefined ? null : gainOfDoubling(curve, chosen.accuracy);
    return [{ imagesPerClass, ...recommendation, doubling }];
  });
}

/** How the linear probe grew with the images of a budget, the mean over the runs that solved it; none without one. */
function probeCurveOf(runs: readonly RunRecord[]): GrowthPoint[] {
  const curves = runs.flatMap(({ probe }) => (probe?.curve === undefined ? [] : [probe.curve]));
  const [first = []] = curves;
  return first.map(({ images }, point) => ({
    images,
    accuracy: curves.reduce((sum, curve) => sum + (curve[point]?.accuracy ?? 0), 0) / curves.length,
  }));
}

/** The same, with the last answer kept: between two runs that finish a study is asked more than once. */
export function rememberRecommendations(): typeof recommendStrategies {
  let known: { finished: RunRecord[]; recommendations: BudgetRecommendation[] } = { finished: [], recommendations: [] };
  return (runs) => {
    const finished = runs.filter(({ status }) => status === "done");
    const isKnown =
      finished.length === known.finished.length && finished.every((run, at) => run === known.finished[at]);
    if (!isKnown) known = { finished, recommendations: recommendStrategies(runs) };
    return known.recommendations;
  };
}

/** The budgets of finished runs on the target, from few images to many. */
export function budgetsOf(runs: readonly RunRecord[]): Budget[] {
  return [...new Set(finishedTargets(runs).map(({ imagesPerClass }) => imagesPerClass))].sort(byImages);
}

/** What the finished runs of some budgets reached, for the statistics. */
export function resultsOf(runs: readonly RunRecord[], budgets: readonly Budget[]): BudgetResults[] {
  const costs = costsOf(runs);
  const finished = finishedTargets(runs);
  return budgets.map((budget) => {
    const here = finished.filter(({ imagesPerClass }) => imagesPerClass === budget);
    const strategies = [...new Set(here.map(({ strategy }) => strategy))];
    return {
      budget: budget === "all" ? null : budget,
      strategies: strategies.map((strategy) => {
        const own = here.filter((run) => run.strategy === strategy);
        return strategyResults(own, { runs, costs });
      }),
    };
  });
}

function strategyResults(
  own: readonly RunRecord[],
  { runs, costs }: { runs: readonly RunRecord[]; costs: ReadonlyMap<string, number> },
): StrategyResults {
  const [{ strategy, trainImages, testImages }] = own;
  const seconds = own.reduce((sum, { id }) => sum + (costs.get(id) ?? 0), 0) / own.length;
  return {
    strategy,
    transfers: own.some((run) => comesFromSource(run, runs)),
    results: own.map((run) => {
      const correct = run.evaluation?.correct;
      const answers = correct === undefined ? {} : { correct: unpackAnswers(correct, testImages) };
      return { seed: run.seed, accuracy: accuracyOf(run), ...answers };
    }),
    trainImages,
    testImages,
    seconds,
    usual: usualStandingOf(strategy),
    outcome: majorityOutcome(own.map(({ outcome }) => outcome)),
  };
}

/** Model by model, seed by seed, whatever the order in which they ended. */
function finishedTargets(runs: readonly RunRecord[]): RunRecord[] {
  const finished = runs.filter(
    (run) =>
      run.task === "target" && run.status === "done" && run.layerCurve?.from !== "target" && isNumber(accuracyOf(run)),
  );
  return finished.sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

/** Of the weights that were kept. */
function accuracyOf({ epochs, keptEpoch }: RunRecord): number {
  return (epochs.find(({ epoch }) => epoch === keptEpoch) ?? epochs.at(-1))?.testAccuracy ?? Number.NaN;
}

/** False for runs whose weights, also those of the runs that they start from, were trained on the target alone. */
function comesFromSource({ startsFrom }: RunRecord, runs: readonly RunRecord[]): boolean {
  if (startsFrom === null || startsFrom === PRETRAINED) return startsFrom !== null;
  const origin = runs.find(({ id }) => id === startsFrom);
  return origin === undefined || origin.task === "source" || comesFromSource(origin, runs);
}

function byImages(a: Budget, b: Budget): number {
  const size = (budget: Budget): number => (budget === "all" ? Number.POSITIVE_INFINITY : budget);
  return size(a) - size(b);
}
