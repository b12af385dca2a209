/** @file ONNX's own node tests, out of the onnx package of the Python that `$PYTHON` names. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type NodeCase, type Outcome, runCase } from "./run-case.ts";

const python = process.env["PYTHON"] ?? "/usr/bin/python3";
const script = fileURLToPath(new URL("write_cases.py", import.meta.url));

export interface AllCases {
  /** Of the onnx package, such as `1.12.0`. */
  readonly version: string;
  readonly cases: readonly NodeCase[];
}

/** All cases; null where that Python has no onnx. */
export function allCases(): AllCases | null {
  const folder = mkdtempSync(join(tmpdir(), "graft-onnx-nodes-"));
  try {
    const path = join(folder, "cases.jsonl");
    execFileSync(python, [script, path], { stdio: "ignore" });
    const [version, ...cases] = readFileSync(path, "utf8").trim().split("\n");
    return { version: JSON.parse(version) as string, cases: cases.map((line) => JSON.parse(line) as NodeCase) };
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names by what became of them: of several cases of a name all are wrong if one is, and right if one is. */
export async function namesByOutcome(cases: readonly NodeCase[]): Promise<Record<Outcome, string[]>> {
  const outcomes = new Map<string, Set<Outcome>>();
  for (const one of cases) {
    const before = outcomes.get(one.name) ?? new Set();
    outcomes.set(one.name, before.add(await runCase(one)));
  }
  const names: Record<Outcome, string[]> = { wrong: [], right: [], refused: [] };
  for (const [name, all] of outcomes) {
    const outcome = (["wrong", "right"] as const).find((one) => all.has(one)) ?? "refused";
    names[outcome].push(name);
  }
  return names;
}
