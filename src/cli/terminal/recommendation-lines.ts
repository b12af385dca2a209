/** @file What the terminal says of recommendations, and of the seeds that they led to. */

import {
  accuracyInterval,
  duration,
  levelText,
  list,
  oddsText,
  percent,
  plural,
  points,
  regionText,
  time,
} from "../../core/index.ts";
import type { BudgetRecommendation, BudgetStand, SeedsRecord } from "../../study/index.ts";

/** How the best is said to be reached: `71 % likely within 1 point of the best`. */
function likely({ prospects, recommended, region }: BudgetRecommendation): string {
  const probability = prospects.find(({ strategy }) => strategy === recommended)?.probability ?? Number.NaN;
  return `${oddsText(probability)} likely within ${regionText(region)} of the best`;
}

/**
 * Says what to do so far: `so far, of 4 strategies: last-layer, 71 % likely within 1 point of the best (2 others in the
 * running)`; null where that is no news, or one strategy alone has finished.
 */
export function soFarTeller(): (recommendation: BudgetRecommendation) => string | null {
  const told = new Map<BudgetRecommendation["imagesPerClass"], string>();
  return (recommendation) => {
    const { imagesPerClass, recommended, prospects } = recommendation;
    if (prospects.length < 2) return null;
    const open = othersOf(recommendation).length;
    const line =
      `so far${withImages(imagesPerClass)}, of ${prospects.length} strategies: ${recommended}, ` +
      `${likely(recommendation)}${open === 0 ? "" : ` (${plural(open, "other")} in the running)`}`;
    if (told.get(imagesPerClass) === line) return null;
    told.set(imagesPerClass, line);
    return line;
  };
}

/** What to do at each budget, a line each; while others are to come, one strategy alone is no answer. */
export function recommendationLines(
  recommendations: readonly BudgetRecommendation[],
  { isFinished }: { isFinished: boolean },
): string[] {
  const answers = recommendations.filter(({ prospects }) => isFinished || prospects.length > 1);
  return answers.map((recommendation) => {
    const { imagesPerClass, recommended, isSure, prospects, equals } = recommendation;
    const chosen = prospects.find(({ strategy }) => strategy === recommended);
    const interval = accuracyInterval(chosen?.interval ?? [Number.NaN, Number.NaN]);
    const facts =
      `test accuracy ${percent(chosen?.accuracy)} (90 % interval ${interval}), ` +
      `${likely(recommendation)}, ${duration(1000 * (chosen?.seconds ?? Number.NaN))} a run`;
    const what = `${isSure ? "Recommended" : "Not sure yet"}${withImages(imagesPerClass)}: ${recommended}, ${facts}.`;
    const more = doublingText(recommendation);
    if (isSure) return `${what}${equals.length === 0 ? "" : ` As good, and no cheaper: ${list(equals)}.`}${more}`;
    return `${what} Still open: ${list(othersOf(recommendation))}. ${whatWouldSettle(recommendation)}${more}`;
  });
}

function doublingText({ doubling }: BudgetRecommendation): string {
  if (doubling === null) return "";
  const { gain, low, high, level } = doubling;
  return ` Twice as many images would likely bring ${points(gain)} points (${levelText(level)} interval ${points(low)} to ${points(high)}).`;
}

function whatWouldSettle({ seedsNeeded }: BudgetRecommendation): string {
  return seedsNeeded === null
    ? "More seeds would not settle it; more test images might."
    : `About ${plural(seedsNeeded, "seed")} in all would settle it.`;
}

function othersOf({ prospects, recommended }: BudgetRecommendation): string[] {
  return prospects
    .filter(({ strategy, inTheRunning }) => inTheRunning && strategy !== recommended)
    .map(({ strategy }) => strategy);
}

/** ` with 50 images of each class`; nothing where all are taken. */
export function withImages(budget: BudgetRecommendation["imagesPerClass"]): string {
  return budget === "all" ? "" : ` with ${plural(budget, "image")} of each class`;
}

/** The seed that is added, or why there is none. */
export function seedsLine({ rounds, stopped }: SeedsRecord): string {
  if (stopped === null) {
    const { seed, strategies } = rounds[rounds.length - 1];
    const open = strategies.filter((strategy) => strategy !== "source");
    return `Seed ${seed} too, of ${list(open)}: which is best is open.`;
  }
  switch (stopped.code) {
    case "nothing-ranked":
      return "No more seeds: no strategy has learned its task.";
    case "most-seeds":
      return `No more seeds: ${stopped.seeds} is the most.`;
    case "time":
      return (
        `No more seeds: the next would take about ${time(1000 * stopped.nextSeconds)}, ` +
        `and ${time(1000 * stopped.elapsedSeconds)} of ${time(1000 * stopped.timeSeconds)} are over.`
      );
    case "settled":
      return `No more seeds: ${list([...new Set(stopped.budgets.map(({ state }) => reasons[state]))])}.`;
  }
}

const reasons: Readonly<Record<BudgetStand["state"], string>> = {
  open: "which is best is open",
  "small-regret": "the recommended strategy is good enough",
  "few-images": "what is open is so for want of test images",
  "one-left": "one strategy alone is in the running",
};
