/** @file What Graft answers by default: the preset `photos` with nothing said but where the data are. */

import { ConfigError } from "../../src/core/index.ts";
import { type RunRecord, type StudySummary, resolveStudy } from "../../src/study/index.ts";
import { answersOf } from "./advice.ts";
import type { DefaultCell, DefaultOutcome } from "./results.ts";
import { type Surroundings, inStudy } from "./study.ts";
import type { OpenTask } from "./task-study.ts";

/** One study of a task, which tunes its rates first where asked to; a study that is refused is a cell too, with the sentence. */
export async function measureDefaults(
  { task, data, fields }: OpenTask,
  { draw, tunes, ...surroundings }: Surroundings & { draw: number; tunes: boolean },
): Promise<DefaultCell> {
  const started = performance.now();
  const head = { task: task.name, draw, date: new Date().toISOString(), threads: surroundings.threads };
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const config = resolveStudy({ preset: "photos", ...fields, ...(tunes ? { tuning: {} } : {}), seeds: [draw] });
    return await inStudy({ config, data }, surroundings, (summary) => {
      const answers = answersOf(summary);
      const cell = { ...head, seconds: seconds(), outcomes: outcomesOf(summary, draw) };
      return answers === null ? cell : { ...cell, answers };
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ...head, seconds: seconds(), outcomes: [], failure: error.message };
  }
}

/** What the strategies of one seed of a study reached. */
export function outcomesOf({ runs }: StudySummary, seed: number): DefaultOutcome[] {
  return runs.filter((run) => run.task === "target" && run.seed === seed).map(outcomeOf);
}

/** What a run reached. */
export function outcomeOf(run: RunRecord): DefaultOutcome {
  const { strategy, status, failure, evaluation, durationMs, learningRate, epochs, outcome, probe } = run;
  const measured = status === "done" ? evaluation : undefined;
  return {
    strategy,
    accuracy: measured === undefined ? null : accuracyOf(measured.confusion),
    logLoss: measured?.logLoss ?? null,
    seconds: durationMs / 1000,
    learningRate,
    epochs: epochs.length,
    ...(failure === undefined ? {} : { failure }),
    ...(outcome === undefined ? {} : { learned: outcome }),
    ...(probe === undefined ? {} : { strength: probe.strength }),
  };
}

/** The share of the images on the diagonal. */
function accuracyOf(confusion: readonly (readonly number[])[]): number {
  const right = confusion.reduce((sum, row, label) => sum + row[label], 0);
  return right / confusion.flat().reduce((sum, count) => sum + count, 0);
}
