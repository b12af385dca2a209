/** @file Gives a study's units of work to a crew until none is left, whatever the order in which they end. */

import type { StudyContext } from "../../context/study-context.ts";
import { seedsOf } from "../../file/config.ts";
import { isOver } from "../../records/run-store.ts";
import { addSeed } from "../add-seed.ts";
import { settleByRecords } from "../near-source.ts";
import { recordsOf } from "../run-records.ts";
import { chooseUnit, featuresOf } from "./choose-unit.ts";
import { readyUnits } from "./ready-units.ts";
import { type Crew, type Unit, nameOf, workOn } from "./unit.ts";
import { whenFree } from "./when-free.ts";

/** Workers of a coordinator that was killed end by themselves, once they have saved what they are at. */
const PATIENCE_MS = 10_000;

const ANALYSIS: Unit = { kind: "analysis" };

/** How a unit that was given to a worker ended. */
interface Ending {
  readonly worker: number;
  readonly unit: Unit;
  readonly result: { readonly interrupted: boolean } | { readonly error: unknown };
}

/**
 * Brings every run of a study to its end. What is decided meanwhile is decided by records in a fixed order: a seed is
 * added once all runs are over, and a run begins once what it starts from is.
 *
 * @returns True if the signal stopped it.
 * @throws The first error of a unit, once the crew has stopped.
 */
export async function workThrough(
  context: StudyContext,
  { crew, save }: { crew: Crew; save: () => Promise<void> },
): Promise<boolean> {
  const { signal } = context;
  const holdings: (string | null)[] = Array.from({ length: crew.size }, () => null);
  const busy = new Map<number, { unit: Unit; ending: Promise<Ending> }>();
  const ended = new Set<string>();
  /** Whether there may be more to find out about transfer than was found. */
  let isAnalysisDue = true;

  const begin = (worker: number, unit: Unit): void => {
    if (unit === ANALYSIS) isAnalysisDue = false;
    holdings[worker] = featuresOf(context, unit) ?? holdings[worker];
    reopen(context, unit);
    const result = whenFree(() => crew.work(worker, unit), { patienceMs: PATIENCE_MS, signal }).then(
      (interrupted) => ({ interrupted }),
      (error: unknown) => ({ error }),
    );
    busy.set(worker, { unit, ending: result.then((one) => ({ worker, unit, result: one })) });
  };
  const waiting = (): Unit[] => {
    const underWay = new Set([...busy.values()].map(({ unit }) => nameOf(unit)));
    const ready = readyUnits(context).filter((unit) => !ended.has(nameOf(unit)) && !underWay.has(nameOf(unit)));
    return isAnalysisDue && ready.length > 0 && !underWay.has(nameOf(ANALYSIS)) ? [ANALYSIS, ...ready] : ready;
  };
  const giveOut = (): void => {
    for (let worker = 0; worker < crew.size; worker++) {
      if (busy.has(worker)) continue;
      const unit = chooseUnit(context, waiting(), { worker, holdings });
      if (unit !== undefined) begin(worker, unit);
    }
  };
  const end = async ({ worker, unit, result }: Ending): Promise<boolean> => {
    busy.delete(worker);
    if ("error" in result) {
      await crew.close();
      await Promise.all([...busy.values()].map(({ ending }) => ending));
      throw result.error;
    }
    if (!result.interrupted && unit !== ANALYSIS) ended.add(nameOf(unit));
    await save();
    await settleByRecords(context);
    isAnalysisDue ||= concernsAnalysis(context, unit);
    return result.interrupted;
  };

  for (let interrupted = false; ;) {
    if (signal?.aborted !== true && !interrupted) giveOut();
    if (busy.size > 0) {
      interrupted = (await end(await Promise.race([...busy.values()].map(({ ending }) => ending)))) || interrupted;
      continue;
    }
    if (interrupted || waiting().length > 0) return true;
    const before = context.runs.length;
    await addSeed(context);
    if (context.runs.length > before) continue;
    if (context.found.finishedAt !== null || !isAnalysisDue) return false;
    begin(0, ANALYSIS);
  }
}

/**
 * The same without training: what is trained is analysed, and where all of it is over a seed may be added.
 *
 * @returns True if the signal stopped it.
 */
export async function lookThrough(context: StudyContext): Promise<boolean> {
  if (recordsOf(context).every(isOver)) await addSeed(context);
  return workOn(context, ANALYSIS);
}

/** A study that was over is not any more, unless there is nothing to start the run from. */
function reopen(context: StudyContext, unit: Unit): void {
  if (unit.kind !== "run") return;
  const record = recordsOf(context).find(({ id }) => id === unit.id);
  if (!isOver(record)) context.found = { ...context.found, finishedAt: null };
}

/** Scores and maps are of sources, filters of the first seed's runs. */
function concernsAnalysis({ study, runs }: StudyContext, unit: Unit): boolean {
  const run = unit.kind === "run" ? runs.find(({ id }) => id === unit.id) : undefined;
  return run !== undefined && (run.task === "source" || run.seed === seedsOf(study.config)[0]);
}
