/**
 * @file `npm run bench`: Graft and its peers side by side, interleaved, several rounds.
 *
 * Every scenario's result goes into `bench/results/latest.json` as soon as it is there, beside those of other
 * scenarios, devices and processors, and last the whole into `docs/performance.md` and the README. With `--results`
 * another file is written, and the pages are left as they are. PyTorch is the one that is installed (`$PYTHON`, or
 * Debian's); with `--peers modern` a current one, and Keras, which the bench installs in a folder of its own.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ConfigError, unknownName } from "../src/core/index.ts";
import { parseDevice } from "../src/engine/runtime/node/index.ts";
import { benchFile } from "./commands.ts";
import { measureScenario } from "./measure.ts";
import { machineText, processorText } from "./machine.ts";
import { writeMarkedPart } from "./performance-page.ts";
import { type Python, pythonOf } from "./python.ts";
import { FORMAT_VERSION, type Results, type ScenarioResult, mergeResults } from "./results.ts";
import type { Scenario } from "./scenario.ts";
import { allScenarios } from "./scenarios.ts";
import { speedText } from "./speed-table.ts";
import { performanceText, terminalText } from "./table.ts";

try {
  await main();
} catch (error) {
  // what the user can mend is one sentence; anything else is a fault of ours, with its place
  if (!(error instanceof ConfigError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const values = readOptions();
  const python = pythonOf(values.peers);
  const scenarios = allScenarios({ device: values.device, python });
  if (values.list) {
    for (const { name, description } of scenarios) console.log(`${name.padEnd(28)} ${description}`);
    return;
  }
  const path = values.results ?? benchFile("results/latest.json");
  const order = scenarios.map(({ name }) => name);
  const device = await parseDevice(values.device);
  const options = { rounds: roundsFrom(values.rounds), device, machine: machineText(), processor: processorText() };
  const toMeasure = chosen(scenarios, values.only);
  console.error(`bench: On ${options.processor}, against ${torchText(python())}.`);
  let results = read(path);
  for (const scenario of toMeasure) {
    const result = await measureScenario(scenario, options).catch((error: unknown) => failed(scenario, error));
    if (result === null) continue;
    results = mergeResults(results, [result], order);
    write(path, results);
    if (!values.json) console.log(terminalText(result));
  }
  if (values.results === undefined) {
    await writeMarkedPart("docs/performance.md", performanceText(results));
    await writeMarkedPart("README.md", speedText(results));
  }
  if (values.json) console.log(asText(results));
}

function torchText({ program, torch }: Python): string {
  return torch === null ? "no PyTorch, since no Python here has it" : `PyTorch ${torch} of ${program}`;
}

/** The other scenarios are measured all the same, and earlier figures of this one stay. */
function failed({ name }: Scenario, error: unknown): null {
  console.error(`bench: ${name} could not be measured.`, error);
  process.exitCode = 1;
  return null;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        list: { type: "boolean", default: false },
        only: { type: "string", multiple: true },
        json: { type: "boolean", default: false },
        rounds: { type: "string" },
        device: { type: "string", default: "cpu" },
        peers: { type: "string", default: "system" },
        results: { type: "string" },
      },
    });
    return values;
  } catch (cause) {
    throw new ConfigError((cause as Error).message, { cause });
  }
}

/** A name that is no scenario's own stands for all that begin with it: `train` for `train-b32-t1` and the like. */
function chosen(scenarios: readonly Scenario[], names: readonly string[] | undefined): readonly Scenario[] {
  if (names === undefined) return scenarios.filter(({ onlyIfNamed }) => onlyIfNamed !== true);
  const known = scenarios.map(({ name }) => name);
  const wanted = names.flatMap((name) => {
    const found = known.includes(name) ? [name] : known.filter((candidate) => candidate.startsWith(`${name}-`));
    if (found.length === 0) throw unknownName(name, known, "--only");
    return found;
  });
  return scenarios.filter(({ name }) => wanted.includes(name));
}

function roundsFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw new ConfigError(`--rounds: expected a whole number from 1, got "${text}".`);
  return Number(text);
}

/** The results so far; none where the file is missing or of an earlier form. */
function read(path: string): readonly ScenarioResult[] {
  if (!existsSync(path)) return [];
  const { formatVersion, results } = JSON.parse(readFileSync(path, "utf8")) as Partial<Results>;
  if (formatVersion === FORMAT_VERSION && results !== undefined) return results;
  console.error(`bench: ${path} is of an earlier form and is written anew.`);
  return [];
}

function write(path: string, results: readonly ScenarioResult[]): void {
  writeFileSync(path, `${asText(results)}\n`);
}

function asText(results: readonly ScenarioResult[]): string {
  return JSON.stringify({ formatVersion: FORMAT_VERSION, results } satisfies Results, null, 2);
}
