/** @file How Graft and its peers are called. */

import { fileURLToPath } from "node:url";
import { trainingFlops, forwardFlops, sliceNetwork } from "../src/engine/nn/index.ts";
import { frozenPrefixLength, strategies, trainsInPlan } from "../src/transfer/index.ts";
import type { PeerCommand, ServingCommand } from "./peer.ts";
import { benchNetwork } from "./peers/bench-networks.ts";
import { type Python, isModern } from "./python.ts";
import { CEILING } from "./results.ts";

/** One training or inference step, the same for every peer. */
export interface StepWork {
  /** As `bench-networks.ts` has it; its images are as large as the network wants. */
  readonly network: string;
  readonly mode: "train" | "inference";
  readonly batch: number;
  readonly threads: number;
  /** Steps of one round. */
  readonly steps: number;
  /** Steps before the first round; 5 when left out. */
  readonly warmup?: number;
  /** The strategy that freezes the layers before it; everything trains when left out. */
  readonly frozen?: string;
}

/** Products or convolutions of one round, about a fifth of a second. */
const CEILING_PRODUCTS = 20;

/** How PyTorch is run: what executes the network, and how images lie in memory. */
type Setting = readonly [execution: "eager" | "torchscript" | "compiled", layout: "channels-last" | "contiguous"];

/** A file of this folder, for another process. */
export function benchFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Graft itself; where layers are frozen it trains on their features. */
export function graftSteps(work: StepWork, device: string): ServingCommand {
  const args = [benchFile("peers/graft-steps.ts"), ...settings(work), "--device", device];
  return { kind: "serving", name: "graft", program: process.execPath, args, ...common(work, graftFlops(work)) };
}

/**
 * PyTorch in the fastest of its settings, with frozen layers at every step; with `compiled` these are optimized ahead,
 * which tutorials leave out.
 */
export function pytorchSteps(work: StepWork, python: Python, { compiled = false } = {}): ServingCommand {
  const [, side] = benchNetwork(work.network).inputShape;
  return {
    kind: "serving",
    name: compiled ? "pytorch-compiled" : "pytorch",
    program: python.program,
    args: [benchFile("peers/pytorch_steps.py"), "--serve", ...settings(work), "--image-size", String(side)],
    variants: settingsToTry(work, { modern: isModern(python), compiled }).map(([execution, layout]) => [
      "--execution",
      execution,
      "--layout",
      layout,
    ]),
    ...common(work, wholeFlops(work)),
  };
}

/** Networks that are written in Keras, too. */
const KERAS_NETWORKS: readonly string[] = ["classic-cnn", "resnet-20", "mobilenet-v2-x0.5"];

/** Keras on TensorFlow, and on JAX where it does not take minutes to compile a step; none for other networks. */
export function kerasSteps(work: StepWork, { program }: Python): ServingCommand[] {
  if (!KERAS_NETWORKS.includes(work.network)) return [];
  const backends = work.network === "classic-cnn" ? ["tensorflow", "jax"] : ["tensorflow"];
  return backends.map((backend) => ({
    kind: "serving",
    name: `keras-${backend}`,
    program,
    args: [benchFile("peers/keras_steps.py"), "--backend", backend, ...settings(work)],
    ...common(work, wholeFlops(work)),
  }));
}

/** Before PyTorch 2 the settings are known: channels last is faster on processors with oneDNN, and so is TorchScript. */
function settingsToTry(
  { mode, frozen }: StepWork,
  { modern, compiled }: { modern: boolean; compiled: boolean },
): readonly Setting[] {
  const ahead = mode === "inference" || compiled;
  if (!modern) return [[ahead ? "torchscript" : "eager", "channels-last"]];
  const eager: Setting[] = [
    ["eager", "channels-last"],
    ["eager", "contiguous"],
  ];
  const optimized: Setting[] = [["compiled", "channels-last"]];
  if (ahead) optimized.push(["torchscript", "channels-last"]);
  if (frozen === undefined) return [...eager, ...optimized];
  return ahead ? optimized : eager;
}

