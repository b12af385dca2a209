/** @file Rows of features in memory and in a file. */

import { describe, expect, test } from "vitest";
import { type FeatureStore, createFeatureStore } from "./feature-store.ts";
import { featureFile } from "./node/index.ts";

const size = { count: 5, shape: [2, 3] };
const sizeBytes = 5 * 6 * 4;
const rows = Float32Array.from({ length: 30 }, (_, index) => Math.sqrt(index) - 2);

function filled(memoryLimitBytes: number): FeatureStore {
  const store = createFeatureStore(size, { memoryLimitBytes, spill: featureFile });
  store.write(0, rows.subarray(0, 18));
  store.write(3, rows.subarray(18));
  return store;
}

function read(store: FeatureStore, wanted: readonly number[]): number[] {
  const into = new Float32Array(wanted.length * 6);
  store.read(Uint32Array.from(wanted), into);
  return [...into];
}

describe.each([
  { where: "memory", limit: sizeBytes, spilled: false },
  { where: "a file", limit: sizeBytes - 1, spilled: true },
])("a store in $where", ({ limit, spilled }) => {
  test("is there by the limit", () => {
    const store = filled(limit);
    expect(store).toMatchObject({ count: 5, shape: [2, 3], sizeBytes, spilled });
    store.close();
  });

  test("gives back the very bytes, in any order and more than once", () => {
    const store = filled(limit);
    const expected = [4, 0, 0, 2].flatMap((row) => [...rows.subarray(row * 6, row * 6 + 6)]);
    expect(read(store, [4, 0, 0, 2])).toEqual(expected);
    store.close();
  });

  test("keeps what it was given when the caller's array changes", () => {
    const own = Float32Array.from(rows);
    const store = createFeatureStore(size, { memoryLimitBytes: limit, spill: featureFile });
    store.write(0, own);
    own.fill(0);
    expect(read(store, [0])).toEqual([...rows.subarray(0, 6)]);
    store.close();
  });
});
