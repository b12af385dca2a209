/** @file Follows a study by its events: measures what its work costs, and says how long the rest will take. */

import { analysisPieces } from "../context/analysis-pieces.ts";
import type { StudyContext } from "../context/study-context.ts";
import type { StudyEvent, StudyListener } from "../records/events.ts";
import { isOver } from "../records/run-store.ts";
import { type Piece, leftAfter } from "../run/costs.ts";
import { tuningPieces } from "../tuning/trial-pieces.ts";

type EventOf<T extends StudyEvent["type"]> = Extract<StudyEvent, { type: T }>;
type Followed = Pick<
  StudyContext,
  "runs" | "works" | "costs" | "found" | "study" | "split" | "data" | "networks" | "tasksOf" | "jobs"
>;

/** Steps that end at the same moment were made at once. */
const SAME_MOMENT_MS = 1;

/** Where a study is. */
interface Position {
  /** Epochs of the runs under way, by id, the last of each a part. */
  readonly epochs: Map<string, number>;
  /** By strategy, the share of its trials that is done. */
  readonly trials: Map<string, number>;
}

/** Fills in the time left of every event that has one, before `listener` is told of it. */
export function timeStudy(context: Followed, listener: StudyListener): StudyListener {
  const position = beginning();
  const measure = measureBy(context);
  return (event) => {
    follow(position, event);
    const index = "run" in event ? context.runs.findIndex(({ id }) => id === event.run?.id) : -1;
    measure(event, context.works[index] ?? []);
    if (!("studyTimeLeftMs" in event)) return listener(event);
    const studyTimeLeftMs = timeLeft(context, position);
    if (event.type !== "batch") return listener({ ...event, studyTimeLeftMs });
    const runTimeLeftMs = context.costs.timeOf(leftOfRun(context, index, position));
    return listener({ ...event, runTimeLeftMs, studyTimeLeftMs });
  };
}

/** All that the study will still do, as far as it is known now. */
export function piecesAhead(context: Followed): Piece[] {
  return piecesLeft(context, beginning());
}

/** The share of its work's time that a study takes which has not begun: less than all of it where several runs train at once. */
export function shareOfWork(context: Followed): number {
  const whole = context.costs.timeOf(piecesAhead(context));
  return (timeLeft(context, beginning()) ?? 1) / (whole === null || whole === 0 ? 1 : whole);
}

function beginning(): Position {
  return { epochs: new Map(), trials: new Map() };
}

function follow({ epochs, trials }: Position, event: StudyEvent): void {
  switch (event.type) {
    case "run-started":
      return void epochs.set(event.run.id, event.resumedAtEpoch);
    case "tuning":
      return void trials.set(event.strategy, event.share);
    case "batch":
      return void epochs.set(event.run.id, event.epoch - 1 + event.batch / event.batches);
    case "epoch":
      return void epochs.set(event.run.id, event.record.epoch);
    case "run-finished":
      return void epochs.delete(event.run.id);
  }
}

function piecesLeft(context: Followed, position: Position): Piece[] {
  const ofRuns = context.runs.flatMap((_, index) => leftOfRun(context, index, position));
  return [...ofRuns, ...tuningPieces(context, position.trials), ...analysisPieces(context)];
}

function leftOfRun({ runs, works, found }: Followed, index: number, { epochs }: Position): readonly Piece[] {
  const { id } = runs[index];
  const done = epochs.get(id);
  if (done !== undefined) return leftAfter(works[index], done);
  return isOver(found.records.get(id)) ? [] : works[index];
}

/** Several jobs share the work, but runs that start from each other follow each other. */
function timeLeft(context: Followed, position: Position): number | null {
  const { costs, runs, jobs } = context;
  const whole = costs.timeOf(piecesLeft(context, position));
  if (whole === null || jobs === 1) return whole;
  const chains = new Map<string, number>();
  for (const [index, { id, startsFrom }] of [...runs.entries()].toReversed()) {
    const chain = (costs.timeOf(leftOfRun(context, index, position)) ?? 0) + (chains.get(id) ?? 0);
    chains.set(id, chain);
    if (startsFrom !== null) chains.set(startsFrom, Math.max(chain, chains.get(startsFrom) ?? 0));
  }
  return Math.max(whole / jobs, ...chains.values());
}

/** Tells the study's costs what events say of them. */
function measureBy({ costs }: Followed): (event: StudyEvent, pieces: readonly Piece[]) => void {
  const watches = new Map<string, ReturnType<typeof createWatch>>();
  /** What is under way at once is measured each for itself. */
  const told = (of: string, ...what: Parameters<ReturnType<typeof createWatch>>): void => {
    const watch = watches.get(of) ?? createWatch();
    watches.set(of, watch);
    watch(...what);
  };
  const measured = (kind: string, pieces: readonly Piece[], epochs: number) => {
    const piece = pieces.find(
      ({ kind: own, span: [begin, end] }) =>
        own.startsWith(`${kind} `) && epochs >= begin && (epochs < end || begin === end),
    );
    return (units: number, ms: number): void => piece && costs.measured(piece, units, ms);
  };
  const ofEpoch = ({ record }: EventOf<"epoch">, pieces: readonly Piece[]): void => {
    const scored = pieces.find(
      ({ kind, span: [begin, end] }) => kind.startsWith("score ") && record.epoch <= end && record.epoch > begin,
    );
    const share = scored === undefined ? 0 : scored.units / (scored.span[1] - scored.span[0]);
    if (scored !== undefined) costs.measured(scored, share, record.durationMs - record.trainDurationMs);
    const stepped = pieces.find(
      ({ kind, span: [begin, end] }) => kind.startsWith("step ") && record.epoch <= end && record.epoch > begin + 1,
    );
    if (stepped !== undefined)
      costs.measured(stepped, stepped.units / (stepped.span[1] - stepped.span[0]), record.trainDurationMs);
  };
  return (event, pieces) => {
    if (event.type === "features") told(event.run.id, "features", event.images, measured("features", pieces, 0));
    if (event.type === "batch")
      told(event.run.id, `step ${event.epoch}`, event.batch, measured("step", pieces, event.epoch - 1));
    if (event.type === "run-finished") watches.delete(event.run.id);
    if (event.type === "tuning") {
      const trials = { kind: `trials ${event.strategy}`, group: "other", flops: 0 } as const;
      told(trials.kind, trials.kind, event.share, (share, ms) => costs.measured(trials, share, ms));
    }
    if (event.type === "epoch") ofEpoch(event, pieces);
  };
}

/** Tells how long what was done took, kind after kind; the first of everything is slow and not told of. */
function createWatch() {
  /** What was done when the measured time began, and when last told of. */
  let begun: { at: number; done: number } | null = null;
  let last: { at: number; done: number; kind: string } | null = null;
  return (kind: string, done: number, measured: (units: number, ms: number) => void): void => {
    const at = performance.now();
    if (last?.kind !== kind || done < last.done) [begun, last] = [null, null];
    if (last !== null && at - last.at > SAME_MOMENT_MS) {
      if (begun === null) begun = last;
      else measured(last.done - begun.done, last.at - begun.at);
    }
    last = { at, done, kind };
  };
}
