/** @file ONNX's own node tests: those that were right stay right, and none is wrong. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allCases, namesByOutcome } from "./all-cases.ts";

const lists = JSON.parse(readFileSync(new URL("right.json", import.meta.url), "utf8")) as Record<string, string[]>;

/** Where ONNX scales by what was asked for, onnxruntime and PyTorch by the whole lengths that come of it. */
const known: ReadonlySet<string> = new Set([
  "test_resize_downsample_scales_cubic_align_corners",
  "test_resize_downsample_scales_linear_align_corners",
]);

const all = allCases();
const right = all === null ? undefined : lists[all.version];
if (right === undefined) {
  const why = all === null ? "Python has no onnx" : `onnx ${all.version} has no list (test/onnx-nodes/list-right.ts)`;
  console.log(`skipped: ONNX's node tests, since ${why}`);
}

test.skipIf(right === undefined)(
  "what was right stays right, what is new is listed, and nothing is wrong",
  async () => {
    const outcomes = await namesByOutcome(all?.cases ?? []);
    expect(outcomes.wrong.filter((name) => !known.has(name))).toEqual([]);
    expect(outcomes.right).toEqual(right);
  },
);
