/** @file The proof that frozen means frozen: tensors after a run compared bit by bit with those before. */

import { createHash } from "node:crypto";
import { type Tensor, TrainingError, bitIdentical, bytesOf, sizeOf } from "../core/index.ts";
import { type Network, type Parameters, networkParameters } from "../engine/nn/index.ts";
import type { FreezePlan } from "./freeze-plan.ts";

/** One tensor before and after. */
export interface ProofTensor {
  /** For example `conv1.weight`. */
  readonly name: string;
  readonly parameters: number;
  readonly changed: boolean;
  /** First 16 hexadecimal digits of the SHA-256 of its bytes. */
  readonly before: string;
  readonly after: string;
}

export interface FreezeProof {
  /** True if no frozen tensor changed by a bit and every trained one changed. */
  readonly holds: boolean;
  readonly frozen: ProofTensor[];
  readonly trainable: ProofTensor[];
}

/**
 * Compares every parameter; those of frozen layers, statistics among them, must be bit-identical, and so must all
 * statistics where layers keep them.
 */
export function proveFreeze(
  network: Network,
  plan: FreezePlan,
  { before, after, keepsStatistics = false }: { before: Parameters; after: Parameters; keepsStatistics?: boolean },
): FreezeProof {
  const trains = new Map(plan.map((entry) => [entry.layer, entry.trains]));
  const compared = networkParameters(network).map(({ name, layer, role }) => ({
    trains: trains.get(layer) === true && !(keepsStatistics && role === "statistic"),
    tensor: compare(name, before[name], after[name]),
  }));
  const frozen = compared.filter((entry) => !entry.trains).map((entry) => entry.tensor);
  const trainable = compared.filter((entry) => entry.trains).map((entry) => entry.tensor);
  return {
    holds: frozen.every(({ changed }) => !changed) && trainable.every(({ changed }) => changed),
    frozen,
    trainable,
  };
}

/** @throws TrainingError naming the tensors that break the plan. */
export function requireFreeze(proof: FreezeProof): void {
  if (proof.holds) return;
  const moved = proof.frozen.filter(({ changed }) => changed).map(({ name }) => name);
  const still = proof.trainable.filter(({ changed }) => !changed).map(({ name }) => name);
  const problems = [
    ...(moved.length > 0 ? [`frozen but changed: ${moved.join(", ")}`] : []),
    ...(still.length > 0 ? [`trainable but unchanged: ${still.join(", ")}`] : []),
  ];
  throw new TrainingError(
    `freeze proof: expected frozen tensors to stay and trained ones to change, got ${problems.join("; ")}.`,
  );
}

function compare(name: string, before: Tensor | undefined, after: Tensor | undefined): ProofTensor {
  if (before === undefined || after === undefined) throw new Error(`internal: no values of ${name} to compare`);
  return {
    name,
    parameters: sizeOf(before.shape),
    changed: !bitIdentical(before, after),
    before: digest(before),
    after: digest(after),
  };
}

function digest(tensor: Tensor): string {
  return createHash("sha256").update(bytesOf(tensor)).digest("hex").slice(0, 16);
}
