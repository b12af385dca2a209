/** @file Blocked images put together from those of every n-th row and column. */

import { sizeOf } from "../../../../core/index.ts";
import type { Operations, Value } from "../../../onnx/index.ts";
import { blockedAxes } from "../../layouts.ts";
import { reshape } from "../../reshape.ts";

/** Images [N, C, H, W] by row and column: `parts[i][j]` has rows i, i + n, … and columns j, j + m, …; zeros if left out. */
export type Parts = readonly (readonly (Value | undefined)[])[];

/** The blocked image [N, C, n H, m W] of blocked parts. At least one must be there. */
export function interleave(g: Operations, parts: Parts, blockSize: number): Value {
  const some = parts.flat().find((part) => part !== undefined);
  if (some === undefined) throw new Error("internal: nothing to interleave");
  const [batch, blocks, height, width] = blockedAxes(some.shape, blockSize);
  const rows = parts.map((columns) => placeSideBySide(g, columns, blockSize));
  const row = width * parts[0].length * blockSize;
  const image = placeSideBySide(g, rows, row);
  const shape = [batch, blocks * blockSize, height * parts.length, width * parts[0].length];
  return reshape(g, image ?? some, shape);
}

/** Runs of every value in turn; undefined if there is none. */
function placeSideBySide(g: Operations, values: readonly (Value | undefined)[], run: number): Value | undefined {
  const some = values.find((value) => value !== undefined);
  if (some === undefined || values.length === 1) return some;
  const runs = [sizeOf(some.shape) / run, run];
  const first = values.indexOf(some);
  if (values.every((value, index) => value === undefined || index === first)) {
    return g.pad(reshape(g, some, runs), [0, first * run, 0, (values.length - 1 - first) * run]);
  }
  const zeros = (): Value => g.expand(g.scalar(0), runs);
  return g.concat(
    values.map((value) => (value === undefined ? zeros() : reshape(g, value, runs))),
    1,
  );
}
