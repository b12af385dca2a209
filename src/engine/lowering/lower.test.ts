/** @file What lowering keeps and what it replaces; the values are checked with the gradient rules. */

import { expect, test } from "vitest";
import { buildGraph, distinctValues, runGraph } from "../../../test/support/run-graph.ts";
import { gradient } from "../autodiff/index.ts";
import { GRAFT_DOMAIN, Operations, trainingOperators } from "../onnx/index.ts";
import { lower } from "./lower.ts";

/** A loss over every operator whose gradient Graft has an operator of its own for, and its gradients. */
function gradientGraph(): Operations {
  const g = new Operations();
  const x = g.input("x", "float32", [2, 3, 8, 8]);
  const weight = g.input("weight", "float32", [4, 3, 3, 3]);
  const channels = ["bn.weight", "bn.bias"].map((name) => g.input(name, "float32", [4]));
  const images = g.conv(x, weight, { pads: [1, 1, 1, 1] });
  const [normalized] = g.node("BatchNormTraining", [images, ...channels], {}, { domain: GRAFT_DOMAIN, outputs: 3 });
  const activated = g.slice(g.relu(normalized), { starts: [0], ends: [8], axes: [2] });
  const pooled = g.op("MaxPool", [activated], { kernel_shape: [2, 2], strides: [2, 2] });
  const averaged = g.op("AveragePool", [pooled], { kernel_shape: [2, 2] });
  const loss = g.reduceSum(g.mul(averaged, g.initializer("scale", distinctValues([[3, 3]])[0])), [0, 1, 2, 3]);
  const [dx, dweight] = gradient(g, loss, [x, weight]);
  g.output(loss, "loss");
  g.output(dx, "dx");
  g.output(dweight, "dweight");
  return g;
}

test("nothing of Graft's own domain is left", () => {
  const graph = gradientGraph().build();
  const before = graph.nodes.filter((node) => node.domain === GRAFT_DOMAIN).map((node) => node.opType);
  expect(new Set(before)).toEqual(new Set(Object.keys(trainingOperators)));
  expect(lower(graph).nodes.filter((node) => node.domain === GRAFT_DOMAIN)).toEqual([]);
});

test("inputs, outputs and named constants stay", () => {
  const graph = gradientGraph().build("step");
  const lowered = lower(graph);
  expect(lowered.name).toBe("step");
  expect(lowered.inputs).toEqual(graph.inputs);
  expect(lowered.outputs).toEqual(graph.outputs);
  expect(lowered.initializers.get("scale")).toBe(graph.initializers.get("scale"));
});

test("a graph without gradient operators computes the same", async () => {
  const [x] = distinctValues([[2, 3]]);
  const graph = buildGraph([x], (g, [value]) => [g.softmax(g.scale(value, 2)), g.op("ArgMax", [value], { axis: 1 })]);
  const lowered = lower(graph);
  expect(lowered.nodes.map((node) => node.opType)).toEqual(graph.nodes.map((node) => node.opType));
  expect(await runGraph(lowered, [x])).toEqual(await runGraph(graph, [x]));
});
