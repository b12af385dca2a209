/** @file Rows of features in a file. */

import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { featureFile } from "./feature-file.ts";

const size = { count: 5, shape: [2, 3], sizeBytes: 5 * 6 * 4 };

describe("a store in a file", () => {
  test("leaves nothing behind, however its process ends: the file has no name", () => {
    const names = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("graft-features-"));
    const earlier = names();
    const store = featureFile(size);
    store.write(0, new Float32Array(30).fill(7));
    expect(names().filter((name) => !earlier.includes(name))).toEqual([]);
    const row = new Float32Array(6);
    store.read(Uint32Array.of(4), row);
    expect([...row]).toEqual([7, 7, 7, 7, 7, 7]);
    store.close();
  });

  test("says so if rows were never written", () => {
    const store = featureFile(size);
    store.write(0, new Float32Array(6));
    expect(() => store.read(Uint32Array.of(4), new Float32Array(6))).toThrow(
      /graft-features-.*\.f32: expected 24 bytes at offset 96, got fewer\. Start the study again\.$/,
    );
    store.close();
  });
});
