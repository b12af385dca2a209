/**
 * @file `npm run bench`: Graft and its peers side by side, interleaved, several rounds.
 *
 * Every scenario's result goes into `bench/results/latest.json` as soon as it is there, beside those of other
 * scenarios and devices, and last the whole into `docs/performance.md`. With `--results` another file is
 * written, and the page is left as it is.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, platform } from "node:os";
import { parseArgs } from "node:util";
import { ConfigError, unknownName } from "../src/core/index.ts";
import { parseDevice } from "../src/engine/runtime/node/index.ts";
import { benchFile } from "./commands.ts";
import { measureScenario } from "./measure.ts";
import { writePerformancePage } from "./performance-page.ts";
import { type Results, type ScenarioResult, mergeResults } from "./results.ts";
import { type Scenario, allScenarios } from "./scenarios.ts";
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
  const scenarios = allScenarios({ device: values.device });
  if (values.list) {
    for (const { name, description } of scenarios) console.log(`${name.padEnd(28)} ${description}`);
    return;
  }
  const path = values.results ?? benchFile("results/latest.json");
  const order = scenarios.map(({ name }) => name);
  const device = await parseDevice(values.device);
  const options = { rounds: roundsFrom(values.rounds), device, machine: machineText() };
  let results = read(path);
  for (const scenario of chosen(scenarios, values.only)) {
    const result = await measureScenario(scenario, options).catch((error: unknown) => failed(scenario, error));
    if (result === null) continue;
    results = mergeResults(results, [result], order);
    write(path, results);
    if (!values.json) console.log(terminalText(result));
  }
  if (values.results === undefined) await writePerformancePage(performanceText(results));
  if (values.json) console.log(JSON.stringify({ formatVersion: 2, results } satisfies Results, null, 2));
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

function machineText(): string {
  return `${platform()}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.versions.node}`;
}

/** The results so far; none where the file is missing or of an earlier form. */
function read(path: string): readonly ScenarioResult[] {
  if (!existsSync(path)) return [];
  const { formatVersion, results } = JSON.parse(readFileSync(path, "utf8")) as Partial<Results>;
  if (formatVersion === 2 && results !== undefined) return results;
  console.error(`bench: ${path} is of an earlier form and is written anew.`);
  return [];
}

function write(path: string, results: readonly ScenarioResult[]): void {
  writeFileSync(path, `${JSON.stringify({ formatVersion: 2, results } satisfies Results, null, 2)}\n`);
}
