/** @file Functions of one value that are spelled in several nodes: their gradients, and how little is left of them. */

import { describe, expect, test } from "vitest";
import { type GradientCase, checkGradient } from "../../../test/support/check-gradient.ts";
import { Operations, type Value } from "../onnx/index.ts";
import { gradient } from "./gradient.ts";

type Function = (g: Operations, x: Value) => Value;

const functions: Readonly<Record<string, Function>> = {
  "x times its sigmoid": (g, x) => g.mul(x, g.sigmoid(x)),
  "GELU as exporters write it": (g, x) =>
    g.mul(g.mul(x, g.add(g.erf(g.div(x, g.scalar(Math.SQRT2))), g.scalar(1))), g.scalar(0.5)),
  "GELU by its tangent": (g, x) => {
    const inner = g.scale(g.add(x, g.scale(g.pow(x, g.scalar(3)), 0.044715)), Math.sqrt(2 / Math.PI));
    return g.mul(g.scale(x, 0.5), g.add(g.scalar(1), g.tanh(inner)));
  },
  "x times a clipped ramp": (g, x) =>
    g.mul(x, g.scale(g.op("Clip", [g.add(x, g.scalar(3)), g.scalar(0), g.scalar(6)]), 1 / 6)),
  "x times the tangent of a softplus": (g, x) => g.mul(x, g.tanh(g.op("Softplus", [x]))),
  "a square of a difference": (g, x) => g.square(g.sub(g.scalar(1), x)),
};

describe("a function of several nodes", () => {
  test.each(Object.entries(functions))("has the gradient of central differences: %s", async (title, build) => {
    const given: GradientCase = { title, inputs: [[3, 5]], build: (g, [x]) => build(g, x) };
    await expect(checkGradient(given)).resolves.toBeUndefined();
  });

  test.each(Object.entries(functions))("lets dy take part in one product alone: %s", (_title, build) => {
    const g = new Operations();
    const [x, dy] = ["x", "dy"].map((name) => g.input(name, "float32", [3, 5]));
    const [dx] = gradient(g, g.reduceSum(g.mul(build(g, x), dy), [0, 1]), [x]);
    g.output(dx, "dx");
    expect(g.build().nodes.filter(({ inputs }) => inputs.some((input) => input?.name === "dy"))).toHaveLength(1);
  });

  test("may have a part that is read elsewhere too", async () => {
    const given: GradientCase = {
      title: "a sigmoid that is read twice",
      inputs: [[3, 3]],
      build: (g, [x]) => {
        const gate = g.sigmoid(x);
        return [g.mul(x, gate), g.matMul(gate, x)];
      },
    };
    await expect(checkGradient(given)).resolves.toBeUndefined();
  });

  test("ends where two values meet, and where shapes broadcast", async () => {
    const given: GradientCase = {
      title: "two values",
      inputs: [[3, 4], [3, 4], [4]],
      build: (g, [x, y, row]) => g.mul(g.exp(g.scale(g.mul(x, y), 0.1)), g.tanh(g.sigmoid(row))),
    };
    await expect(checkGradient(given)).resolves.toBeUndefined();
  });
});
