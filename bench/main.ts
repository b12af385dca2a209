/**
 * @file `npm run bench`: Graft and its peers side by side, interleaved, several rounds.
 *
 * Writes `bench/results/latest.json` and prints a table of medians, spread and ratios.
 */

import { writeFileSync } from "node:fs";
import { cpus, platform } from "node:os";
import { parseArgs } from "node:util";
import { unknownName } from "../src/core/index.ts";
import { type Measurement, type Peer, startPeer } from "./peer.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** Median and range of one peer's rates, and of Graft's rate over its rate, round by round. */
interface PeerResult {
  name: string;
  median: number;
  min: number;
  max: number;
  ratio: { median: number; min: number; max: number } | null;
  peakRssMb: number;
  rounds: number[];
}

interface ScenarioResult {
  name: string;
  description: string;
  unit: string;
  peers: PeerResult[];
}

const { values } = parseArgs({
  options: {
    list: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    rounds: { type: "string", default: "7" },
    json: { type: "boolean", default: false },
  },
});

if (values.list) {
  for (const { name, description } of scenarios) console.log(`${name.padEnd(24)} ${description}`);
} else {
  const results: ScenarioResult[] = [];
  for (const scenario of chosen(values.only)) {
    const result = await measureScenario(scenario, Number(values.rounds));
    results.push(result);
    if (!values.json) console.log(asText(result));
  }
  const report = {
    date: new Date().toISOString(),
    machine: `${platform()}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}`,
    results,
  };
  writeFileSync(new URL("./results/latest.json", import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
  if (values.json) console.log(JSON.stringify(report, null, 2));
}

function chosen(names: readonly string[] | undefined): readonly Scenario[] {
  if (names === undefined) return scenarios;
  return names.flatMap((name) => {
    const found = scenarios.filter((scenario) => scenario.name === name || scenario.name.startsWith(`${name}-`));
    if (found.length === 0)
      throw unknownName(
        name,
        scenarios.map((scenario) => scenario.name),
        "--only",
      );
    return found;
  });
}

/** Peers take turns within a round, so that a change of the machine's speed meets them all. */
async function measureScenario(scenario: Scenario, rounds: number): Promise<ScenarioResult> {
  const peers: Peer[] = [];
  try {
    for (const command of scenario.peers) peers.push(await startPeer(command));
    const measured = peers.map((): Measurement[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, peer] of peers.entries()) measured[index].push(await peer.run(scenario.steps));
    }
    const [first] = measured;
    return {
      name: scenario.name,
      description: scenario.description,
      unit: scenario.unit,
      peers: measured.map((measurements, index) =>
        peerResult(peers[index].name, measurements, index === 0 ? null : first),
      ),
    };
  } finally {
    for (const peer of peers) peer.close();
  }
}

function peerResult(
  name: string,
  measurements: readonly Measurement[],
  graft: readonly Measurement[] | null,
): PeerResult {
  const rounds = measurements.map(({ rate }) => rate);
  return {
    name,
    ...spread(rounds),
    ratio: graft === null ? null : spread(rounds.map((rate, round) => graft[round].rate / rate)),
    peakRssMb: Math.max(...measurements.map(({ peakRssBytes }) => peakRssBytes)) / 1e6,
    rounds,
  };
}

function spread(numbers: readonly number[]): { median: number; min: number; max: number } {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}

function asText({ name, unit, peers }: ScenarioResult): string {
  const rows = peers.map(({ name: peer, median, min, max, ratio, peakRssMb }) => {
    const rate = `${median.toFixed(0)} ${unit} (${min.toFixed(0)} to ${max.toFixed(0)})`;
    const against =
      ratio === null
        ? ""
        : `, graft is ${ratio.median.toFixed(2)} times as fast (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)})`;
    return `  ${peer.padEnd(12)} ${rate}${peakRssMb > 0 ? `, peak ${peakRssMb.toFixed(0)} MB` : ""}${against}`;
  });
  return [name, ...rows].join("\n");
}
