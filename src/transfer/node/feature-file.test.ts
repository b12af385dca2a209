/** @file Rows of features in a file. */

import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { featureFile } from "./feature-file.ts";

const size = { count: 5, shape: [2, 3], sizeBytes: 5 * 6 * 4 };

function featureFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("graft-features-"));
}

describe("a store in a file", () => {
  test("deletes the file and its folder when closed", () => {
    const earlier = featureFolders();
    const store = featureFile(size);
    const made = featureFolders().filter((name) => !earlier.includes(name));
    expect(made.length).toBeGreaterThan(0);
    store.close();
    expect(made.filter((name) => existsSync(`${tmpdir()}/${name}`))).toEqual([]);
  });

  test("shares one listener for the end of the process with all others", () => {
    const listeners = process.listenerCount("exit");
    const stores = Array.from({ length: 12 }, () => featureFile(size));
    expect(process.listenerCount("exit")).toBe(listeners + 1);
    for (const store of stores) store.close();
    expect(process.listenerCount("exit")).toBe(listeners);
  });

  test("says so if rows were never written", () => {
    const store = featureFile(size);
    store.write(0, new Float32Array(6));
    expect(() => store.read(Uint32Array.of(4), new Float32Array(6))).toThrow(
      /features\.f32: expected 24 bytes at offset 96, got fewer\. Start the study again\.$/,
    );
    store.close();
  });
});
