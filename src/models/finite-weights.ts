/** @file Refuses weights that no training can start from. */

import { GraphError } from "../core/index.ts";
import type { Parameters } from "../engine/nn/index.ts";

/** @throws GraphError naming the first tensor with a number that is not finite. */
export function requireFinite(parameters: Parameters, path: string): void {
  for (const [name, { data }] of Object.entries(parameters)) {
    const wrong = data.find((value) => !Number.isFinite(value));
    if (wrong === undefined) continue;
    throw new GraphError(
      `${path}: expected finite numbers in its weights, got ${wrong} in "${name}". Export the network anew, or use another.`,
    );
  }
}
