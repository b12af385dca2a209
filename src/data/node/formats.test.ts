/** @file What a name or path of images means, to a study and to who looks it over. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataFormats, formatOf, namesDataFile } from "./formats.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "graft-formats-"));
  for (const place of ["cifar-10-batches-bin", "photos/ant", "arrays.npz"])
    mkdirSync(join(folder, place), { recursive: true });
  writeFileSync(join(folder, "cifar-10-batches-bin", "data_batch_1.bin"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the format of", () => {
  test.each([
    ["shapes10", "named", "named"],
    ["cifar100-coarse", "named", "named"],
    ["photos", "imageFolder", "imageFolder"],
    ["photos/labels.csv", "imageFolder", "imageFolder"],
    ["nothing/there", "imageFolder", "imageFolder"],
    ["nothing/there.npz", "npz", "npz"],
    ["arrays.npz", "npz", "npz"],
    ["cifar-10-batches-bin", "imageFolder", "official"],
    [".", "imageFolder", "official"],
  ] as const)("%s is %s to a study and %s to who looks it over", (place, toStudy, toChecker) => {
    const there = toStudy === "named" ? place : join(folder, place);
    expect(formatOf(there)).toBe(dataFormats[toStudy]);
    expect(formatOf(there, { isChecked: true })).toBe(dataFormats[toChecker]);
  });
});

test("a file is known by its ending, there or not", () => {
  expect(["a.npz", "b/list.csv", "photos", "cifar10", "a.NPZ"].map(namesDataFile)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
