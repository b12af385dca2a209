/** @file Features of files that end in tokens: the first one, the mean of the others, or both side by side. */

import { GraphError, formatShape } from "../../../core/index.ts";
import type { Layer } from "../../../engine/nn/index.ts";
import type { BatchAxes } from "./batch-moves.ts";
import type { SimpleGraph } from "./simple-graph.ts";

/** What is made of an image's tokens: the class token, the mean of the patches, or one beside the other. */
export type TokenFeatures = "first" | "mean" | "both";

/**
 * Tokens before those of the patches: a class token, and registers where there are some.
 *
 * They are constants that the file joins to every image.
 */
export function leadingTokens({ nodes, output }: SimpleGraph, axes: BatchAxes): number {
  const [, tokens, channels] = output.shape;
  for (const { opType, inputs, outputs } of nodes.toReversed()) {
    const { shape } = outputs[0];
    if (opType !== "Concat" || shape.length !== 3 || shape[1] !== tokens || shape[2] !== channels) continue;
    const first = inputs.findIndex((input) => input !== null && axes.has(input.name));
    return inputs.slice(0, Math.max(0, first)).reduce((sum, input) => sum + (input?.shape[1] ?? 0), 0);
  }
  return 0;
}

/** x: [N, tokens, channels] → [N, channels], or twice as many for both. */
export function tokenFeatures(name: string, { how, leading }: { how: TokenFeatures; leading: number }): Layer {
  return {
    name,
    description: { first: "first token", mean: "mean of the tokens", both: "first token, mean of the others" }[how],
    outputShape: (input) => {
      const [tokens, channels] = input;
      if (input.length === 2 && tokens > leading) return [how === "both" ? 2 * channels : channels];
      throw new GraphError(
        `${name}: expected an input [tokens, channels] of more than ${leading} tokens, got ${formatShape(input)}.`,
      );
    },
    parameters: () => [],
    build: ({ g }, x) => {
      const [, tokens] = x.shape;
      // without a class token both are of all tokens
      const others = leading === 0 ? x : g.slice(x, { starts: [leading], ends: [tokens], axes: [1] });
      const part = {
        first: () => g.op("Squeeze", [g.slice(x, { starts: [0], ends: [1], axes: [1] }), g.ints([1])]),
        mean: () => g.reduceMean(others, [1]),
      };
      return how === "both" ? g.concat([part.first(), part.mean()], 1) : part[how]();
    },
  };
}
