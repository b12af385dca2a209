/** @file The proof that frozen means frozen: tensors after a run compared bit by bit with those before. */

import { sha256 as bytesOfSha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
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

/** What a run started from and ended with, and how bytes are hashed. */
export interface FreezeProofOptions {
  before: Parameters;
  after: Parameters;
  /** In hexadecimal; a slower one that runs anywhere when left out. */
  sha256?: (bytes: Uint8Array) => string;
  keepsStatistics?: boolean;
}

/**
 * Compares every parameter; those of frozen layers, statistics among them, must be bit-identical, and so must all
 * statistics where layers keep them.
 */
export function proveFreeze(
  network: Network,
  plan: FreezePlan,
  { before, after, sha256 = sha256Anywhere, keepsStatistics = false }: FreezeProofOptions,
): FreezeProof {
  const trains = new Map(plan.map((entry) => [entry.layer, entry.trains]));
  const compared = networkParameters(network).map(({ name, layer, role }) => ({
    trains: trains.get(layer) === true && !(keepsStatistics && role === "statistic"),
    tensor: compare(name, [before[name], after[name]], sha256),
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

function compare(
  name: string,
  [before, after]: readonly (Tensor | undefined)[],
  sha256: NonNullable<FreezeProofOptions["sha256"]>,
): ProofTensor {
  const digestOf = (tensor: Tensor): string => sha256(bytesOf(tensor)).slice(0, 16);
  if (before === undefined || after === undefined) throw new Error(`internal: no values of ${name} to compare`);
  return {
    name,
    parameters: sizeOf(before.shape),
    changed: !bitIdentical(before, after),
    before: digestOf(before),
    after: digestOf(after),
  };
}

function sha256Anywhere(bytes: Uint8Array): string {
  return bytesToHex(bytesOfSha256(bytes));
}
