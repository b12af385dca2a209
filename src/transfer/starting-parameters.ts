/** @file The parameters a run starts with. */

import { ConfigError, formatShape, sameShape } from "../core/index.ts";
import {
  type NamedParameter,
  type Network,
  type Parameters,
  initializeParameter,
  networkParameters,
} from "../engine/nn/index.ts";
import type { FreezePlan } from "./freeze-plan.ts";

/**
 * Fresh layers drawn from the seed, the others shared with `transferred` (not copied).
 *
 * Fresh values depend on seed, name and shape alone, so every strategy of one seed gets the same new head.
 *
 * @throws ConfigError if a transferred parameter is missing or has another shape: the checkpoint is of another architecture.
 */
export function startingParameters(
  network: Network,
  plan: FreezePlan,
  { seed, transferred }: { seed: number; transferred: Parameters | null },
): Parameters {
  const starts = new Map(plan.map((entry) => [entry.layer, entry.starts]));
  return Object.fromEntries(
    networkParameters(network).map((spec) => [
      spec.name,
      starts.get(spec.layer) === "transferred" ? taken(network, spec, transferred) : initializeParameter(spec, seed),
    ]),
  );
}

function taken(network: Network, spec: NamedParameter, transferred: Parameters | null): Parameters[string] {
  const tensor = transferred?.[spec.name];
  if (tensor !== undefined && sameShape(tensor.shape, spec.shape)) return tensor;
  const found = tensor === undefined ? "none" : formatShape(tensor.shape);
  throw new ConfigError(
    `source weights: expected ${spec.name} of shape ${formatShape(spec.shape)} for ${network.name}, got ${found}. ` +
      "Start from a run of the same architecture, input size and head.",
  );
}
