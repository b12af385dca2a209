/** @file What of a network tells where it looked, found by the forms of its nodes. */

import { GraphError, sizeOf } from "../../core/index.ts";
import { nodesBetween } from "../../engine/autodiff/index.ts";
import type { Node, Value } from "../../engine/onnx/index.ts";

/** Operators after which an axis need not mean what it meant before. */
const MOVING = new Set(["MatMul", "Reshape", "Transpose"]);

/** What a map is made of, and the grid that it lies on, [height, width]. */
export type Sight =
  | {
      readonly method: "grad-cam";
      readonly grid: readonly [number, number];
      /** [1, channels, height, width], of the last convolution and what follows it place by place. */
      readonly features: Value;
    }
  | {
      readonly method: "attention-rollout";
      readonly grid: readonly [number, number];
      /** What every block attends to, [..., tokens, tokens], from the first block to the last; rows sum to 1. */
      readonly attention: readonly Value[];
      /** [1, tokens, width], after the last block. The patches are the last of them, row by row. */
      readonly tokens: Value;
    };

/**
 * What tells where a network for one image looked: for transformers the attention among the patches that a convolution
 * made, for others the last features that lie as the image does, before they are pooled.
 *
 * @throws GraphError if it has neither.
 */
export function findSight(nodes: readonly Node[], { images, logits }: { images: Value; logits: Value }): Sight {
  const whole = nodesBetween(nodes, logits, [images]);
  const features = lastFeatures(whole);
  if (features === undefined) {
    throw new GraphError(
      "expected a network whose last features lie as the image does, from convolutions or attention among " +
        "patches, got one that has neither.",
    );
  }
  const grid = [features.shape[2], features.shape[3]] as const;
  const after = nodesBetween(nodes, logits, [features]);
  const attention = after.filter(attends).map(({ outputs }) => outputs[0]);
  if (attention.length === 0) return { method: "grad-cam", grid, features };
  const count = attention[0].shape.at(-1) ?? 0;
  const tokens = after.flatMap(({ outputs }) => outputs).findLast(({ shape }) => isRowOfTokens(shape, count));
  if (tokens === undefined || count < sizeOf(grid) || attention.some(({ shape }) => shape.at(-1) !== count)) {
    throw new GraphError(
      `expected every block to attend to all patches (${grid.join(" x ")} of them), got blocks that attend to ` +
        `${[...new Set(attention.map(({ shape }) => shape.at(-1)))].join(", ")} tokens, as those with windows do.`,
    );
  }
  return { method: "attention-rollout", grid, attention, tokens };
}

/** The last value made by a convolution, or of one place by place, that has several places. */
function lastFeatures(nodes: readonly Node[]): Value | undefined {
  const features = new Map<string, Value>();
  for (const { opType, inputs, outputs } of nodes) {
    const [output] = outputs;
    const [, , height, width] = output.shape;
    if (output.shape.length !== 4 || height * width === 1 || MOVING.has(opType)) continue;
    const keepsPlaces = inputs.some((input) => {
      const before = features.get(input?.name ?? "");
      return before !== undefined && before.shape[2] === height && before.shape[3] === width;
    });
    if (opType === "Conv" || keepsPlaces) features.set(output.name, output);
  }
  return [...features.values()].at(-1);
}

/** A softmax over the last of two axes of one length is what tokens attend to. */
function attends({ opType, inputs, outputs: [{ shape }], attributes: { axis } }: Node): boolean {
  if (opType !== "Softmax" || inputs[0] === null || shape.length < 3 || shape.at(-1) !== shape.at(-2)) return false;
  return axis === undefined || axis.value === -1 || axis.value === shape.length - 1;
}

function isRowOfTokens(shape: readonly number[], count: number): boolean {
  return shape.length === 3 && shape[0] === 1 && shape[1] === count;
}
