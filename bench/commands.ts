/** @file How Graft and its peers are called. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { trainingFlops, forwardFlops, sliceNetwork } from "../src/engine/nn/index.ts";
import { type ArchitectureName, architectures } from "../src/models/index.ts";
import { frozenPrefixLength, strategies, trainsInPlan } from "../src/transfer/index.ts";
import type { PeerCommand, ServingCommand } from "./peer.ts";
import { CEILING } from "./results.ts";

/** One training or inference step, the same for every peer. */
export interface StepWork {
  readonly network: ArchitectureName;
  readonly mode: "train" | "inference";
  readonly batch: number;
  readonly threads: number;
  /** Steps of one round. */
  readonly steps: number;
  /** The strategy that freezes the layers before it; everything trains when left out. */
  readonly frozen?: string;
}

/** Products of one round; with 1024 x 1024 matrices about a fifth of a second. */
const CEILING_PRODUCTS = 20;
const INPUT_SHAPE = [3, 32, 32];
const NUM_CLASSES = 10;

/** A file of this folder, for another process. */
export function benchFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Graft itself; where layers are frozen it trains on their features. */
export function graftSteps(work: StepWork, device: string): ServingCommand {
  const args = [benchFile("peers/graft-steps.ts"), ...settings(work), "--device", device];
  return { kind: "serving", name: "graft", program: process.execPath, args, ...common(work, graftFlops(work)) };
}

/** PyTorch, with frozen layers at every step; `compiled` runs these as optimized TorchScript. */
export function pytorchSteps(work: StepWork, { compiled = false } = {}): ServingCommand {
  return {
    kind: "serving",
    name: compiled ? "pytorch-compiled" : "pytorch",
    program: findPython().program,
    args: [benchFile("peers/pytorch_steps.py"), "--serve", ...settings(work), ...(compiled ? ["--compile"] : [])],
    ...common(work, wholeFlops(work)),
  };
}

/** A JavaScript peer in the folder that its packages were installed into. */
export function javascriptSteps(work: StepWork, { name, file }: { name: string; file: string }): ServingCommand {
  const args = [file, "--batch", String(work.batch)];
  return { kind: "serving", name, program: process.execPath, args, ...common(work, wholeFlops(work)) };
}

/** The largest rate of arithmetic that onnxruntime reaches here. */
export function ceiling(threads: number, device: string): ServingCommand {
  const args = [benchFile("peers/ceiling.ts"), "--threads", String(threads), "--device", device];
  return { kind: "serving", name: CEILING, program: process.execPath, args, steps: CEILING_PRODUCTS };
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
export function pytorchStudy({ epochs, threads }: StudyWork, dataFolder: string): PeerCommand {
  const options = ["--data", dataFolder, "--epochs", String(epochs), "--threads", String(threads)];
  return {
    kind: "whole",
    name: "pytorch",
    program: findPython().program,
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

function settings({ network, mode, batch, threads, frozen }: StepWork): string[] {
  return [
    "--network",
    network,
    "--mode",
    mode,
    "--batch",
    String(batch),
    "--threads",
    String(threads),
    ...(frozen === undefined ? [] : ["--frozen", frozen]),
  ];
}

function common({ steps }: StepWork, flopsPerImage: number): { steps: number; flopsPerImage: number } {
  return { steps, flopsPerImage };
}

function wholeFlops({ network: name, mode, frozen }: StepWork): number {
  const network = architectures[name]({ inputShape: INPUT_SHAPE, numClasses: NUM_CLASSES });
  if (mode === "inference") return forwardFlops(network);
  if (frozen === undefined) return trainingFlops(network);
  return trainingFlops(network, trainsInPlan(strategies[frozen].plan(network, { firstLayer: "transferred" })));
}

function graftFlops(work: StepWork): number {
  if (work.frozen === undefined) return wholeFlops(work);
  const network = architectures[work.network]({ inputShape: INPUT_SHAPE, numClasses: NUM_CLASSES });
  const plan = strategies[work.frozen].plan(network, { firstLayer: "transferred" });
  return trainingFlops(sliceNetwork(network, frozenPrefixLength(network, plan)), trainsInPlan(plan));
}

let python: { readonly program: string; readonly hasPytorch: boolean } | undefined;

/** True if a Python with PyTorch is on this machine. */
export function hasPytorch(): boolean {
  return findPython().hasPytorch;
}

/** The first Python with PyTorch: `$PYTHON`, the one on the path, Debian's own. */
function findPython(): NonNullable<typeof python> {
  const candidates = [process.env.PYTHON, "python3", "/usr/bin/python3"].filter((name) => name !== undefined);
  const program = python?.program ?? candidates.find(importsTorch);
  python ??= { program: program ?? candidates[0], hasPytorch: program !== undefined };
  return python;
}

function importsTorch(program: string): boolean {
  return spawnSync(program, ["-c", "import torch"], { stdio: "ignore" }).status === 0;
}
