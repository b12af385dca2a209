/** @file Which nodes run piece by piece, and that not a bit of what they compute changes. */

import { describe, expect, test } from "vitest";
import { distinctValues, runGraph } from "../../../../test/support/run-graph.ts";
import { bitIdentical } from "../../../core/index.ts";
import { type Graph, Operations, type Value } from "../../onnx/index.ts";
import { fuseChains } from "./fuse-chains.ts";

const SIZES = { least: 24, mostOfPiece: 8 };
const inputs = distinctValues([
  [4, 6],
  [4, 6],
]);
type Build = (g: Operations, x: Value, y: Value) => Value[];

function unfused(build: Build): Graph {
  const g = new Operations();
  const [x, y] = inputs.map((tensor, index) => g.input(`x${index}`, tensor.dtype, tensor.shape));
  build(g, x, y).forEach((value, index) => g.output(g.op("Flatten", [value]), `y${index}`));
  return g.build();
}

/** How many nodes each Scan runs. */
const lengths = (graph: Graph): number[] => graph.nodes.flatMap(({ body }) => body?.nodes.length ?? []);

const chains: Readonly<Record<string, { build: Build; lengths: number[] }>> = {
  "a function of one value": { build: (g, x) => [g.mul(x, g.sigmoid(x))], lengths: [2] },
  "two values and a number": { build: (g, x, y) => [g.add(g.mul(x, y), g.scalar(2))], lengths: [2] },
  "a condition inside": { build: (g, x, y) => [g.where(g.greater(x, y), x, g.neg(y))], lengths: [3] },
  "a condition that leaves it": {
    build: (g, x, y) => {
      const isLarger = g.greater(g.neg(x), y);
      return [g.cast(g.transpose(isLarger, [1, 0]), "float32")];
    },
    lengths: [2],
  },
  "results that are read elsewhere too": {
    build: (g, x) => {
      const y = g.exp(x);
      const z = g.neg(y);
      return [y, z, g.reduceSum(z, [0])];
    },
    lengths: [2],
  },
  "a number that is computed": {
    build: (g, x) => {
      const mean = g.reduceMean(x, [0, 1]);
      return [g.square(g.sub(x, mean))];
    },
    lengths: [2],
  },
  "two beginnings": { build: (g, x, y) => [g.add(g.exp(x), g.tanh(y))], lengths: [3] },
  "another size in between": {
    build: (g, x, y) => {
      const rows = g.reduceSum(g.square(g.neg(x)), [1], 1);
      return [g.neg(g.exp(g.mul(y, g.expand(rows, [4, 6]))))];
    },
    lengths: [2, 3],
  },
  "what depends on itself by way of another node": {
    build: (g, x) => {
      const first = g.exp(g.neg(x));
      const moved = g.transpose(g.transpose(g.tanh(first), [1, 0]), [1, 0]);
      return [g.mul(first, moved)];
    },
    lengths: [3],
  },
  "two chains that wait for each other's parts": {
    build: (g, x, y) => {
      const [a, b] = [g.exp(g.neg(x)), g.exp(g.neg(y))];
      const [ofA, ofB] = [a, b].map((value) => g.transpose(g.softmax(g.transpose(value, [1, 0])), [1, 0]));
      return [g.neg(g.mul(a, ofB)), g.neg(g.mul(b, ofA))];
    },
    lengths: [2, 4, 2],
  },
};

describe("a chain", () => {
  test.each(Object.entries(chains))("gives the same bits: %s", async (_title, { build, lengths: expected }) => {
    const graph = unfused(build);
    const fused = fuseChains(graph, SIZES);
    expect(lengths(fused)).toEqual(expected);
    const [before, after] = [await runGraph(graph, inputs), await runGraph(fused, inputs)];
    expect(after).toHaveLength(before.length);
    for (const [index, tensor] of before.entries()) expect(bitIdentical(after[index], tensor)).toBe(true);
  });
});

describe("stays as it is", () => {
  const others: Readonly<Record<string, Build>> = {
    "a single node": (g, x, y) => [g.mul(x, y)],
    "what is small": (g, x) => [g.neg(g.exp(g.slice(x, { starts: [0], ends: [2], axes: [0] })))],
    "what a number of more axes takes part in": (g, x) => [g.neg(g.sub(x, g.reduceMean(x, [0, 1], 1)))],
    "what broadcasts": (g, x) => [g.mul(g.sub(x, g.reduceMean(x, [0], 1)), g.reduceMean(x, [1], 1))],
  };
  test.each(Object.entries(others))("%s", (_title, build) => {
    const graph = unfused(build);
    expect(fuseChains(graph, SIZES)).toBe(graph);
  });

  test("what leaves the graph", () => {
    const g = new Operations();
    const [x, y] = ["x", "y"].map((name) => g.input(name, "float32", [4, 6]));
    g.output(g.sub(x, g.scale(y, 0.1)), "next");
    const graph = g.build();
    expect(fuseChains(graph, SIZES)).toBe(graph);
  });

  test("what does not divide into pieces of some size", () => {
    const graph = unfused((g, x) => [g.neg(g.exp(x))]);
    expect(fuseChains(graph, { least: 24, mostOfPiece: 5 })).not.toBe(graph);
    expect(fuseChains(graph, { least: 24, mostOfPiece: 23 })).not.toBe(graph);
    const odd = new Operations();
    const x = odd.input("x", "float32", [29]);
    odd.output(odd.reduceSum(odd.neg(odd.exp(x)), [0]), "y");
    const prime = odd.build();
    expect(fuseChains(prime, SIZES)).toBe(prime);
  });
});
