/** @file The proof that merged weights are frozen ones plus what their adapters learned, element by element. */

import { type Tensor, bitIdentical } from "../core/index.ts";
import { type NamedParameter, type Network, type Parameters, adapterOf } from "../engine/nn/index.ts";

/** A step of float32, as a share of a number: sums in another order round to a neighbour at most. */
const ROUNDING = 2 ** -23;

interface Merging {
  before: Parameters;
  /** What was trained, adapters beside the weights. */
  after: Parameters;
  /** The weights that the run leaves. */
  merged: Parameters;
}

/** True if a parameter that the run leaves is what was trained or, where it has an adapter, the weight before plus that. */
export function isMerged(
  { adapters }: Pick<Network, "adapters">,
  { name, product }: Pick<NamedParameter, "name" | "product">,
  { before, after, merged }: Merging,
): boolean {
  const adapter = adapters?.get(name);
  if (adapter === undefined) return bitIdentical(merged[name], after[name]);
  const { down, up } = adapterOf(after, name);
  const isTurned = product === "[in, out]";
  return isSum(merged[name], { weight: before[name], down, up, scale: adapter.scale, isTurned });
}

interface Sum {
  weight: Tensor<"float32">;
  /** [rank, in]. */
  down: Tensor<"float32">;
  /** [out, rank]. */
  up: Tensor<"float32">;
  scale: number;
  /** True where the weight is [in, out]. */
  isTurned: boolean;
}

function isSum(merged: Tensor<"float32">, { weight, down, up, scale, isTurned }: Sum): boolean {
  const [rank, inputs] = down.shape;
  const [outputs] = up.shape;
  return merged.data.every((value, place) => {
    const output = isTurned ? place % outputs : Math.floor(place / inputs);
    const input = isTurned ? Math.floor(place / outputs) : place % inputs;
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += down.data[k * inputs + input] * up.data[output * rank + k];
    const exact = weight.data[place] + scale * sum;
    return Math.abs(value - exact) <= ROUNDING * Math.abs(exact);
  });
}
