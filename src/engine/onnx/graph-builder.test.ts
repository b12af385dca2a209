/** @file How graphs are put together: names, constants, outputs, and what is left out. */

import { describe, expect, test } from "vitest";
import { buildGraph, runGraph } from "../../../test/support/run-graph.ts";
import { GraphError, float32, int64 } from "../../core/index.ts";
import { Operations } from "./operations.ts";

describe("GraphBuilder", () => {
  test("names nodes by operator and scope, and values after their nodes", () => {
    const g = new Operations();
    const x = g.input("x", "float32", [2]);
    const [first, second] = [g.relu(x), g.relu(x)];
    const inner = g.scoped("block", () => g.scoped("conv1", () => g.op("Tanh", [x], {}, { name: "gate" })));
    expect([first, second, inner].map(({ name }) => name)).toEqual(["Relu:0", "Relu_1:0", "block/conv1/gate:0"]);
    expect(g.nodes.map(({ name }) => name)).toEqual(["Relu", "Relu_1", "block/conv1/gate"]);
  });

  test("leaves a scope also where building in it fails", () => {
    const g = new Operations();
    const x = g.input("x", "float32", [2]);
    expect(() => g.scoped("block", () => g.op("Relu", []))).toThrow(GraphError);
    expect(g.relu(x).name).toBe("Relu:0");
  });

  test("never gives a value the name of an input", () => {
    const g = new Operations();
    const x = g.input("Relu:0", "float32", [2]);
    expect(g.relu(x).name).toBe("Relu:0_1");
  });

  test("stores equal constants once, and tells types and shapes apart", () => {
    const g = new Operations();
    expect(g.scalar(1)).toBe(g.scalar(1));
    expect(g.floats([1])).not.toBe(g.scalar(1));
    expect(g.constant(int64([0]))).not.toBe(g.constant({ dtype: "float64", shape: [1], data: new Float64Array(1) }));
  });

  test("knows producers and constants", () => {
    const g = new Operations();
    const x = g.input("x", "float32", [2]);
    const y = g.relu(x);
    expect(g.producerOf(y)?.opType).toBe("Relu");
    expect(g.producerOf(x)).toBeUndefined();
    expect(g.constantOf(g.floats([1, 2]))).toEqual(float32([1, 2]));
    expect(g.constantOf(y)).toBeUndefined();
  });

  test("leaves out nodes and constants that no output depends on, and keeps every input", () => {
    const g = new Operations();
    const [x, unused] = [g.input("x", "float32", [2]), g.input("unused", "float32", [2])];
    g.add(unused, g.scalar(3));
    g.output(g.relu(x), "y");
    const graph = g.build();
    expect(graph.nodes.map((node) => node.opType)).toEqual(["Relu"]);
    expect([...graph.initializers]).toEqual([]);
    expect(graph.inputs.map(({ name }) => name)).toEqual(["x", "unused"]);
  });

  test("names an output where it is made, and copies only what must be copied", async () => {
    const x = float32([-1, 2]);
    const build: Parameters<typeof buildGraph>[1] = (g, [value]) => {
      const y = g.relu(value);
      return [y, y, value, g.scalar(5), g.neg(y)];
    };
    const graph = buildGraph([x], build);
    expect(graph.nodes.map((node) => node.opType)).toEqual(["Relu", "Neg", "Identity", "Identity", "Identity"]);
    const results = await runGraph(graph, [x]);
    expect(results.map(({ data }) => Array.from(data, Number))).toEqual([[0, 2], [0, 2], [-1, 2], [5], [-0, -2]]);
  });
});

describe("GraphBuilder refuses", () => {
  const g = new Operations();
  const x = g.input("x", "float32", [2]);
  g.output(g.relu(x), "y");

  test.each([
    { build: () => g.input("x", "float32", [3]), text: 'graph input: expected a new name, got "x" twice.' },
    { build: () => g.output(x, "y"), text: 'graph output: expected a new name, got "y" twice.' },
    {
      build: () => g.op("Rellu", [x], {}, { name: "act" }),
      text: 'Rellu node "act": expected an operator that Graft knows, got "Rellu". Did you mean "Relu"?',
    },
    {
      build: () => g.op("constructor", [x], {}, { name: "c" }),
      text: 'constructor node "c": expected an operator that Graft knows, got "constructor".',
    },
    {
      build: () => g.op("Relu", [x], { alpha: 1 }, { name: "a" }),
      text: 'Relu node "a": expected attributes among none, got "alpha".',
    },
    {
      build: () => g.op("Softmax", [x], { axis: 0.5 }, { name: "b" }),
      text: 'Softmax node "b": expected a whole number as axis, got 0.5.',
    },
    {
      build: () => g.op("MaxPool", [x], { kernel_shape: 2 }, { name: "d" }),
      text: 'MaxPool node "d": expected a list of whole numbers as kernel_shape, got 2.',
    },
    {
      build: () => g.op("Pad", [x], { mode: 1 }, { name: "e" }),
      text: 'Pad node "e": expected a string as mode, got 1.',
    },
  ])("$text", ({ build, text }) => {
    expect(build).toThrow(new GraphError(text));
  });
});

describe("Operations", () => {
  test("spaceOut puts zeros after every element", async () => {
    const x = float32([1, 2, 3, 4], [2, 2]);
    const graph = buildGraph([x], (g, [value]) => [g.spaceOut(value, { axis: 1, step: 3 })]);
    const [y] = await runGraph(graph, [x]);
    expect(y).toEqual(float32([1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0], [2, 6]));
  });

  test("adds no node where there is nothing to do", () => {
    const g = new Operations();
    const x = g.input("x", "float32", [2, 3]);
    expect(g.reshape(x, [2, 3])).toBe(x);
    expect(g.pad(x, [0, 0, 0, 0])).toBe(x);
    expect(g.cast(x, "float32")).toBe(x);
    expect(g.concat([x], 0)).toBe(x);
    expect(g.spaceOut(x, { axis: 0, step: 1 })).toBe(x);
  });
});