/** A JavaScript peer in the folder that its packages were installed into. */
export function javascriptSteps(work: StepWork, { name, file }: { name: string; file: string }): ServingCommand {
  const args = [file, "--batch", String(work.batch)];
  return { kind: "serving", name, program: process.execPath, args, ...common(work, wholeFlops(work)) };
}

/** The largest rates of arithmetic that onnxruntime and PyTorch reach here. */
export function ceilings(
  threads: number,
  { device, python }: { device: string; python: () => Python },
): ServingCommand[] {
  const shared = { kind: "serving", steps: CEILING_PRODUCTS } as const;
  const options = ["--threads", String(threads)];
  const own = [benchFile("peers/ceiling.ts"), ...options, "--device", device];
  const { program, torch } = python();
  const pytorch = {
    ...shared,
    name: `${CEILING}-pytorch`,
    program,
    args: [benchFile("peers/pytorch_ceiling.py"), ...options],
  };
  return [{ ...shared, name: CEILING, program: process.execPath, args: own }, ...(torch === null ? [] : [pytorch])];
}

/** The classic study through the command line, with its figures and report. */
export function graftStudy({ epochs, threads, device }: StudyWork & { device: string }): PeerCommand {
  const options = ["--epochs", String(epochs), "--threads", String(threads), "--device", device, "--json", "--offline"];
  return {
    kind: "whole",
    name: "graft",
    program: process.execPath,
    args: (folder) => [benchFile("../bin/graft.mjs"), "run", "--preset", "classic", ...options, "--out", folder],
    reads: "seconds",
  };
}

/** A whole study, the same for both. */
export interface StudyWork {
  readonly epochs: number;
  readonly threads: number;
}

/** The same study as a straightforward PyTorch program, without figures. */
export function pytorchStudy(
  { epochs, threads }: StudyWork,
  { dataFolder, python }: { dataFolder: string; python: Python },
): PeerCommand {
  const options = ["--data", dataFolder, "--epochs", String(epochs), "--threads", String(threads)];
  return {
    kind: "whole",
    name: "pytorch",
    about: `PyTorch ${python.torch}, eager, channels last`,
    program: python.program,
    args: () => [benchFile("peers/pytorch_study.py"), ...options],
    reads: "seconds",
  };
}

/** A program of ours that does something long and tells one number. */
export function graftProgram(
  file: string,
  options: { args: readonly string[]; flags?: readonly string[]; name?: string },
): PeerCommand {
  const { args, flags = [], name = "graft" } = options;
  return {
    kind: "whole",
    name,
    program: process.execPath,
    args: (folder) => [...flags, benchFile(`peers/${file}`), ...args, "--folder", folder],
    reads: "answer",
  };
}

/** `graft --help` as a user of a checkout starts it. */
export function graftHelp(): PeerCommand {
  return {
    kind: "whole",
    name: "graft",
    program: process.execPath,
    args: () => [benchFile("../bin/graft.mjs"), "--help"],
    reads: "milliseconds",
  };
}

function settings({ network, mode, batch, threads, frozen, warmup = 5 }: StepWork): string[] {
  return [
    "--network",
    network,
    "--mode",
    mode,
    "--batch",
    String(batch),
    "--threads",
    String(threads),
    "--warmup",
    String(warmup),
    ...(frozen === undefined ? [] : ["--frozen", frozen]),
  ];
}

function common({ steps }: StepWork, flopsPerImage: number): { steps: number; flopsPerImage: number } {
  return { steps, flopsPerImage };
}

function wholeFlops({ network: name, mode, frozen }: StepWork): number {
  const network = benchNetwork(name);
  if (mode === "inference") return forwardFlops(network);
  if (frozen === undefined) return trainingFlops(network);
  return trainingFlops(network, trainsInPlan(strategies[frozen].plan(network, { firstLayer: "transferred" })));
}

function graftFlops(work: StepWork): number {
  if (work.frozen === undefined) return wholeFlops(work);
  const network = benchNetwork(work.network);
  const plan = strategies[work.frozen].plan(network, { firstLayer: "transferred" });
  return trainingFlops(sliceNetwork(network, frozenPrefixLength(network, plan)), trainsInPlan(plan));
}
