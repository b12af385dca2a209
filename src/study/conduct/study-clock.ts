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
  "runs" | "works" | "costs" | "found" | "study" | "split" | "data" | "networks" | "tasksOf"
>;

/** Steps that end at the same moment were made at once. */
const SAME_MOMENT_MS = 1;

/** Where the study is. */
interface Position {
  index: number;
  /** Of the run under way, the last of them a part. */
  epochs: number;
  /** Images whose features the run has computed. */
  features: number;
  tuning: { strategy: string; share: number } | null;
}

/** Fills in the time left of every event that has one, before `listener` is told of it. */
export function timeStudy(context: Followed, listener: StudyListener): StudyListener {
  const position: Position = { index: -1, epochs: 0, features: 0, tuning: null };
  const measure = measureBy(context);
  return (event) => {
    follow(position, event);
    measure(event, context.works[position.index] ?? []);
    if (!("studyTimeLeftMs" in event)) return listener(event);
    const studyTimeLeftMs = context.costs.timeOf(piecesLeft(context, position));
    if (event.type !== "batch") return listener({ ...event, studyTimeLeftMs });
    const runTimeLeftMs = context.costs.timeOf(leftOfRun(context, position));
    return listener({ ...event, runTimeLeftMs, studyTimeLeftMs });
  };
}

/** All that the study will still do, as far as it is known now. */
export function piecesAhead(context: Followed): Piece[] {
  return piecesLeft(context, { index: -1, epochs: 0, features: 0, tuning: null });
}

function follow(position: Position, event: StudyEvent): void {
  switch (event.type) {
    case "run-started":
      return void Object.assign(position, {
        index: event.index,
        epochs: event.resumedAtEpoch,
        features: 0,
        tuning: null,
      });
    case "tuning":
      return void (position.tuning = event);
    case "batch":
      return void (position.epochs = event.epoch - 1 + event.batch / event.batches);
    case "epoch":
      return void (position.epochs = event.record.epoch);
    case "run-finished":
      return void (position.index = -1);
  }
}

function piecesLeft(context: Followed, position: Position): Piece[] {
  const { runs, works, found } = context;
  const ahead = works.flatMap((pieces, index) => {
    if (index === position.index) return leftOfRun(context, position);
    return isOver(found.records.get(runs[index].id)) ? [] : pieces;
  });
  return [...ahead, ...tuningPieces(context, position.tuning), ...analysisPieces(context)];
}

function leftOfRun({ works }: Followed, { index, epochs, features }: Position): Piece[] {
  return leftAfter(works[index], epochs).map((piece) => {
    if (!piece.kind.startsWith("features ")) return piece;
    const units = Math.max(0, piece.units - features);
    return { ...piece, units, fewest: units };
  });
}

/** Tells the study's costs what events say of them. */
function measureBy({ costs }: Followed): (event: StudyEvent, pieces: readonly Piece[]) => void {
  /** What was done when the measured time began, and when last told of; the first of everything is slow. */
  let begun: { at: number; done: number } | null = null;
  let last: { at: number; done: number; kind: string } | null = null;
  const told = (kind: string, done: number, measured: (units: number, ms: number) => void): void => {
    const at = performance.now();
    if (last?.kind !== kind || done < last.done) [begun, last] = [null, null];
    if (last !== null && at - last.at > SAME_MOMENT_MS) {
      if (begun === null) begun = last;
      else measured(last.done - begun.done, last.at - begun.at);
    }
    last = { at, done, kind };
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
    if (event.type === "features") told("features", event.images, measured("features", pieces, 0));
    if (event.type === "batch") told(`step ${event.epoch}`, event.batch, measured("step", pieces, event.epoch - 1));
    if (event.type === "tuning") {
      const trials = { kind: `trials ${event.strategy}`, group: "other", flops: 0 } as const;
      told(trials.kind, event.share, (share, ms) => costs.measured(trials, share, ms));
    }
    if (event.type === "epoch") ofEpoch(event, pieces);
  };
}
