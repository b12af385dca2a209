/** @file A batch that is computed in parts, one after the other, so that a step needs the memory of one of them. */

import { int64 } from "../../../core/index.ts";
import type { Operations, Value } from "../../onnx/index.ts";

/**
 * Sizes of the fewest parts of at most `largest` samples, as even as can be; no two of one size where that is possible.
 *
 * onnxruntime plans by size which value takes over the memory of which earlier one, and does not free what one of a later
 * part would take over: of a part whose sizes are its own, everything is free for the next one.
 */
export function partSizes(batchSize: number, largest: number): number[] {
  if (largest >= batchSize) return [batchSize];
  const apart = canDiffer(batchSize, largest) ? 1 : 0;
  let parts = Math.ceil(batchSize / largest);
  while (parts * largest - (apart * parts * (parts - 1)) / 2 < batchSize) parts++;
  const steps = (apart * parts * (parts - 1)) / 2;
  const first = Math.ceil((batchSize + steps) / parts);
  const excess = parts * first - steps - batchSize;
  return Array.from({ length: parts }, (_, part) => first - apart * part - (part >= parts - excess ? 1 : 0));
}

/** True where parts of at most `largest` samples that are all of different sizes make up the batch. */
export function canDiffer(batchSize: number, largest: number): boolean {
  return (largest * (largest + 1)) / 2 >= batchSize;
}

/** Which samples of a batch are a part of it: [size] int64; null for all of them. */
export type PartRows = Value | null;

/** The rows of a part; not known before all of `after` is computed. */
export function partRows(
  g: Operations,
  { start, size, batchSize, after }: { start: number; size: number; batchSize: number; after: readonly Value[] },
): PartRows {
  if (size === batchSize) return null;
  const rows = g.constant(int64(Array.from({ length: size }, (_, row) => start + row)));
  return after.length === 0 ? rows : g.add(rows, zeroAfter(g, after));
}

/** The rows of a part of what has one for each sample. */
export function takeRows(g: Operations, x: Value, rows: PartRows): Value {
  return rows === null ? x : g.gather(x, rows, 0);
}

/**
 * 0 as int64, computed from a number of each value: no number is greater than itself, whatever it is.
 *
 * onnxruntime computes what a node needs in the order of its inputs' places in the file, the last one first. A chain that
 * ends in the last value has it compute the gradients of the last layers first, which are there first: what they are
 * made from is freed on the way.
 */
function zeroAfter(g: Operations, values: readonly Value[]): Value {
  const [every, first] = [g.constant(int64([-1])), g.constant(int64([0]))];
  const numbers = values.map((value) => g.gather(g.op("Reshape", [value, every]), first, 0));
  const one = numbers.toReversed().reduce((chain, number) => g.max(chain, number));
  return g.op("ReduceMax", [g.cast(g.greater(one, one), "int64")], { keepdims: 0 });
}
