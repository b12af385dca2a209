/** @file Factors of a gradient, one an output channel, that go to the weights it meets. */

import { sizeOf } from "../../../../core/index.ts";
import type { Operations, Value } from "../../../onnx/index.ts";
import type { Layouts } from "../../layouts.ts";

/** How many times larger than the weights an image is for a factor to go to the weights. */
const LEAST_TIMES_LARGER = 2;

/**
 * A blocked gradient whose factor, one an output channel, can as well go to the weights that it meets.
 *
 * Without a factor where it has none, or where the weights are not much smaller.
 */
export function factorOut(
  layouts: Pick<Layouts, "affine" | "blocked">,
  gradient: Value,
  weight: Value,
): { image: Value; factor?: Value } {
  const affine = layouts.affine(gradient);
  const pays = sizeOf(gradient.shape) >= LEAST_TIMES_LARGER * sizeOf(weight.shape);
  if (affine?.factor === undefined || affine.offset !== undefined || !pays) return { image: layouts.blocked(gradient) };
  return { image: affine.image, factor: affine.factor };
}

/** Weights [O, …], each output's times a factor. */
export function perOutput(g: Operations, weight: Value, factor: Value | undefined): Value {
  if (factor === undefined) return weight;
  const [outputs] = weight.shape;
  return g.reshape(
    g.mul(g.reshape(weight, [outputs, sizeOf(weight.shape) / outputs]), g.reshape(factor, [outputs, 1])),
    weight.shape,
  );
}
