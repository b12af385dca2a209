/**
 * @file What the defaults leave on the table: pure functions of what was measured.
 *
 * The oracle of a strategy is the best that was ever seen of it: by its search, or by defaults that beat the search.
 */

import { recommendationFrom } from "./advice.ts";
import type { DefaultCell, DefaultsFile, OracleCell, OracleFile } from "./results.ts";
import { bestOf } from "./search.ts";

/** The oracle of a strategy that has none of its own: the best that training the same layers reaches. */
const oracleNames: Readonly<Record<string, string>> = {
  "linear-probe": "last-layer",
  "nearest-mean": "last-layer",
  "k-nearest": "last-layer",
  "probe-then-full": "full",
  "gradual-unfreezing": "full",
  discriminative: "full",
  "l2-sp": "full",
};

/** A strategy on a task: means over the draws that both sides have, accuracies in [0, 1]. */
export interface StrategyRegret {
  readonly strategy: string;
  readonly default: number;
  readonly oracle: number;
  /** Oracle minus default. */
  readonly regret: number;
}

/** A task under one generation of defaults. */
export interface TaskRegret {
  readonly task: string;
  readonly draws: readonly number[];
  readonly strategies: readonly StrategyRegret[];
  /** The best of all that was seen minus the strategy that is best by default. */
  readonly answer: { readonly strategy: string; readonly regret: number };
  /** The best of all that was seen minus what the study of each draw recommends; null where none kept its answers. */
  readonly recommended: number | null;
}

/** How often two strategies stand in the oracle's order. */
export interface Agreement {
  readonly agreeing: number;
  readonly pairs: number;
}

/** A mean over tasks, and the worst of them. */
export interface RegretSummary {
  readonly tasks: number;
  readonly mean: number;
  readonly worst: { readonly task: string; readonly regret: number };
}

/** The name of the strategy whose oracle a strategy is held against. */
export function oracleNameOf(strategy: string): string {
  return oracleNames[strategy] ?? strategy;
}

/**
 * Every task of which there are both, in the order of the defaults.
 *
 * A run that failed counts as an accuracy of 0: it answers nothing. Strategies that were not searched are left out, though
 * the best of all may be one of them. `generations` are the defaults that may have beaten a search.
 */
export function taskRegrets(
  generation: DefaultsFile,
  oracle: OracleFile,
  generations: readonly DefaultsFile[] = [generation],
): TaskRegret[] {
  const { cells } = generation;
  const names = [...new Set(cells.map(({ task }) => task))];
  return names.flatMap((task) => {
    const own = oracle.cells.filter((cell) => cell.task === task);
    const measured = cells.filter((cell) => cell.task === task && own.some(({ draw }) => draw === cell.draw));
    const draws = measured.map(({ draw }) => draw);
    const seen = generations.flatMap((one) =>
      bestByDefault(
        one.cells.filter((cell) => cell.task === task),
        draws,
      ),
    );
    const reached = defaultAccuracies(measured);
    const strategies = reached.flatMap(({ strategy, accuracy }): StrategyRegret[] => {
      const searched = oracleAccuracy(own, { strategy: oracleNameOf(strategy), draws });
      if (searched === null) return [];
      const best = Math.max(searched, ...seen.filter((one) => one.strategy === strategy).map((one) => one.accuracy));
      return [{ strategy, default: accuracy, oracle: best, regret: best - accuracy }];
    });
    if (strategies.length === 0) return [];
    const best = Math.max(bestOfAll(own, draws), ...seen.map(({ accuracy }) => accuracy));
    const advised = measured.flatMap(recommendedAccuracy);
    return [
      {
        task,
        draws,
        strategies,
        answer: answerOf(reached, best),
        recommended: advised.length === draws.length ? best - mean(advised) : null,
      },
    ];
  });
}

/** The mean over draws of a strategy's best cell; null unless every draw has one. */
export function oracleAccuracy(
  cells: readonly OracleCell[],
  { strategy, draws }: { strategy: string; draws: readonly number[] },
): number | null {
  const best = draws.map((draw) => bestOf(cells.filter((cell) => cell.strategy === strategy && cell.draw === draw)));
  const accuracies = best.flatMap((cell) => cell?.accuracy ?? []);
  return accuracies.length === draws.length && draws.length > 0 ? mean(accuracies) : null;
}

/** Strategies by name, in the order in which tasks have them. */
export function summaryByStrategy(tasks: readonly TaskRegret[]): Map<string, RegretSummary> {
  const names = [...new Set(tasks.flatMap(({ strategies }) => strategies.map(({ strategy }) => strategy)))];
  return new Map(
    names.map((name) => [
      name,
      summaryOf(
        tasks.flatMap(({ task, strategies }) =>
          strategies.filter(({ strategy }) => strategy === name).map(({ regret }) => ({ task, regret })),
        ),
      ),
    ]),
  );
}

/** Mean and worst over at least one task. */
export function summaryOf(regrets: readonly { task: string; regret: number }[]): RegretSummary {
  const [worst] = [...regrets].sort((a, b) => b.regret - a.regret);
  return { tasks: regrets.length, mean: mean(regrets.map(({ regret }) => regret)), worst };
}

/** Pairs whose oracles differ by more than `threshold` and have different ones; a tie by default does not agree. */
export function orderAgreement(tasks: readonly TaskRegret[], threshold = 0.03): Agreement {
  const pairs = tasks.flatMap(({ strategies }) =>
    strategies.flatMap((a, index) => strategies.slice(index + 1).map((b) => [a, b] as const)),
  );
  const clear = pairs.filter(([a, b]) => Math.abs(a.oracle - b.oracle) > threshold);
  const agreeing = clear.filter(([a, b]) => Math.sign(a.oracle - b.oracle) === Math.sign(a.default - b.default));
  return { agreeing: agreeing.length, pairs: clear.length };
}

/** What a generation reached, where it has all draws. */
function bestByDefault(
  cells: readonly DefaultCell[],
  draws: readonly number[],
): { strategy: string; accuracy: number }[] {
  const paired = cells.filter(({ draw }) => draws.includes(draw));
  return paired.length === draws.length ? defaultAccuracies(paired) : [];
}

/** Means over draws, strategy by strategy. */
function defaultAccuracies(cells: readonly DefaultCell[]): { strategy: string; accuracy: number }[] {
  const names = [...new Set(cells.flatMap(({ outcomes }) => outcomes.map(({ strategy }) => strategy)))];
  return names.map((name) => ({
    strategy: name,
    accuracy: mean(cells.map(({ outcomes }) => outcomes.find(({ strategy }) => strategy === name)?.accuracy ?? 0)),
  }));
}

/** The best by default need not have been searched. */
function answerOf(reached: readonly { strategy: string; accuracy: number }[], best: number): TaskRegret["answer"] {
  const [chosen] = [...reached].sort((a, b) => b.accuracy - a.accuracy);
  return { strategy: chosen.strategy, regret: best - chosen.accuracy };
}

/** Of all strategies that were searched. */
function bestOfAll(cells: readonly OracleCell[], draws: readonly number[]): number {
  const names = [...new Set(cells.map(({ strategy }) => strategy))];
  return Math.max(...names.map((strategy) => oracleAccuracy(cells, { strategy, draws }) ?? -Infinity));
}

/** Of the strategy that the study recommends; nothing where its answers were not kept. */
function recommendedAccuracy({ answers, outcomes }: DefaultCell): number[] {
  if (answers === undefined) return [];
  const { recommended } = recommendationFrom(answers);
  return [outcomes.find(({ strategy }) => strategy === recommended)?.accuracy ?? 0];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
