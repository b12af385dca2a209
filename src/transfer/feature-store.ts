/** @file Features of many images: rows of floats, in memory or, where they are too many, elsewhere. */

import { type Shape, sizeOf } from "../core/index.ts";

/** Rows of one shape, written once in order and read in any. */
export interface FeatureStore {
  readonly count: number;
  readonly shape: Shape;
  /** Bytes of all rows. */
  readonly sizeBytes: number;
  /** True if the rows are not in memory. */
  readonly spilled: boolean;
  /** Writes rows beginning at `start`. */
  write(start: number, rows: Float32Array): void;
  /** Copies the given rows into `into`, one after another. */
  read(rows: Uint32Array, into: Float32Array): void;
  /** Frees the memory or deletes the file. */
  close(): void;
}

export type FeatureStoreSize = Pick<FeatureStore, "count" | "shape" | "sizeBytes">;

/** Where features go. */
export interface FeatureStorage {
  /** Bytes of features beyond which they are spilled. */
  readonly memoryLimitBytes: number;
  /** A store that is not in memory; all stay there when left out. */
  readonly spill?: ((size: FeatureStoreSize) => FeatureStore) | undefined;
}

/** A store in memory, or a spilled one if it is larger than the limit. */
export function createFeatureStore(
  { count, shape }: { count: number; shape: Shape },
  { memoryLimitBytes, spill = memoryStore }: FeatureStorage,
): FeatureStore {
  const size = { count, shape, sizeBytes: count * sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT };
  return size.sizeBytes > memoryLimitBytes ? spill(size) : memoryStore(size);
}

function memoryStore(size: FeatureStoreSize): FeatureStore {
  const rowLength = sizeOf(size.shape);
  let data = new Float32Array(size.count * rowLength);
  return {
    ...size,
    spilled: false,
    write: (start, rows) => data.set(rows, start * rowLength),
    read: (rows, into) => {
      rows.forEach((row, index) => into.set(data.subarray(row * rowLength, (row + 1) * rowLength), index * rowLength));
    },
    close: () => {
      data = new Float32Array();
    },
  };
}
