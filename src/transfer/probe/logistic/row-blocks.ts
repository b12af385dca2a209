/** @file Rows of features, some at a time. */

import { sizeOf } from "../../../core/index.ts";
import type { FeatureRows } from "../../feature-cache.ts";

/** Numbers in a block: 4 MB, which the processor's cache holds while they are read more than once. */
const BLOCK_LENGTH = 2 ** 20;

/** Consecutive rows. */
export interface RowBlock {
  /** Index of the first. */
  readonly start: number;
  readonly count: number;
  /** [count, width] */
  readonly values: Float32Array;
}

/** How many rows make a block, of so many that are `width` numbers wide. */
export function rowsPerBlock({ count, width }: { count: number; width: number }): number {
  return Math.max(1, Math.min(count, Math.floor(BLOCK_LENGTH / width)));
}

/** All rows in order; `values` are those of the block alone, for the caller to keep. */
export function* rowBlocks(rows: FeatureRows): Generator<RowBlock> {
  const width = sizeOf(rows.shape);
  const atOnce = rowsPerBlock({ count: rows.count, width });
  for (let start = 0; start < rows.count; start += atOnce) {
    const count = Math.min(atOnce, rows.count - start);
    const values = new Float32Array(count * width);
    rows.read(
      Uint32Array.from({ length: count }, (_, index) => start + index),
      values,
    );
    yield { start, count, values };
  }
}
