/** @file Element-wise operators between numbers and tensors that end in axes of length 1. */

import { expect, test } from "vitest";
import { float32 } from "../../core/index.ts";
import { buildGraph, runGraph } from "../../../test/support/run-graph.ts";

const x = float32([1, -2, 3, -4, 5, -6], [2, 3, 1, 1]);
const number = float32([2], [1, 1]);

test("a number meets a tensor without the 1s at its end, and the result has them again", async () => {
  const graph = buildGraph([x, number], (g, [a, b]) => [g.sub(a, b), g.sub(b, a), g.where(g.greater(a, b), a, b)]);
  const inner = graph.nodes.filter(({ opType }) => ["Sub", "Greater", "Where"].includes(opType));
  expect(inner.map(({ outputs }) => outputs[0].shape)).toEqual([
    [2, 3],
    [2, 3],
    [2, 3],
    [2, 3],
  ]);
  const results = await runGraph(graph, [x, number]);
  expect(results.map(({ shape, data }) => [shape, Array.from(data, Number)])).toEqual([
    [x.shape, [-1, -4, 1, -6, 3, -8]],
    [x.shape, [1, 4, -1, 6, -3, 8]],
    [x.shape, [2, 2, 3, 2, 5, 2]],
  ]);
});

test("tensors of other shapes, and numbers among themselves, meet as they are", () => {
  const row = float32([1, 2, 3], [3, 1, 1]);
  const graph = buildGraph([x, row, number], (g, [a, b, c]) => [g.add(a, b), g.add(c, c), g.add(a, a)]);
  expect(graph.nodes.map(({ opType }) => opType)).toEqual(["Add", "Add", "Add"]);
});
