/** @file Which gradients of slices are put side by side, and that they stay the same gradients. */

import { expect, test } from "vitest";
import { distinctValues, runGraph } from "../../../test/support/run-graph.ts";
import { gradient } from "../autodiff/index.ts";
import { type Graph, Operations, type Value } from "../onnx/index.ts";
import { joinSlices } from "./joined-slices.ts";
import { lower } from "./lower.ts";

const SHAPE = [2, 6, 3];
const [x] = distinctValues([SHAPE]);

type Build = (g: Operations, x: Value) => Value;
const slice = (g: Operations, value: Value, [start, end]: readonly [number, number], axis = 1): Value =>
  g.slice(value, { starts: [start], ends: [end], axes: [axis] });
const squared = (g: Operations, value: Value): Value => g.reduceSum(g.mul(value, value), [...value.shape.keys()], 0);
const sum = (g: Operations, values: readonly Value[]): Value =>
  values.map((value, index) => g.scale(squared(g, value), index + 1)).reduce((a, b) => g.add(a, b));

/** The loss's gradient, before anything is lowered. */
function gradientGraph(build: Build): Graph {
  const g = new Operations();
  const input = g.input("x0", "float32", SHAPE);
  g.output(gradient(g, build(g, input), [input])[0], "dx");
  return g.build();
}

const countOf = (graph: Graph, opType: string): number => graph.nodes.filter((node) => node.opType === opType).length;

test.each<[string, Build]>([
  ["three slices", (g, v) => sum(g, [slice(g, v, [0, 2]), slice(g, v, [2, 3]), slice(g, v, [3, 6])])],
  ["slices out of order", (g, v) => sum(g, [slice(g, v, [4, 6]), slice(g, v, [0, 4])])],
  [
    "single places",
    (g, v) =>
      sum(
        g,
        [0, 1].map((at) => g.gather(v, g.ints([at]), 0)),
      ),
  ],
])("what covers its input once is joined: %s", async (_what, build) => {
  const graph = gradientGraph(build);
  const joined = joinSlices(graph);
  expect(countOf(joined, "SliceGrad")).toBe(0);
  expect(countOf(joined, "Concat")).toBe(1);
  expect(await runGraph(lower(graph), [x])).toEqual(await runGraph(apart(graph), [x]));
});

test.each<[string, Build]>([
  ["a gap", (g, v) => sum(g, [slice(g, v, [0, 2]), slice(g, v, [3, 6])])],
  ["an overlap", (g, v) => sum(g, [slice(g, v, [0, 4]), slice(g, v, [3, 6])])],
  ["slices of two axes", (g, v) => sum(g, [slice(g, v, [0, 3]), slice(g, v, [0, 1], 0)])],
  ["a gap as long as an overlap", (g, v) => sum(g, [slice(g, v, [0, 3]), slice(g, v, [2, 5])])],
  ["a rest that nobody took", (g, v) => sum(g, [slice(g, v, [0, 2]), slice(g, v, [2, 5])])],
  [
    "boxes",
    (g, v) =>
      sum(
        g,
        [0, 3].map((at) => g.slice(v, { starts: [at, 0], ends: [at + 3, 2], axes: [1, 2] })),
      ),
  ],
  [
    "every other place",
    (g, v) => sum(g, [g.slice(v, { starts: [0], ends: [6], axes: [1], steps: [2] }), slice(g, v, [3, 6])]),
  ],
  ["another use of the whole", (g, v) => sum(g, [slice(g, v, [0, 3]), slice(g, v, [3, 6]), v])],
])("the others are added up: %s", (_what, build) => {
  const graph = gradientGraph(build);
  expect(joinSlices(graph).nodes).toEqual(graph.nodes);
});

/** Each gradient of a slice by itself, as an output that `lower` may not join. */
function apart(graph: Graph): Graph {
  const lowered = lower({
    ...graph,
    outputs: [...graph.outputs, ...graph.nodes.flatMap((node) => (node.opType === "SliceGrad" ? node.outputs : []))],
  });
  return { ...lowered, outputs: lowered.outputs.slice(0, 1) };
}
