/** @file The proof that frozen means frozen: tensors after a run compared bit by bit with those before. */

import { sha256 as bytesOfSha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Tensor, TrainingError, bitIdentical, bytesOf, sizeOf } from "../core/index.ts";
import { type NamedParameter, type Network, type Parameters, networkParameters } from "../engine/nn/index.ts";
import { type FreezePlan, updatesInPlan } from "./freeze-plan.ts";
import { isMerged } from "./merge-proof.ts";

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

/** A tensor that was to train, and whether it did. */
export interface TrainableTensor extends ProofTensor {
  /** True if the optimizer, or what solves for a head, has updated it. */
  readonly updated: boolean;
}

export interface FreezeProof {
  /**
   * True if no frozen tensor changed by a bit, every trainable one was updated, and what the run leaves is that, with
   * adapters added to the weights that they are beside.
   */
  readonly holds: boolean;
  readonly frozen: ProofTensor[];
  /** An update can leave the same bits, such as those of a bias below a normalization: that is no failure. */
  readonly trainable: TrainableTensor[];
  /** Statistics that follow the batches. */
  readonly adapting: ProofTensor[];
  /** Frozen weights that adapters were merged into at the end, as the run leaves them; none when left out. */
  readonly merged?: MergedTensor[];
}

/** A weight before its run, and with what its adapter learned. */
export interface MergedTensor extends ProofTensor {
  /** True if it is the sum of both. */
  readonly isSum: boolean;
}

/** What a run started from and ended with, and how bytes are hashed. */
export interface FreezeProofOptions {
  before: Parameters;
  after: Parameters;
  /** What the run leaves, where adapters were merged into it; `after` itself when left out. */
  merged?: Parameters;
  /** Names of the parameters that received an update. */
  updated: readonly string[];
  /** In hexadecimal; a slower one that runs anywhere when left out. */
  sha256?: (bytes: Uint8Array) => string;
  /** Frozen layers whose statistics follow the batches; none when left out. */
  adapts?: (layerName: string) => boolean;
  /** True if no statistics follow the batches. */
  keepsStatistics?: boolean;
}

/** Compares every parameter with what it was, in the group that the plan puts it in. */
export function proveFreeze(
  network: Network,
  plan: FreezePlan,
  {
    before,
    after,
    merged,
    updated,
    sha256 = sha256Anywhere,
    adapts = () => false,
    keepsStatistics = false,
  }: FreezeProofOptions,
): FreezeProof {
  const trains = new Map(plan.map((entry) => [entry.layer, entry.trains]));
  const isUpdated = updatesInPlan(plan);
  const groupOf = (parameter: NamedParameter): keyof Omit<FreezeProof, "holds"> => {
    const { layer, role } = parameter;
    const isTrained = trains.get(layer) === true;
    if (role !== "statistic") return isTrained && isUpdated(parameter) ? "trainable" : "frozen";
    return !keepsStatistics && (isTrained || adapts(layer)) ? "adapting" : "frozen";
  };
  const compared = networkParameters(network).map((parameter) => ({
    group: groupOf(parameter),
    tensor: compare(parameter.name, [before[parameter.name], after[parameter.name]], sha256),
  }));
  const tensorsIn = (group: string): ProofTensor[] =>
    compared.filter((entry) => entry.group === group).map(({ tensor }) => tensor);
  const received = new Set(updated);
  const [frozen, adapting] = [tensorsIn("frozen"), tensorsIn("adapting")];
  const trainable = tensorsIn("trainable").map((tensor) => ({ ...tensor, updated: received.has(tensor.name) }));
  const isKept = frozen.every(({ changed }) => !changed) && trainable.every((tensor) => tensor.updated);
  if (merged === undefined) return { holds: isKept, frozen, trainable, adapting };
  const sums = proveMerge(network, { before, after, merged, sha256 });
  return { holds: isKept && sums.holds, frozen, trainable, adapting, merged: sums.merged };
}

/** Looks at everything that the run leaves; tells of the weights that adapters were merged into, and of those that are wrong. */
function proveMerge(
  network: Network,
  { sha256, ...values }: Required<Pick<FreezeProofOptions, "before" | "after" | "merged" | "sha256">>,
): { holds: boolean; merged: MergedTensor[] } {
  const { before, merged } = values;
  const checked = networkParameters(network)
    .filter(({ adapts }) => adapts !== true)
    .map((spec) => ({ name: spec.name, isSum: isMerged(network, spec, values) }));
  const told = checked.filter(({ name, isSum }) => !isSum || network.adapters?.has(name) === true);
  return {
    holds: checked.every(({ isSum }) => isSum),
    merged: told.map(({ name, isSum }) => ({ ...compare(name, [before[name], merged[name]], sha256), isSum })),
  };
}

/** @throws TrainingError naming the tensors that break the plan. */
export function requireFreeze(proof: FreezeProof): void {
  if (proof.holds) return;
  const moved = proof.frozen.filter(({ changed }) => changed).map(({ name }) => name);
  const left = proof.trainable.filter(({ updated }) => !updated).map(({ name }) => name);
  const wrong = proof.merged?.filter(({ isSum }) => !isSum).map(({ name }) => name) ?? [];
  const problems = [
    ...(moved.length > 0 ? [`frozen but changed: ${moved.join(", ")}`] : []),
    ...(left.length > 0 ? [`trainable but never updated: ${left.join(", ")}`] : []),
    ...(wrong.length > 0 ? [`merged to something else than weight and adapter: ${wrong.join(", ")}`] : []),
  ];
  throw new TrainingError(
    `freeze proof: expected frozen tensors to stay and trained ones to be updated, got ${problems.join("; ")}.`,
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
