/** @file What a scenario is, and the parts that several of them have. */

import { type StepWork, ceilings, graftSteps, kerasSteps, pytorchSteps } from "./commands.ts";
import type { PeerCommand } from "./peer.ts";
import { type Python, isModern } from "./python.ts";
import type { Target, Unit } from "./results.ts";

/** Peers of a scenario, or the sentence that says why it cannot be measured here. */
export type Prepared =
  { readonly peers: readonly PeerCommand[]; readonly notes?: readonly string[] } | { readonly missing: string };

export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly unit: Unit;
  readonly targets: readonly Target[];
  /** Unless the user wants others. */
  readonly rounds: number;
  /** Too long to be measured unless it is named. */
  readonly onlyIfNamed?: true;
  /** The first peer is Graft; ratios are its figure to each other's. */
  prepare(): Promise<Prepared>;
}

/** What the user decides. */
export interface ScenarioOptions {
  /** Where Graft computes. */
  readonly device: string;
  /** The Python whose PyTorch is measured. */
  python(): Python;
}

/** Of a scenario whose steps are short. */
export const ROUNDS = 7;

/** Steps of Graft, PyTorch and, among the peers of today, Keras in turns, beside what the machine can do. */
export function stepPeers(work: StepWork, options: ScenarioOptions): Pick<Scenario, "unit" | "rounds" | "prepare"> {
  return {
    unit: "images/s",
    rounds: ROUNDS,
    prepare: async () => ({
      peers: [
        graftSteps(work, options.device),
        pytorchSteps(work, options.python()),
        ...(isModern(options.python()) ? kerasSteps(work, options.python()) : []),
        ...ceilings(work.threads, options),
      ],
    }),
  };
}

export function fasterThanPytorch(atLeast: number): Target {
  return { measure: "ratio", peer: "pytorch", atLeast };
}

export function threadCount(threads: number): string {
  return `${threads} thread${threads === 1 ? "" : "s"}`;
}
