/** @file Refuses weights that no training can start from. */

import { GraphError, type Tensor } from "../core/index.ts";
import type { Parameters } from "../engine/nn/index.ts";

/** @throws GraphError naming the first tensor with a number that is not finite. */
export function requireFinite(parameters: Parameters, path: string): void {
  for (const [name, { data }] of Object.entries(parameters)) {
    const wrong = firstNot(data, Number.isFinite);
    if (wrong === undefined) continue;
    throw new GraphError(
      `${path}: expected finite numbers in its weights, got ${wrong} in "${name}". Export the network anew, or use another.`,
    );
  }
}

/** The first number that is not as it should be. Nearly always there is none, which a product tells at once. */
export function firstNot(data: Tensor["data"], isRight: (value: number) => boolean): number | undefined {
  const numbers = data as Float32Array;
  // 0 times a number is 0, or NaN where it is none or infinite
  let zero = 0;
  for (let index = 0; index < numbers.length; index++) zero *= numbers[index];
  return zero === 0 ? undefined : numbers.find((value) => !isRight(value));
}
