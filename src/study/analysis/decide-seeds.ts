/** @file Whether another seed would change an answer, and of which strategies. */

import { seedsOf } from "../file/config.ts";
import { firstRounds, planStudy } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { AddedSeed, BudgetRecommendation, BudgetStand, SeedsRecord } from "../records/answer-record.ts";
import type { RunRecord } from "../records/records.ts";
import { recommendStrategies } from "./recommend-strategies.ts";

/** More seeds are not looked for. */
export const MOST_SEEDS = 10;
/** An answer that loses less than this against the best, in the mean, is good enough; so is one that seeds could better by less. */
const SMALL_REGRET = 0.005;
/** From this share of the regret on it is the number of test images that leaves it open, not that of seeds. */
const SHARE_OF_IMAGES = 0.8;

/** Where a study stands whose rounds are over. */
export interface Standing {
  before: SeedsRecord;
  /** All of them over; in any order. */
  runs: readonly RunRecord[];
  /** Time that the study took so far. */
  elapsedMs: number;
}

/** The record of a study before its first decision. */
export function firstSeeds(config: StudyConfig): SeedsRecord {
  return { rounds: firstRounds(config).map((round) => ({ ...round, budgets: [] })), stopped: null };
}

/**
 * The record with one round more, or with the reason why there is none.
 *
 * A round is one seed of the strategies that are in the running where the answer is open, and of what these start from.
 */
export function decideSeeds(config: StudyConfig, { before, runs, elapsedMs }: Standing): SeedsRecord {
  const { rounds } = before;
  const budgets = recommendStrategies(runs).map(standOf);
  const open = budgets.filter(({ state }) => state === "open");
  const stop = (stopped: SeedsRecord["stopped"]): SeedsRecord => ({ rounds, stopped });
  if (budgets.length === 0) return stop({ code: "nothing-ranked" });
  if (open.length === 0) return stop({ code: "settled", budgets });
  if (rounds.length === MOST_SEEDS) return stop({ code: "most-seeds", budgets, seeds: MOST_SEEDS });
  const next = nextRound(config, { rounds, budgets, wanted: new Set(open.flatMap((one) => one.inTheRunning)) });
  const nextMs = durationOf(next, { config, runs });
  if (config.time !== null && elapsedMs + nextMs > 1000 * config.time) {
    const [elapsedSeconds, nextSeconds] = [elapsedMs / 1000, nextMs / 1000];
    return stop({ code: "time", budgets, timeSeconds: config.time, elapsedSeconds, nextSeconds });
  }
  return { rounds: [...rounds, next], stopped: null };
}

function standOf({ imagesPerClass, recommended, prospects, regretOfImages }: BudgetRecommendation): BudgetStand {
  const inTheRunning = prospects.filter((one) => one.inTheRunning).map(({ strategy }) => strategy);
  const expectedRegret = prospects.find(({ strategy }) => strategy === recommended)?.expectedRegret ?? 0;
  const state = stateOf({ others: inTheRunning.length - 1, expectedRegret, regretOfImages });
  return { imagesPerClass, recommended, expectedRegret, regretOfImages, inTheRunning, state };
}

function stateOf({
  others,
  expectedRegret,
  regretOfImages,
}: Pick<BudgetStand, "expectedRegret" | "regretOfImages"> & { others: number }): BudgetStand["state"] {
  if (others <= 0) return "one-left";
  if (expectedRegret < SMALL_REGRET) return "small-regret";
  // seeds can save no more than what the images leave
  const isForImages =
    regretOfImages > SHARE_OF_IMAGES * expectedRegret || expectedRegret - regretOfImages < SMALL_REGRET;
  return isForImages ? "few-images" : "open";
}

function nextRound(
  config: StudyConfig,
  { rounds, budgets, wanted }: { rounds: readonly AddedSeed[]; budgets: BudgetStand[]; wanted: Set<string> },
): AddedSeed {
  const seed = seedsOf(config)[0] + rounds.length;
  const [{ strategies }] = rounds;
  const plan = planStudy(config, [{ seed, strategies }]);
  // what a run starts from stands before it
  for (const { strategy, startsFrom } of plan.toReversed()) {
    const origin = plan.find(({ id }) => id === startsFrom);
    if (origin !== undefined && wanted.has(strategy)) wanted.add(origin.strategy);
  }
  return { seed, strategies: strategies.filter((strategy) => wanted.has(strategy)), budgets };
}

/** Each of its runs as long as the last one of the same strategy and budget. */
function durationOf(round: AddedSeed, { config, runs }: { config: StudyConfig; runs: readonly RunRecord[] }): number {
  return planStudy(config, [round]).reduce((sum, { strategy, imagesPerClass }) => {
    const alike = runs.filter((run) => run.strategy === strategy && run.imagesPerClass === imagesPerClass);
    const last = alike.toSorted((a, b) => b.seed - a.seed)[0];
    return sum + (last?.durationMs ?? 0);
  }, 0);
}
