/** @file Units of work of a study, and who does them. */

import { isStop } from "../../../core/index.ts";
import { analyseStudy } from "../../analysis/analyse-study.ts";
import { type StudyContext, lookAgain, networkOf } from "../../context/study-context.ts";
import { PRETRAINED, type PlannedRun } from "../../file/plan.ts";
import { AUTO } from "../../file/training-schema.ts";
import type { StudyListener } from "../../records/events.ts";
import { isOver } from "../../records/run-store.ts";
import { usesFeatures } from "../../run/network.ts";
import { trainInStudy } from "../train-one.ts";
import { tuneInStudy } from "../tune-one.ts";

/** What a process does alone in a study's folder: what it finds is in files of its own. */
export type Unit =
  | { readonly kind: "run"; readonly id: string }
  | { readonly kind: "tuning"; readonly strategy: string }
  /** Scores, maps and filters of what is trained so far. */
  | { readonly kind: "analysis" };

/** Processes that do units of work, each one at a time; the study's order and decisions are not theirs. */
export interface Crew {
  readonly size: number;
  /**
   * Gives a unit to one of them, counted from 0.
   *
   * @returns True if the signal stopped it.
   * @throws Whatever the unit throws.
   */
  work(worker: number, unit: Unit): Promise<boolean>;
  /** Stops whoever still works, and resolves once all have ended. */
  close(): Promise<void>;
}

/** What a crew works with. */
export interface CrewSurroundings {
  readonly directory: string;
  /** To be told of what the units report. */
  readonly listener: StudyListener;
  readonly signal: AbortSignal | undefined;
}

/** A crew that is assembled once its study is ready. */
export interface CrewMaker {
  readonly size: number;
  assemble(surroundings: CrewSurroundings): Crew;
}

/** This process alone. */
export function thisProcessAlone(context: StudyContext): Crew {
  return { size: 1, work: (_worker, unit) => workOn(context, unit), close: async () => {} };
}

/** What the name of a strategy's tuning begins with; ids of runs hold no colon. */
const TUNING = "tuning:";

/** A unit's name among those of its study, as it is typed: `M2-scratch-seed0`, or `tuning:scratch`. */
export function nameOf(unit: Unit): string {
  switch (unit.kind) {
    case "run":
      return unit.id;
    case "tuning":
      return `${TUNING}${unit.strategy}`;
    case "analysis":
      return "analysis";
  }
}

/** The run, or the tuning of a strategy, that a name means. */
export function unitNamed(name: string): Unit {
  return name.startsWith(TUNING) ? { kind: "tuning", strategy: name.slice(TUNING.length) } : { kind: "run", id: name };
}

/**
 * Does a unit in this process.
 *
 * @returns True if the signal stopped it.
 * @throws ConfigError, DeviceError or DataError as {@link trainInStudy} and {@link tuneInStudy} do.
 */
export async function workOn(context: StudyContext, unit: Unit): Promise<boolean> {
  switch (unit.kind) {
    case "run":
      return trainNamed(context, unit.id);
    case "tuning":
      return tuneInStudy(context, unit.strategy);
    case "analysis":
      return analyse(context);
  }
}

async function trainNamed(context: StudyContext, id: string): Promise<boolean> {
  const index = context.runs.findIndex((run) => run.id === id);
  const interrupted = await trainInStudy(context, index);
  if (interrupted) return true;
  await lookAgain(context);
  releaseFeatures(context, context.runs[index]);
  return false;
}

async function analyse(context: StudyContext): Promise<boolean> {
  try {
    await analyseStudy(context);
    return false;
  } catch (error) {
    if (isStop(error, context.signal)) return true;
    throw error;
  }
}

/** True for runs some stage of which trains on features of the weights that it starts from. */
export function sharesFeatures({ networks }: Pick<StudyContext, "networks">, run: PlannedRun): boolean {
  return run.startsFrom !== null && networkOf(networks, run).stages.some((stage) => usesFeatures(run, stage));
}

/** Frees features that no later run will ask for. */
function releaseFeatures(context: StudyContext, finished: PlannedRun): void {
  const { study, runs, features, networks, found } = context;
  const weightsId = finished.startsFrom;
  if (weightsId === null || (weightsId === PRETRAINED && study.config.seeds === AUTO)) return;
  const isWanted = runs.some(
    (run) =>
      run.startsFrom === weightsId &&
      !isOver(found.records.get(run.id)) &&
      networkOf(networks, run).stages.some(({ boundary }) => boundary > 0),
  );
  if (!isWanted) features.release(weightsId);
}
