/**
 * @file `npm run bench:strategies [-- --network NAME --batch N STRATEGY…]`: what a training step of each strategy takes
 * of time and memory, as a share of full fine-tuning's.
 *
 * Every strategy has a process of its own, which sees images: frozen layers run in every step, as where images are
 * augmented. AdamW, as transformers are tuned. Memory is the most that the process had, and beside it how much more that
 * is than the process had with the network's weights alone. Processes take turns; the median of the turns counts.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lookUp } from "../src/core/index.ts";
import { type Network, type Parameters, adamW, initializeParameters } from "../src/engine/nn/index.ts";
import { parseDevice } from "../src/engine/runtime/node/index.ts";
import { importBackbone } from "../src/models/index.ts";
import { createTrainer } from "../src/engine/training/index.ts";
import { quantile } from "../src/statistics/index.ts";
import { countTrained } from "../src/study/index.ts";
import { hasAdapters, strategies, trainsInPlan, updatesInPlan } from "../src/transfer/index.ts";
import { processorText } from "./machine.ts";
import { benchNetwork } from "./peers/bench-networks.ts";
import { IMAGES, imageTensor, labelTensor } from "./peers/graft-training.ts";

interface StepFigures {
  readonly trained: number;
  readonly stepMs: number;
  /** Of all threads together, which other programs on the machine change less. */
  readonly processorMs: number;
  readonly peakMb: number;
  readonly overWeightsMb: number;
}

/** The median's share. */
const HALF = 0.5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    network: { type: "string", default: "vit-tiny-224" },
    /** An ONNX file in its place, of the same ten classes. */
    model: { type: "string" },
    batch: { type: "string", default: "16" },
    steps: { type: "string", default: "5" },
    turns: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
    /** Bytes that a step may take: batches that need more are computed in parts. */
    memory: { type: "string" },
    /** Longest gradients. */
    clip: { type: "string" },
    /** Measures one strategy in this process. */
    own: { type: "string" },
  },
});
if (values.own === undefined) compare();
else console.log(JSON.stringify(await measure(values.own)));
process.exit(0);

function compare(): void {
  const names = [
    "full",
    ...(positionals.length > 0 ? positionals : ["lora", "norm-tuning", "bitfit", "last-two-layers"]),
  ];
  const turns = Array.from(
    { length: Number(values.turns) },
    () => new Map(names.map((name) => [name, inProcess(name)])),
  );
  const figures = new Map(names.map((name) => [name, medianOf(turns.map((turn) => turn.get(name)))]));
  const [full] = figures.values();
  console.log(
    `${values.model ?? values.network}, ${values.batch} images a step, ${values.threads} threads, ${processorText()}`,
  );
  for (const [name, { trained, stepMs, processorMs, peakMb, overWeightsMb }] of figures) {
    const share = (own: number, whole: number): string => `(${(own / whole).toFixed(2)})`;
    console.log(
      `${name.padEnd(16)} ${String(trained).padStart(9)} trained  ${stepMs.toFixed(0).padStart(6)} ms ${share(stepMs, full.stepMs)}, ` +
        `${processorMs.toFixed(0).padStart(6)} ms of processors ${share(processorMs, full.processorMs)}  ` +
        `${peakMb.toFixed(0).padStart(5)} MB ${share(peakMb, full.peakMb)}  ${overWeightsMb.toFixed(0).padStart(5)} MB over weights ${share(overWeightsMb, full.overWeightsMb)}`,
    );
  }
}

function inProcess(name: string): StepFigures {
  const { network, model, batch, steps, threads, memory, clip } = values;
  const options = Object.entries({ network, model, batch, steps, threads, memory, clip, own: name }).flatMap(
    ([key, value]) => (value === undefined ? [] : [`--${key}`, value]),
  );
  const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...options], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`internal: measuring ${name} failed: ${stderr}`);
  return JSON.parse(stdout) as StepFigures;
}

function medianOf(figures: readonly (StepFigures | undefined)[]): StepFigures {
  const of = (field: keyof StepFigures): number =>
    quantile(
      figures.flatMap((one) => (one === undefined ? [] : [one[field]])),
      HALF,
    );
  return {
    trained: of("trained"),
    stepMs: of("stepMs"),
    processorMs: of("processorMs"),
    peakMb: of("peakMb"),
    overWeightsMb: of("overWeightsMb"),
  };
}

async function openNetwork(): Promise<{ network: Network; parameters: Parameters }> {
  if (values.model === undefined) return { network: benchNetwork(values.network), parameters: {} };
  return importBackbone(readFileSync(values.model), { path: values.model });
}

async function measure(name: string): Promise<StepFigures> {
  const { network, parameters: given } = await openNetwork();
  const strategy = lookUp(strategies, name, "strategy");
  const plan = strategy.plan(network, {});
  const trained = strategy.adapt?.(network) ?? network;
  const [trains, updates] = [trainsInPlan(plan), updatesInPlan(plan)];
  const batch = Number(values.batch);
  const parameters = { ...initializeParameters(trained, 0), ...given };
  const data = { input: imageTensor(batch, network.inputShape), labels: labelTensor(batch) };
  const weightsMb = process.memoryUsage.rss() / 2 ** 20;
  const session = { threads: Number(values.threads), device: await parseDevice("cpu") };
  const trainer = createTrainer({
    network: trained,
    input: IMAGES,
    optimizer: adamW({ weightDecay: 0.01 }),
    trains,
    updates,
    keepsStatistics: hasAdapters(plan),
    recomputes: hasAdapters(plan),
    parameters,
    seed: 0,
    session,
    memoryBytes: values.memory === undefined ? undefined : Number(values.memory),
    clipNorm: values.clip === undefined ? undefined : Number(values.clip),
  });
  const times: number[] = [];
  const processorTimes: number[] = [];
  for (let step = 0; step < Number(values.steps) + 2; step++) {
    const started = performance.now();
    const before = process.cpuUsage();
    await trainer.step(data, { step, learningRate: 1e-4 });
    // the first compile, and fill caches
    if (step <= 1) continue;
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(before);
    processorTimes.push((user + system) / 1000);
  }
  const peakMb = process.resourceUsage().maxRSS / 1024;
  return {
    trained: countTrained(trained, { trains, updates }),
    stepMs: quantile(times, HALF),
    processorMs: quantile(processorTimes, HALF),
    peakMb,
    overWeightsMb: peakMb - weightsMb,
  };
}
