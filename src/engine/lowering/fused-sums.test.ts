/** @file Which sums a matrix product takes in, and that they stay the same sums. */

import { describe, expect, test } from "vitest";
import { distinctValues, runGraph } from "../../../test/support/run-graph.ts";
import { type Graph, Operations, type Value } from "../onnx/index.ts";
import { fuseSums } from "./fused-sums.ts";

const [a, b, c] = distinctValues([
  [3, 4],
  [5, 4],
  [3, 5],
]);
type Build = (g: Operations, values: readonly Value[]) => Value[];

const product = (g: Operations, [left, right]: readonly Value[]): Value => g.gemm(left, right, null, { transB: 1 });

function unfused(build: Build): Graph {
  const g = new Operations();
  const values = [a, b, c].map((tensor, index) => g.input(`x${index}`, tensor.dtype, tensor.shape));
  build(g, values).forEach((value, index) => g.output(value, `y${index}`));
  return g.build();
}

const opTypes = (graph: Graph): string[] => graph.nodes.map(({ opType }) => opType);

describe("a scaled tensor added to a product", () => {
  const sums: Record<string, Build> = {
    "product first": (g, values) => [g.add(product(g, values), g.scale(values[2], 0.9))],
    "product last": (g, values) => {
      const scaled = g.scale(values[2], 0.9);
      return [g.add(scaled, product(g, values))];
    },
    "read again afterwards": (g, values) => {
      const sum = g.add(product(g, values), g.scale(values[2], 0.9));
      return [sum, g.neg(sum)];
    },
  };
  test.each(Object.entries(sums))("is part of it: %s", async (_name, build) => {
    const graph = unfused(build);
    const fused = fuseSums(graph);
    expect(opTypes(graph)).toEqual(expect.arrayContaining(["Add", "Mul"]));
    expect(opTypes(fused)).not.toContain("Add");
    expect(opTypes(fused)).not.toContain("Mul");
    const [expected, got] = [await runGraph(graph, [a, b, c]), await runGraph(fused, [a, b, c])];
    expect(got).toHaveLength(expected.length);
    for (const [index, { data }] of expected.entries()) {
      for (const [position, value] of data.entries()) expect(got[index].data[position]).toBeCloseTo(Number(value), 5);
    }
  });
});

describe("stays a sum", () => {
  const others: Record<string, Build> = {
    "a product that is read elsewhere": (g, values) => {
      const y = product(g, values);
      return [g.add(y, g.scale(values[2], 0.9)), g.relu(y)];
    },
    "a scaled tensor that leaves the graph": (g, values) => {
      const scaled = g.scale(values[2], 0.9);
      return [g.add(product(g, values), scaled), scaled];
    },
    "a factor that is computed": (g, values) => [
      g.add(product(g, values), g.mul(values[2], g.reduceMean(values[0], [0, 1], 1))),
    ],
    "a product with a bias": (g, values) => [
      g.add(g.gemm(values[0], values[1], values[2], { transB: 1 }), g.scale(values[2], 0.9)),
    ],
  };
  test.each(Object.entries(others))("%s", (_name, build) => {
    expect(opTypes(fuseSums(unfused(build)))).toContain("Add");
  });
});
