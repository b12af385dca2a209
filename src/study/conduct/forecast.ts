/** @file Says what a study will train and how long that takes, before it begins. */

import { type StudyContext, networkOf } from "../context/study-context.ts";
import { measureCosts } from "../context/measure-costs.ts";
import type { PlannedRun } from "../file/plan.ts";
import { AUTO } from "../file/training-schema.ts";
import type { StrategyForecast, StudyForecast } from "../records/events.ts";
import { isOver } from "../records/run-store.ts";
import { MOST_SEEDS } from "../analysis/decide-seeds.ts";
import { piecesAhead, shareOfWork } from "./study-clock.ts";

/** Measures a few steps of everything that is still to be trained, and tells of the forecast. */
export async function forecastStudy(context: StudyContext): Promise<void> {
  const { runs, found, listener } = context;
  const ahead = runs.filter(({ id }) => !isOver(found.records.get(id)));
  if (ahead.length === 0) return;
  listener({ type: "stage", stage: "measuring", run: null, studyTimeLeftMs: null });
  await measureCosts(context);
  listener({ type: "forecast", forecast: forecastOf(context, ahead) });
}

function forecastOf(context: StudyContext, ahead: readonly PlannedRun[]): StudyForecast {
  const { costs, study } = context;
  const pieces = piecesAhead(context);
  const alone = costs.rangeOf(pieces);
  const share = shareOfWork(context);
  const time = alone && { lowMs: alone.lowMs * share, highMs: alone.highMs * share };
  const names = [...new Set(ahead.map(({ strategy }) => strategy))];
  const seeds = new Set(ahead.map(({ seed }) => seed)).size;
  const most = MOST_SEEDS - new Set(context.runs.map(({ seed }) => seed)).size;
  const isOpen = study.config.seeds === AUTO && most > 0;
  // with a time limit none is added that would end later
  const limitMs = study.config.time === null ? Infinity : 1000 * study.config.time;
  return {
    strategies: names.map((name) =>
      strategyForecast(context, { name, runs: ahead.filter((run) => run.strategy === name) }),
    ),
    time,
    moreSeeds:
      isOpen && limitMs > (time?.lowMs ?? 0)
        ? { most, highMs: time && Math.max(time.highMs, Math.min(limitMs, time.highMs * (1 + most / seeds))) }
        : null,
  };
}

function strategyForecast(
  { works, networks, runs: all }: StudyContext,
  { name, runs }: { name: string; runs: readonly PlannedRun[] },
): StrategyForecast {
  const [first] = runs;
  const { plan } = networkOf(networks, first);
  const layers = plan.filter(({ trains }) => trains).map(({ layer }) => layer);
  const steps = runs
    .flatMap((run) => works[all.indexOf(run)])
    .filter(({ kind }) => kind.startsWith("step "))
    .reduce((sum, { units }) => sum + units, 0);
  return {
    strategy: name,
    runs: runs.length,
    layers,
    everything: layers.length === plan.length,
    solved: first.choice?.strategy.solves !== undefined,
    steps,
  };
}
