/** @file Gradients of training's own operators against central differences. */

import { describe, expect, test } from "vitest";
import { type GradientCase, checkGradient } from "../../../../test/support/check-gradient.ts";
import type { Shape } from "../../../core/index.ts";
import { GRAFT_DOMAIN, Operations, type Value } from "../../onnx/index.ts";
import { gradient } from "../gradient.ts";
import type { trainingRules } from "./training.ts";

function batchNormCase(title: string, x: Shape, epsilon = 0.1): GradientCase {
  return {
    title,
    inputs: [x, [x[1]], [x[1]]],
    // squared, since sum(dy) of equal weights has no gradient in x; WebGPU promises of a sine only 2^-11
    build: (g, inputs) => g.square(batchNorm(g, inputs, { epsilon })[0]),
  };
}

function batchNorm(g: Operations, inputs: readonly Value[], attributes: { epsilon?: number } = {}): Value[] {
  return g.node("BatchNormTraining", inputs, attributes, { domain: GRAFT_DOMAIN, outputs: 3 });
}

const cases: Record<keyof typeof trainingRules, GradientCase[]> = {
  BatchNormTraining: [
    batchNormCase("images", [2, 3, 2, 3]),
    batchNormCase("numbers", [5, 3]),
    batchNormCase("sequences", [2, 3, 4], 1e-5),
    batchNormCase("one image of one position and channel", [1, 1, 1, 1]),
    {
      title: "a center",
      inputs: [[3, 2, 2, 2], [2], [2]],
      build: (g, inputs) => g.square(batchNorm(g, [...inputs, g.floats([1, -1])])[0]),
    },
  ],
};

describe.each(Object.entries(cases))("%s", (_opType, list) => {
  test.each(list)("$title", async (given) => {
    await expect(checkGradient(given)).resolves.toBeUndefined();
  });
});

test("BatchNormTraining refuses a loss that depends on its statistics", () => {
  const g = new Operations();
  const [x, weight, bias] = [[2, 3], [3], [3]].map((shape, index) => g.input(`x${index}`, "float32", shape));
  const [y, mean] = batchNorm(g, [x, weight, bias]);
  const loss = g.reduceSum(g.mul(y, mean), [0, 1]);
  expect(() => gradient(g, loss, [x])).toThrow(
    'BatchNormTraining node "BatchNormTraining": expected the loss to depend on the first output alone, the form with ' +
      "a gradient rule. Its inputs are float32 [2, 3], float32 [3], float32 [3].",
  );
});
