/** @file The walk: which nodes it visits, how gradients add up, and what it refuses. */

import { describe, expect, test } from "vitest";
import { type GradientCase, checkGradient, gradientsOf } from "../../../test/support/check-gradient.ts";
import { type Shape, float32 } from "../../core/index.ts";
import { Operations } from "../onnx/index.ts";
import { gradient } from "./gradient.ts";

function graphWith(...shapes: Shape[]): { g: Operations; values: ReturnType<Operations["input"]>[] } {
  const g = new Operations();
  return { g, values: shapes.map((shape, index) => g.input(`x${index}`, "float32", shape)) };
}

describe("gradient", () => {
  test("adds up over every use of a value", async () => {
    const fanOut: GradientCase = {
      title: "fan-out",
      inputs: [[3, 3]],
      build: (g, [x]) => g.add(g.mul(g.sin(x), g.exp(x)), g.matMul(x, g.tanh(x))),
    };
    await expect(checkGradient(fanOut)).resolves.toBeUndefined();
  });

  test("passes through a network of several operators", async () => {
    const network: GradientCase = {
      title: "network",
      inputs: [[2, 1, 6, 6], [2, 1, 3, 3], [4, 18], [4]],
      build: (g, [x, kernel, weight, bias]) => {
        // scaled, so that float32 holds the logits to more digits than the tolerance
        const features = g.op("MaxPool", [g.relu(g.conv(g.scale(x, 0.1), kernel, { pads: [1, 1, 1, 1] }))], {
          kernel_shape: [2, 2],
          strides: [2, 2],
        });
        return g.logSoftmax(g.gemm(g.op("Flatten", [features]), weight, bias, { transB: 1, alpha: 0.1 }));
      },
    };
    await expect(checkGradient(network)).resolves.toBeUndefined();
  });

  test("is 1 in the loss itself", async () => {
    const [grad] = await gradientsOf({ inputs: [float32([2], [])], build: (_, [x]) => x });
    expect(Array.from(grad.data, Number)).toEqual([1]);
  });

  test("may be asked for a value inside the graph, and for one before it at once", async () => {
    const inputs = [float32([1, 2])];
    const inside = await gradientsOf({
      inputs,
      build: (g, [x]) => {
        const y = g.scale(x, 3);
        const [dy, dx] = gradient(g, g.reduceSum(g.square(y), [0]), [y, x]);
        return g.concat([g.op("Identity", [dy]), dx], 0);
      },
    });
    // dy = 2 * 3 * x and dx = 2 * 9 * x, so each x gets 6 + 18
    expect(Array.from(inside[0].data, Number)).toEqual([24, 24]);
  });

  test("names the gradient's nodes after the forward nodes", () => {
    const { g, values } = graphWith([2]);
    const loss = g.scoped("head", () => g.reduceSum(g.tanh(values[0]), [0]));
    gradient(g, loss, values);
    const added = g.nodes.map(({ name }) => name).filter((name) => name.startsWith("grad/head/Tanh/"));
    expect(added).not.toEqual([]);
  });

  test("needs no rule before the values it is asked for, nor beside the loss", () => {
    const { g, values } = graphWith([2, 2], [2, 2]);
    const frozen = g.fusedMatMul(values[0], values[0], {});
    const loss = g.reduceSum(g.mul(frozen, values[1]), [0, 1]);
    g.fusedMatMul(values[1], values[1], {});
    expect(gradient(g, loss, [values[1]])[0].shape).toEqual([2, 2]);
  });

  test("builds nothing for what is not asked for", () => {
    const { g, values } = graphWith([2, 3], [3, 2]);
    const hidden = g.scoped("frozen", () => g.tanh(values[0]));
    const [grad] = gradient(g, g.reduceSum(g.matMul(hidden, values[1]), [0, 1]), [values[1]]);
    g.output(grad, "grad");
    const { nodes } = g.build();
    expect(nodes.filter(({ name }) => name.startsWith("grad/frozen"))).toEqual([]);
    expect(nodes.filter(({ opType }) => opType === "FusedMatMul")).toHaveLength(1);
  });
});

describe("gradient refuses", () => {
  test("a loss that is no scalar", () => {
    const { g, values } = graphWith([2, 3]);
    expect(() => gradient(g, g.exp(values[0]), values)).toThrow(
      "gradient: expected a scalar loss, got shape [2, 3]. Reduce it first.",
    );
  });

  test("a loss that is not float32", () => {
    const { g, values } = graphWith([]);
    expect(() => gradient(g, g.cast(values[0], "int64"), values)).toThrow(
      "gradient: expected a float32 loss, got int64.",
    );
  });

  test("values that the loss does not depend on", () => {
    const { g, values } = graphWith([2], [2]);
    expect(() => gradient(g, g.reduceSum(values[0], [0]), values)).toThrow(
      'gradient: expected the loss to depend on "x1", but it does not.',
    );
  });

  test("values that the loss depends on through steps alone", () => {
    const { g, values } = graphWith([2]);
    const steps = g.cast(g.greater(values[0], g.scalar(0)), "float32");
    expect(() => gradient(g, g.reduceSum(steps, [0]), values)).toThrow(
      'gradient: expected the loss to depend on "x0", but it does not.',
    );
  });

  test("operators without a rule, and names the node", () => {
    const { g, values } = graphWith([2, 2]);
    const product = g.scoped("attention", () => g.fusedMatMul(values[0], values[0], { transB: 1 }));
    expect(() => gradient(g, g.reduceSum(product, [0, 1]), values)).toThrow(
      'FusedMatMul node "attention/FusedMatMul": expected an operator with a gradient rule, got none for ' +
        '"FusedMatMul". Freeze the layers up to this node, or leave it out of what is trained.',
    );
  });
});
