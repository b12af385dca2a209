/**
 * @file `npm run profile`: where the time of a training step goes, operator by operator and node by node.
 *
 * `npm run profile -- --network resnet-20 --frozen last-two-layers --batch 32 --threads 2 --steps 30`; the networks
 * are the zoo's at 32 pixels and those for photographs at 224, such as `resnet18-224`. `--nodes` says how many are
 * listed; with `--graphs <folder>` the step's graph is written as it was built and as it is lowered, for Netron or any
 * ONNX viewer.
 */

import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError, percent } from "../src/core/index.ts";
import { sgd } from "../src/engine/nn/index.ts";
import { encodeModel } from "../src/engine/onnx/index.ts";
import { imageBlockSize } from "../src/engine/runtime/index.ts";
import { buildTrainingStep } from "../src/engine/training/index.ts";
import { writeFileAtomic } from "../src/files/index.ts";
import { benchNetwork } from "./peers/bench-networks.ts";
import { IMAGES, trainingOf } from "./peers/graft-training.ts";

/** An event of onnxruntime's profile; durations are in microseconds. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/** What nodes with one thing in common took together, in all steps. */
interface Share {
  readonly name: string;
  readonly microseconds: number;
  readonly calls: number;
}

/** Steps before anything is counted: memory is allocated in the first. */
const WARM_UP = 3;

try {
  await main();
} catch (error) {
  // what the user can mend is one sentence; anything else is a fault of ours, with its place
  if (!(error instanceof ConfigError)) throw error;
  console.error(`profile: ${error.message}`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      network: { type: "string", default: "classic-cnn" },
      frozen: { type: "string" },
      batch: { type: "string", default: "32" },
      threads: { type: "string", default: "2" },
      steps: { type: "string", default: "20" },
      nodes: { type: "string", default: "15" },
      graphs: { type: "string" },
    },
  });
  const [batch, threads, steps, nodes] = (["batch", "threads", "steps", "nodes"] as const).map((name) => {
    const number = Number(values[name]);
    if (Number.isInteger(number) && number > 0) return number;
    throw new ConfigError(`--${name}: expected a whole number from 1, got "${values[name]}".`);
  });
  const network = benchNetwork(values.network);
  if (values.graphs !== undefined) {
    const common = { network, input: IMAGES, optimizer: sgd({ momentum: 0.9 }), trains: () => true, frozen: {} };
    const forms = { built: { lowers: false }, lowered: { blockSize: await imageBlockSize() } };
    for (const [name, form] of Object.entries(forms)) {
      const { graph } = buildTrainingStep({ ...common, ...form }, batch);
      const path = join(values.graphs, `${name}.onnx`);
      await writeFileAtomic(path, encodeModel(graph));
      console.log(`${path}: ${graph.nodes.length} nodes.`);
    }
  }
  const events = await profileOf({ network, frozen: values.frozen, batch, threads, steps });
  print(events, steps, nodes);
}

/** What onnxruntime measured in the steps after the first few. */
async function profileOf({
  network,
  frozen,
  batch,
  threads,
  steps,
}: {
  network: Parameters<typeof trainingOf>[0];
  frozen: string | undefined;
  batch: number;
  threads: number;
  steps: number;
}): Promise<ProfileEvent[]> {
  const folder = await mkdtemp(join(tmpdir(), "graft-profile-"));
  try {
    const session = { threads, profilePrefix: join(folder, "step") };
    const { trainer, data } = trainingOf(network, { frozen, batch, session });
    for (let step = 0; step < WARM_UP + steps; step++) await trainer.step(data, { step, learningRate: 0.01 });
    await trainer.close();
    const files = await readdir(folder);
    const profiles = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
    const events = profiles.flatMap((text) => JSON.parse(text) as ProfileEvent[]);
    return lastRuns(
      events.filter(({ cat, name }) => cat === "Node" && name.endsWith("_kernel_time")),
      steps,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of every node, its last so many calls. */
function lastRuns(events: readonly ProfileEvent[], steps: number): ProfileEvent[] {
  const byNode = Map.groupBy(events, ({ name }) => name);
  return [...byNode.values()].flatMap((calls) => calls.slice(-steps));
}

function print(events: readonly ProfileEvent[], steps: number, mostNodes: number): void {
  const total = events.reduce((sum, { dur }) => sum + dur, 0);
  console.log(`${(total / steps / 1000).toFixed(2)} ms in nodes, a step.`);
  const table = (title: string, shares: readonly Share[]): void => {
    console.log(`\n${title}`);
    for (const { name, microseconds, calls } of shares) {
      const time = (microseconds / steps / 1000).toFixed(3).padStart(9);
      console.log(
        `${time} ms ${percent(microseconds / total).padStart(7)} ${String(calls / steps).padStart(5)}  ${name}`,
      );
    }
  };
  table(
    "By operator: time, share, nodes",
    sharesBy(events, ({ args }) => args?.op_name ?? "?"),
  );
  const nodes = sharesBy(events, ({ name, args }) => `${name.replace(/_kernel_time$/, "")} (${args?.op_name ?? "?"})`);
  table("The longest nodes", nodes.slice(0, mostNodes));
}

/** The longest first. */
function sharesBy(events: readonly ProfileEvent[], nameOf: (event: ProfileEvent) => string): Share[] {
  return [...Map.groupBy(events, nameOf)]
    .map(([name, own]) => ({ name, microseconds: own.reduce((sum, { dur }) => sum + dur, 0), calls: own.length }))
    .sort((a, b) => b.microseconds - a.microseconds);
}
