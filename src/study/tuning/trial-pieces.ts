/** @file The work of trials of learning rates, piece by piece. */

import { beside } from "../context/analysis-pieces.ts";
import type { StudyContext } from "../context/study-context.ts";
import type { Piece } from "../run/costs.ts";
import { countTrials } from "./tune-strategy.ts";
import { awaitingRates } from "./tuned-runs.ts";

type Ahead = Pick<StudyContext, "runs" | "works" | "costs" | "found" | "study" | "split">;

/** Trials of the strategies that have none yet; `done` has the shares of those under way. */
export function tuningPieces(context: Ahead, done: ReadonlyMap<string, number>): Piece[] {
  const { runs, found, study, works, costs } = context;
  if (study.config.tuning === null) return [];
  const strategies = [...new Set(runs.map(({ strategy }) => strategy))];
  return strategies.flatMap((strategy) => {
    const waiting = awaitingRates(runs, { strategy, known: found.tuning });
    if (waiting.length === 0) return [];
    const { trainings, trials } = countTrials(context, waiting);
    // every trial opens its stages and is scored at its end
    const ofOne = works[runs.indexOf(waiting[0])].filter(({ kind }) => /^(step|open) /.test(kind));
    const ms = costs.timeOf(ofOne.map((piece) => times(piece, piece.kind.startsWith("step ") ? trainings : trials)));
    const left = 1 - (done.get(strategy) ?? 0);
    return [beside({ kind: `trials ${strategy}`, units: left, flops: ms ?? 0 })];
  });
}

function times(piece: Piece, factor: number): Piece {
  return { ...piece, units: piece.units * factor, fewest: piece.units * factor };
}
