/** @file `npm run profile`: the time of a step by operator and node, and its graph as files. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { onnx } from "../../src/engine/index.ts";

const program = fileURLToPath(new URL("../../bench/profile.ts", import.meta.url));

function profile(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
}

test("prints what a step's operators and nodes took, and writes the graph before and after it is lowered", () => {
  const folder = mkdtempSync(join(tmpdir(), "graft-profile-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { status, stdout } = profile("--batch", "2", "--threads", "1", "--steps", "2", "--graphs", folder);
  expect(status).toBe(0);
  expect(stdout).toMatch(/ms in nodes, a step\./);
  expect(stdout).toMatch(/^ +[\d.]+ ms +[\d.]+ % +\d+ {2}Conv$/m);
  expect(stdout).toMatch(/conv2\/Conv/);
  const operatorsIn = (name: string): string[] =>
    Object.keys(onnx.operatorCounts(onnx.readModelFile(readFileSync(join(folder, name))).graph.node));
  expect(operatorsIn("built.onnx").join()).toContain("ConvGradWeight");
  expect(operatorsIn("lowered.onnx").join()).not.toContain("ConvGradWeight");
});

test("a wrong number ends in a sentence", () => {
  expect(profile("--steps", "none")).toMatchObject({
    status: 2,
    stderr: 'profile: --steps: expected a whole number from 1, got "none".\n',
  });
});
