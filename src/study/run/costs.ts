/** @file What work costs on this machine: the time of a unit, of each kind as it was measured last. */

import type { TimeRange } from "../records/events.ts";

/** Work whose operations take about equally long. */
type Group = "step" | "forward" | "solve" | "other";

/** Units of work of one kind, which take equally long. */
export interface Piece {
  /** For example `step full/0/images/32`. */
  readonly kind: string;
  readonly group: Group;
  readonly units: number;
  /** Units that it takes at least, where a run may be stopped early. */
  readonly fewest: number;
  /** Floating point operations of a unit: until its kind is measured they take as long as in one of its group with about as many. */
  readonly flops: number;
  /** Finished epochs of the run when it begins and when it ends; two of the same for what is done at once. */
  readonly span: readonly [begin: number, end: number];
}

/** What is known of this machine. */
export interface Costs {
  /** So many units of a kind took so long. */
  measured(piece: Pick<Piece, "kind" | "group" | "flops">, units: number, ms: number): void;
  /** Null where nothing of a piece's group was measured. */
  timeOf(pieces: readonly Piece[]): number | null;
  /** The same as a range: what was measured varies, what was not may be twice or half of it. */
  rangeOf(pieces: readonly Piece[]): TimeRange | null;
}

/** Milliseconds an operation, of work that is rarely much and never measured before it is done. */
const usual: Readonly<Record<Group, number | null>> = { step: null, forward: null, solve: 1e-7, other: 1 };
/** What was measured takes so many times as long when the machine is busier, or less. */
const VARIES = 1.35;
const UNSURE = 2;

/** What a kind took last. */
interface Measured extends Pick<Piece, "group" | "flops"> {
  ms: number;
}

/** Of those of a group the one that does as much: what does little takes as long for its calls as for its operations. */
function nearestOf(known: readonly Measured[], { group, flops }: Pick<Piece, "group" | "flops">): Measured | null {
  if (group === "other") return null;
  const distance = (one: Measured): number => Math.abs(Math.log(one.flops / flops));
  return known
    .filter((one) => one.group === group && one.flops > 0)
    .reduce<Measured | null>((best, one) => (best !== null && distance(best) < distance(one) ? best : one), null);
}

/** A machine of which nothing is known yet. */
export function createCosts(): Costs {
  const known = new Map<string, Measured>();
  /** By group and operations: times are asked for after every batch, and kinds that are new are few. */
  const nearest = new Map<string, Measured | null>();
  const unitMs = ({ kind, group, flops }: Piece): number | null => {
    const measured = known.get(kind);
    if (measured !== undefined) return measured.ms;
    const work = `${group} ${flops}`;
    if (!nearest.has(work)) nearest.set(work, nearestOf([...known.values()], { group, flops }));
    const alike = nearest.get(work) ?? null;
    const pace = alike === null ? usual[group] : alike.ms / alike.flops;
    return pace === null ? null : pace * flops;
  };
  const sum = (pieces: readonly Piece[], timeOf: (piece: Piece, ms: number) => number): number | null => {
    let total = 0;
    for (const piece of pieces) {
      const ms = piece.units === 0 ? 0 : unitMs(piece);
      if (ms === null) return null;
      total += timeOf(piece, ms);
    }
    return total;
  };
  const doubt = ({ kind }: Piece): number => (known.has(kind) ? VARIES : UNSURE);
  return {
    measured: ({ kind, group, flops }, units, ms) => {
      if (!(units > 0 && ms > 0)) return;
      const found = known.get(kind);
      if (found === undefined) nearest.clear();
      known.set(kind, Object.assign(found ?? { group, flops }, { ms: ms / units }));
    },
    timeOf: (pieces) => sum(pieces, ({ units, fewest }, ms) => ((units + fewest) / 2) * ms),
    rangeOf: (pieces) => {
      const lowMs = sum(pieces, (piece, ms) => (piece.fewest * ms) / doubt(piece));
      const highMs = sum(pieces, (piece, ms) => piece.units * ms * doubt(piece));
      return lowMs === null || highMs === null ? null : { lowMs, highMs };
    },
  };
}

/** What is left of a run's pieces after so many epochs, the last of them a part. */
export function leftAfter(pieces: readonly Piece[], epochs: number): Piece[] {
  return pieces.flatMap((piece) => {
    const [begin, end] = piece.span;
    const share = begin === end ? Number(epochs <= begin) : Math.min(1, Math.max(0, (end - epochs) / (end - begin)));
    if (share === 0) return [];
    const units = piece.units * share;
    // one that has gone on past what it takes at least may stop any time
    const fewest = Math.min(units, Math.max(0, piece.fewest - (piece.units - units)));
    return [{ ...piece, units, fewest }];
  });
}
