/** @file Mixup: a batch mixed with itself in another order. */

import { type Tensor, scalar, stream, symmetricBeta } from "../../core/index.ts";
import type { Operations, Value } from "../onnx/index.ts";
import { nameOfStep } from "./step-inputs.ts";

/** How the samples of one batch are mixed. */
export interface Mix {
  /** Share of every sample in its own mixture; its partner has the rest. */
  readonly share: number;
  /** Places in the batch, one for each sample. */
  readonly partners: Uint32Array;
}

/** The mix of a batch; it depends on the step alone, not on how steps are grouped. */
export type Mixing = (batchSize: number, step: number) => Mix;

/**
 * One share for each step, of the beta distribution with both shapes `alpha`, and then a random order of partners.
 *
 * Source: Zhang et al. 2018, arXiv:1710.09412, and its authors' code.
 */
export function mixup(alpha: number, { seed }: { seed: number }): Mixing {
  return (batchSize, step) => {
    const random = stream(seed, "mixup", step);
    return { share: symmetricBeta(random, alpha), partners: random.permutation(batchSize) };
  };
}

/** A mix as a graph has it. */
export interface MixValues {
  /** Scalar float32. */
  readonly share: Value;
  /** Scalar float32, 1 − share. */
  readonly rest: Value;
  /** [N] int64. */
  readonly partners: Value;
}

/** Declares the mix of step `index`. */
export function mixValues(g: Operations, { batchSize, index }: { batchSize: number; index: number }): MixValues {
  const share = g.input(nameOfStep("mix/share", index), "float32", []);
  const partners = g.input(nameOfStep("mix/partners", index), "int64", [batchSize]);
  return { share, rest: g.sub(g.scalar(1), share), partners };
}

/** A mix as the graph's inputs. */
export function mixInputs({ share, partners }: Mix): Record<string, Tensor> {
  const places: Tensor = {
    dtype: "int64",
    shape: [partners.length],
    data: BigInt64Array.from(partners, (place) => BigInt(place)),
  };
  return { "mix/share": scalar(share), "mix/partners": places };
}

/** share · x + (1 − share) · x[partners]; x: [N, …] float32. */
export function mixed(g: Operations, x: Value, { share, rest, partners }: MixValues): Value {
  return g.scoped("mixup", () => between(g, { x, other: g.gather(x, partners, 0) }, { share, rest }));
}

/** share · x + (1 − share) · other. */
export function between(
  g: Operations,
  { x, other }: { x: Value; other: Value },
  { share, rest }: Pick<MixValues, "share" | "rest">,
): Value {
  return g.add(g.mul(x, share), g.mul(other, rest));
}
