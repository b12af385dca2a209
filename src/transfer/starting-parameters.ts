/** @file The parameters a run starts with. */

import { ConfigError, formatShape, sameShape, zeros } from "../core/index.ts";
import {
  type NamedParameter,
  type Network,
  type Parameters,
  initializeParameter,
  networkParameters,
} from "../engine/nn/index.ts";
import type { FreezePlan } from "./freeze-plan.ts";

/**
 * Fresh layers and adapters drawn from the seed, the others shared with `transferred` (not copied).
 *
 * Fresh values depend on seed, name and shape alone, so every strategy of one seed gets the same new head.
 *
 * @throws ConfigError if a transferred parameter is missing or has another shape: the checkpoint is of another architecture.
 */
export function startingParameters(
  network: Network,
  plan: FreezePlan,
  { seed, transferred, headStart = "random" }: StartOptions,
): Parameters {
  const starts = new Map(plan.map((entry) => [entry.layer, entry.starts]));
  const head = plan[plan.length - 1].layer;
  const isOnTransferred = plan.some((entry) => entry.starts === "transferred");
  const valueOf = (spec: NamedParameter): Parameters[string] => {
    if (spec.adapts === true) return initializeParameter(spec, seed);
    if (starts.get(spec.layer) === "transferred") return takeParameter(network, spec, transferred);
    return headStart === "zero" && isOnTransferred && spec.layer === head
      ? zeros(spec.shape)
      : initializeParameter(spec, seed);
  };
  return Object.fromEntries(networkParameters(network).map((spec) => [spec.name, valueOf(spec)]));
}

interface StartOptions {
  seed: number;
  transferred: Parameters | null;
  /** How a new head on transferred layers starts; `random` when left out. */
  headStart?: "random" | "zero" | undefined;
}

function takeParameter(network: Network, spec: NamedParameter, transferred: Parameters | null): Parameters[string] {
  const tensor = transferred?.[spec.name];
  if (tensor !== undefined && sameShape(tensor.shape, spec.shape)) return tensor;
  const found = tensor === undefined ? "none" : formatShape(tensor.shape);
  throw new ConfigError(
    `source weights: expected ${spec.name} of shape ${formatShape(spec.shape)} for ${network.name}, got ${found}. ` +
      "Start from a run of the same architecture, input size and head.",
  );
}
