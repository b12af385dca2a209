/** @file What a study compares: its strategies, budgets and seeds, and the finished runs of each. */

import { isNumber } from "../../core/index.ts";
import { type LearningOutcome, type SeedResult, majorityOutcome } from "../../statistics/index.ts";
import type { RunRecord, StudySummary } from "../../study/index.ts";
import { chanceLevel, keptEpoch, modelsOf } from "../runs/models.ts";

/** One budget of the study. */
export interface Budget {
  asked: number | "all";
  /** Training images of each class, as a number that an axis can show. */
  size: number;
  /** `50`, `all (5,000)`. */
  text: string;
}

/** A strategy of the target task with its runs at every budget. */
export interface StrategyRuns {
  strategy: string;
  /** What sentences and legends call it: its label in a study of budgets, otherwise its model's title. */
  name: string;
  label: string;
  /** Its place among the study's models, which decides its colour everywhere. */
  position: number;
  /** True if its weights come from the source task, directly or through another run. */
  transfers: boolean;
  /** Its place on the layer curves; null for others. */
  layerCurve: NonNullable<RunRecord["layerCurve"]> | null;
  /** True for the target's own layers trained again (B3B): a control of the layer curves, no candidate for an answer. */
  control: boolean;
  runs: RunRecord[];
  /** The finished runs of a budget, one a seed, in ascending order of seed. */
  at(budget: Budget): RunRecord[];
  /** What became of most of them. */
  outcomeAt(budget: Budget): LearningOutcome;
}

/** The target side of a study. */
export interface StudyDesign {
  budgets: Budget[];
  strategies: StrategyRuns[];
  /** Training from random weights, against which transfer is measured; null where the study has none. */
  baseline: StrategyRuns | null;
  /** Accuracy of guessing on the target task. */
  chance: number;
  /** True if some strategy has two finished seeds at one budget. */
  severalSeeds: boolean;
  severalBudgets: boolean;
}

/** Reads the design off the runs. */
export function studyDesign(summary: StudySummary): StudyDesign {
  const budgets = budgetsOf(summary);
  const severalBudgets = budgets.length > 1;
  const models = modelsOf(summary);
  const strategies = models.flatMap((model, position): StrategyRuns[] => {
    if (model.task === "source") return [];
    const byBudget = new Map(budgets.map((budget) => [budget.asked, onePerSeed(model.done, budget)]));
    const { layerCurve = null } = model.runs[0];
    const at = (budget: Budget): RunRecord[] => byBudget.get(budget.asked) ?? [];
    return [
      {
        strategy: model.strategy,
        name: severalBudgets ? model.label : model.title,
        label: model.label,
        position,
        transfers: model.runs.some((run) => comesFromSource(run, summary.runs)),
        layerCurve,
        control: layerCurve?.from === "target",
        runs: model.runs,
        at,
        outcomeAt: (budget) => majorityOutcome(at(budget).map(({ outcome }) => outcome)),
      },
    ];
  });
  const counts = strategies.flatMap((one) => budgets.map((budget) => one.at(budget).length));
  return {
    budgets,
    strategies,
    baseline: baselineOf(strategies),
    chance: chanceLevel(summary.target),
    severalSeeds: counts.some((count) => count > 1),
    severalBudgets,
  };
}

/** The test accuracy of the epoch that counts; undefined where it was not measured. */
export function accuracyOf(run: RunRecord): number | undefined {
  const accuracy = keptEpoch(run)?.testAccuracy;
  return isNumber(accuracy) ? accuracy : undefined;
}

/** What the finished seeds of a strategy reached at a budget. */
export function resultsAt(strategy: StrategyRuns, budget: Budget): SeedResult[] {
  return strategy.at(budget).flatMap((run) => {
    const accuracy = accuracyOf(run);
    return accuracy === undefined ? [] : [{ seed: run.seed, accuracy }];
  });
}

/** The largest budget, whose runs a report shows in detail. */
export function largestBudget(design: StudyDesign): Budget {
  const largest = design.budgets.at(-1);
  if (!largest) throw new Error("internal: a study without a budget");
  return largest;
}

function budgetsOf(summary: StudySummary): Budget[] {
  const asked = new Set(summary.runs.filter((run) => run.task === "target").map((run) => run.imagesPerClass));
  const { trainImages, validationImages, classNames } = summary.target;
  const whole = Math.max(1, Math.round((trainImages + validationImages) / Math.max(1, classNames.length)));
  const budgets = [...asked].map((one): Budget => {
    const size = one === "all" ? whole : one;
    const number = size.toLocaleString("en-US");
    return { asked: one, size, text: one === "all" ? `all (${number})` : number };
  });
  // "all" beside a number as large is the same budget asked for twice; the number stays
  return budgets
    .filter((one) => one.asked !== "all" || !budgets.some((other) => other !== one && other.size === one.size))
    .sort((a, b) => a.size - b.size);
}

function onePerSeed(done: readonly RunRecord[], budget: Budget): RunRecord[] {
  const own = done.filter((run) => run.imagesPerClass === budget.asked);
  return own
    .filter((run, index) => own.findIndex((other) => other.seed === run.seed) === index)
    .sort((a, b) => a.seed - b.seed);
}

/** A run whose origin is not among the runs is taken to come from the source: only that can lie outside a study. */
function comesFromSource(run: RunRecord, runs: readonly RunRecord[]): boolean {
  if (run.startsFrom === null) return false;
  const origin = runs.find((other) => other.id === run.startsFrom);
  return origin === undefined || origin.task === "source" || comesFromSource(origin, runs);
}

function baselineOf(strategies: readonly StrategyRuns[]): StrategyRuns | null {
  const own = strategies.filter((one) => !one.transfers && !one.control);
  return own.find((one) => one.strategy === "scratch") ?? own[0] ?? null;
}
