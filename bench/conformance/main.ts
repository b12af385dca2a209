/**
 * @file `npm run conformance`: architectures of timm, as both of PyTorch's exporters write them, held against PyTorch.
 *
 * Each is a line of `bench/results/conformance.json` as soon as it is measured; what is there is not measured again
 * unless it is named. `$PYTHON` has the packages of `requirements.txt`.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeFileAtomic } from "../../src/files/index.ts";
import { machineText, processorText } from "../machine.ts";
import { architectures } from "./architectures.ts";
import type { FileResult } from "./measure.ts";
import {
  type ArchitectureResult,
  type Conformance,
  type Exporter,
  type Outcome,
  exporters,
  hasRightGradients,
} from "./results.ts";
import { writePage } from "./page.ts";

/** What the exporting process says last. */
interface Exported {
  readonly parameters: number;
  readonly size: readonly number[];
  readonly failures: Readonly<Record<string, string>>;
}

/** More than one architecture is allowed: exporting some takes minutes. */
const LIMIT_MS = 900_000;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const resultsPath = here("../results/conformance.json");
const packages = readFileSync(here("requirements.txt"), "utf8")
  .split("\n")
  .filter((line) => line.includes("=="));

const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    /** Where exported files lie; those that are there are not exported again. */
    files: { type: "string", default: here("../../.graft/conformance") },
    /** Leaves the files there, tens of gigabytes for all. */
    keep: { type: "boolean", default: false },
    /** Takes no times, where the machine is busy with other things. */
    untimed: { type: "boolean", default: false },
  },
});
const python = process.env["PYTHON"] ?? "python3";

for (const name of named.length > 0 ? named : architectures) {
  if (named.length === 0 && readResults().some((result) => result.name === name)) continue;
  console.error(`conformance: ${name}`);
  const folder = join(values.files, name);
  const result = attempted(() => measured(name, folder));
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
  if (result === null) continue;
  const others = readResults().filter((one) => one.name !== name);
  const known = [...others, result].sort((a, b) => a.name.localeCompare(b.name));
  await writeResults(known);
}
await writePage({ made: made(), results: readResults() });

/** One that cannot be exported, or takes too long for it, keeps nobody else from being measured. */
function attempted(measure: () => ArchitectureResult): ArchitectureResult | null {
  try {
    return measure();
  } catch (error) {
    console.error(`conformance: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    return null;
  }
}

function made(): Conformance["made"] {
  return { packages, machine: machineText(), processor: processorText() };
}

function readResults(): readonly ArchitectureResult[] {
  return existsSync(resultsPath) ? (JSON.parse(readFileSync(resultsPath, "utf8")) as Conformance).results : [];
}

async function writeResults(results: readonly ArchitectureResult[]): Promise<void> {
  await writeFileAtomic(resultsPath, `${JSON.stringify({ made: made(), results }, null, 1)}\n`);
}

function measured(name: string, folder: string): ArchitectureResult {
  const { parameters, size, failures } = exported(name, folder);
  const outcome = (exporter: Exporter): Outcome => {
    const failure = failures[exporter];
    if (failure !== undefined) return { kind: "not exported", reason: failure };
    return firstRight([0, 1], (draw) =>
      measuredFile(join(folder, `${exporter}.onnx`), join(folder, `draw-${draw}.safetensors`)),
    );
  };
  const outcomes = Object.fromEntries(
    (Object.keys(exporters) as Exporter[]).map((exporter) => [exporter, outcome(exporter)]),
  ) as Record<Exporter, Outcome>;
  return { name, parameters, size, outcomes };
}

/**
 * What came of the first draw of images, unless gradients are further off than they may be and those of another are not.
 *
 * Of a million numbers that go through a ReLU one may lie so near to 0 that rounding decides on which side; a wrong rule
 * is wrong on all images.
 */
function firstRight(draws: readonly number[], measure: (draw: number) => Outcome): Outcome {
  const [first, ...others] = draws;
  const outcome = measure(first);
  if (outcome.kind !== "read" || outcome.step === null || hasRightGradients(outcome)) return outcome;
  return others.map(measure).find(hasRightGradients) ?? outcome;
}

/** What the exporter said, of this time or of the one that left the files. */
function exported(name: string, folder: string): Exported {
  const said = join(folder, "exported.json");
  if (!existsSync(said)) {
    mkdirSync(folder, { recursive: true });
    const { status, stderr } = call(python, [here("export.py"), name, folder]);
    if (status !== 0 || !existsSync(said))
      throw new Error(`${name}: ${status === null ? "stopped after a quarter of an hour" : lastLine(stderr)}`);
  }
  return JSON.parse(readFileSync(said, "utf8")) as Exported;
}

function measuredFile(path: string, reference: string): Outcome {
  const { status, stdout, stderr } = call(process.execPath, [
    here("measure.ts"),
    path,
    reference,
    ...(values.untimed ? ["untimed"] : []),
  ]);
  if (status !== 0) return { kind: "not read", reason: withoutFolder(lastLine(stderr), path) };
  const result = JSON.parse(lastLine(stdout)) as FileResult;
  const { untrainable } = result;
  return { kind: "read", ...result, untrainable: untrainable && withoutFolder(untrainable, path) };
}

function call(program: string, args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(program, args, { encoding: "utf8", timeout: LIMIT_MS, maxBuffer: 2 ** 28 });
}

/** The line of an error, or the last that there is. */
function lastLine(text: string): string {
  const lines = text.trim().split("\n");
  return lines.find((line) => /^\w*Error: /.test(line)) ?? lines[lines.length - 1];
}

/** Sentences name files as they are given; a table is about their operators. */
function withoutFolder(text: string, path: string): string {
  return text.replaceAll(`${path}: `, "").replaceAll(path, "the file");
}
