/** @file Which units of work can begin: what they need is there. */

import type { StudyContext } from "../../context/study-context.ts";
import { PRETRAINED, type PlannedRun } from "../../file/plan.ts";
import { isOver } from "../../records/run-store.ts";
import { awaitingRates } from "../../tuning/tuned-runs.ts";
import { askedRun } from "../near-source.ts";
import { type Unit, nameOf } from "./unit.ts";

type Standing = Pick<StudyContext, "study" | "runs" | "found">;

/** What stands between a run and its first step. */
export interface Waiting {
  /** Runs that must be over before. */
  readonly runs: readonly PlannedRun[];
  /** True if its strategy is to be tuned once they are. */
  readonly forRates: boolean;
}

/**
 * The units that can begin now, in the order in which a process alone takes them: what a run needs stands where the run
 * would. Runs that failed with the one they start from are among them, for somebody has to say so.
 */
export function readyUnits(context: Standing): Unit[] {
  const ready = new Map<string, Unit>();
  const reached = new Set<PlannedRun>();
  const waitingOf = waitingIn(context);
  const reach = (run: PlannedRun): void => {
    if (reached.has(run) || isOver(context.found.records.get(run.id))) return;
    reached.add(run);
    const { runs, forRates } = waitingOf(run);
    if (runs.length > 0) return runs.forEach(reach);
    const unit: Unit = forRates ? { kind: "tuning", strategy: run.strategy } : { kind: "run", id: run.id };
    ready.set(nameOf(unit), unit);
  };
  context.runs.forEach(reach);
  return [...ready.values()];
}

/** Tells of each run of a study what it waits for, as its folder is now. */
export function waitingIn(context: Standing): (run: PlannedRun) => Waiting {
  const { study, runs, found } = context;
  const byId = new Map(runs.map((run) => [run.id, run]));
  const isTrained = (id: string | null): boolean => id === null || id === PRETRAINED || endedOf(id);
  /** Also without a record of its own, where what it starts from failed. */
  const endedOf = (id: string): boolean => {
    const record = found.records.get(id);
    if (isOver(record)) return true;
    const origin = byId.get(id)?.startsFrom ?? null;
    return origin !== null && origin !== PRETRAINED && hasFailed(origin);
  };
  const hasFailed = (id: string): boolean => {
    if (found.records.get(id)?.status === "failed") return true;
    const origin = byId.get(id)?.startsFrom ?? null;
    return origin !== null && origin !== PRETRAINED && hasFailed(origin);
  };
  const tuned = new Map<string, readonly PlannedRun[]>();
  const awaiting = (strategy: string): readonly PlannedRun[] => {
    if (study.config.tuning === null) return [];
    const known = tuned.get(strategy) ?? awaitingRates(runs, { strategy, known: found.tuning });
    tuned.set(strategy, known);
    return known;
  };
  return (run) => {
    const alike = awaiting(run.strategy);
    const forRates = alike.includes(run);
    // trials stand for runs of every seed, so the runs that these start from come first
    const concerned = forRates ? alike : [run];
    const origins = concerned.flatMap((one) => [
      one.startsFrom,
      ...(one.awaitsSource === null ? [] : [askedRun(context, one.imagesPerClass)?.startsFrom ?? null]),
    ]);
    const missing = new Set(origins.filter((id) => !isTrained(id)));
    return { runs: [...missing].flatMap((id) => byId.get(id ?? "") ?? []), forRates };
  };
}
