/** @file What is measured: each scenario names the peers that do the same work. */

import { fileURLToPath } from "node:url";
import type { PeerCommand } from "./peer.ts";

export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** Steps of one round. */
  readonly steps: number;
  readonly unit: "images/s" | "GFLOP/s";
  /** The first is Graft; ratios are its rate over each other's. */
  readonly peers: readonly PeerCommand[];
}

const PYTHON = process.env.PYTHON ?? "python3";
/** Images of one round, so that rounds take about as long for every batch size. */
const IMAGES_A_ROUND = 1920;

const peerFile = (name: string): string => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));
const pytorch = (...args: string[]): PeerCommand => ({
  name: "pytorch",
  program: PYTHON,
  args: [peerFile("pytorch_classic.py"), "--serve", ...args],
});
const graft = (...args: string[]): PeerCommand => ({
  name: "graft",
  program: process.execPath,
  args: [peerFile("graft-classic.ts"), ...args],
});

/** Every scenario, in the order in which it is measured. */
export const scenarios: readonly Scenario[] = [
  ...[1, 2].map((threads): Scenario => ({
    name: `ceiling-t${threads}`,
    description: `1024 x 1024 matrix product in onnxruntime, ${threads} thread${threads === 1 ? "" : "s"}`,
    steps: 20,
    unit: "GFLOP/s",
    peers: [
      { name: "onnxruntime", program: process.execPath, args: [peerFile("ceiling.ts"), "--threads", String(threads)] },
    ],
  })),
  ...[32, 64, 128].flatMap((batch) =>
    [2, 1].map((threads): Scenario => {
      const settings = ["--threads", String(threads), "--batch", String(batch)];
      return {
        name: `train-b${batch}-t${threads}`,
        description: `classic network, training, batch ${batch}, ${threads} thread${threads === 1 ? "" : "s"}`,
        steps: IMAGES_A_ROUND / batch,
        unit: "images/s",
        peers: [graft(...settings), pytorch(...settings)],
      };
    }),
  ),
  {
    name: "inference-b128-t2",
    description: "classic network, inference, batch 128, 2 threads",
    steps: 40,
    unit: "images/s",
    peers: [graft("--mode", "inference", "--batch", "128"), pytorch("--mode", "inference", "--batch", "128")],
  },
  ...["last-layer", "last-two-layers"].map((frozen): Scenario => ({
    name: `epoch-${frozen}`,
    description: `one more epoch of ${frozen}, batch 32, 2 threads: Graft on cached features, PyTorch through the frozen layers each time`,
    steps: 60,
    unit: "images/s",
    peers: [graft("--frozen", frozen), pytorch("--frozen", frozen)],
  })),
];
