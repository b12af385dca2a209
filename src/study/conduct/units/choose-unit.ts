/** @file Which of the units that can begin a free worker takes. */

import type { StudyContext } from "../../context/study-context.ts";
import type { PlannedRun } from "../../file/plan.ts";
import { AUTO } from "../../file/training-schema.ts";
import { isOver } from "../../records/run-store.ts";
import type { Piece } from "../../run/costs.ts";
import { tuningPieces } from "../../tuning/trial-pieces.ts";
import { type Unit, sharesFeatures } from "./unit.ts";

type Planned = Pick<StudyContext, "study" | "runs" | "works" | "costs" | "networks" | "found" | "split">;

/** The workers of a crew, by what they hold: the weights whose features a worker has computed, or null. */
export type Holdings = readonly (string | null)[];

/**
 * The unit for a worker; undefined where it had better wait.
 *
 * First comes what most work waits for, since it bounds when the study ends; where seeds are left to Graft what is
 * cheapest, so that an answer is there early. Runs on frozen layers of the same weights stay with the worker that has
 * computed their features, as long as computing them again would take longer than what waits.
 */
export function chooseUnit(
  context: Planned,
  units: readonly Unit[],
  { worker, holdings }: { worker: number; holdings: Holdings },
): Unit | undefined {
  if (holdings.length === 1) return units[0];
  const timeOf = stopwatch(context);
  const groups = groupsOf(context, units);
  const isElsewhere = (weights: string): boolean =>
    holdings[worker] !== weights && holdings.some((other) => other === weights);
  const weigh = (unit: Unit): number => {
    const weights = featuresOf(context, unit);
    const own = chainOf(context, unit, timeOf);
    if (weights === null) return own;
    const group = groups.get(weights) ?? [];
    const waits = group.reduce((sum, run) => sum + timeOf(withoutFeatures(context, run)), 0);
    if (isElsewhere(weights) && waits <= featuresTime(context, weights, timeOf)) return -Infinity;
    return Math.max(own, waits);
  };
  const isSought = (unit: Unit): boolean => waitersOf(context, unit).length > 0;
  const weighed = units.map((unit) => ({ unit, weight: weigh(unit) })).filter(({ weight }) => weight > -Infinity);
  if (context.study.config.seeds === AUTO) return (weighed.find(({ unit }) => isSought(unit)) ?? weighed[0])?.unit;
  return weighed.toSorted((a, b) => b.weight - a.weight)[0]?.unit;
}

/** The weights of which a unit wants features that others want as well; null for none. */
export function featuresOf(context: Pick<StudyContext, "runs" | "networks">, unit: Unit): string | null {
  const run = runOf(context, unit);
  return run !== undefined && sharesFeatures(context, run) ? run.startsFrom : null;
}

function runOf({ runs }: Pick<StudyContext, "runs">, unit: Unit): PlannedRun | undefined {
  return unit.kind === "run" ? runs.find(({ id }) => id === unit.id) : undefined;
}

/** The runs among some units by the weights whose features they share. */
function groupsOf(context: Planned, units: readonly Unit[]): Map<string, PlannedRun[]> {
  const groups = new Map<string, PlannedRun[]>();
  for (const unit of units) {
    const [run, weights] = [runOf(context, unit), featuresOf(context, unit)];
    if (run !== undefined && weights !== null) groups.set(weights, [...(groups.get(weights) ?? []), run]);
  }
  return groups;
}

/** Milliseconds; where nothing was measured yet, operations tell what takes longer. */
function stopwatch({ costs, works }: Planned): (pieces: readonly Piece[]) => number {
  const isKnown = costs.timeOf(works.flat()) !== null;
  const operations = (pieces: readonly Piece[]): number =>
    pieces.reduce((sum, { units, flops, group }) => sum + (group === "other" ? 0 : units * flops), 0);
  return isKnown ? (pieces) => costs.timeOf(pieces) ?? 0 : operations;
}

function piecesOf({ runs, works }: Planned, run: PlannedRun): readonly Piece[] {
  return works[runs.indexOf(run)] ?? [];
}

function withoutFeatures(context: Planned, run: PlannedRun): Piece[] {
  return piecesOf(context, run).filter(({ kind }) => !kind.startsWith("features "));
}

/** They are counted in one of the runs that share them. */
function featuresTime(context: Planned, weights: string, timeOf: (pieces: readonly Piece[]) => number): number {
  const sharing = context.runs.filter(({ startsFrom }) => startsFrom === weights);
  return Math.max(
    0,
    ...sharing.map((run) => timeOf(piecesOf(context, run).filter(({ kind }) => kind.startsWith("features ")))),
  );
}

/** The runs that cannot begin before a unit is over. */
function waitersOf({ runs, found }: Planned, unit: Unit): PlannedRun[] {
  const waits = (run: PlannedRun): boolean => {
    if (isOver(found.records.get(run.id))) return false;
    if (unit.kind === "tuning") return run.strategy === unit.strategy;
    return unit.kind === "run" && run.startsFrom === unit.id;
  };
  return runs.filter(waits);
}

/** The time of a unit and of the longest chain of runs that wait for it. */
function chainOf(context: Planned, unit: Unit, timeOf: (pieces: readonly Piece[]) => number): number {
  const trials = unit.kind === "tuning" ? `trials ${unit.strategy}` : null;
  const own = trials === null ? [] : tuningPieces(context, new Map()).filter(({ kind }) => kind === trials);
  const run = runOf(context, unit);
  const waiting = waitersOf(context, unit).map((waiter) => chainOf(context, { kind: "run", id: waiter.id }, timeOf));
  return timeOf(run === undefined ? own : piecesOf(context, run)) + Math.max(0, ...waiting);
}
