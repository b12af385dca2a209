/** @file What is computed again has the same gradients, and keeps nothing of attention from the way there. */

import { expect, test } from "vitest";
import { distinctValues, runGraph } from "../../../test/support/run-graph.ts";
import type { Tensor } from "../../core/index.ts";
import { lower } from "../lowering/index.ts";
import { type Graph, Operations, type Value } from "../onnx/index.ts";
import { gradient } from "./gradient.ts";

const [images, heads, tokens, size] = [2, 2, 5, 3];
const shapes = [[images, tokens, size], [size], [size], [size, heads * 3 * size], [heads * size, 2]];
const inputs = distinctValues(shapes).map(({ data, ...tensor }) => ({
  ...tensor,
  data: data.map((value) => value / 4),
}));

/** Tokens that are normalized, attend to each other by scores that `scaled` scales, and end in a loss. */
function graphOf(recomputes: boolean, scaled: (g: Operations, scores: Value) => Value): Graph {
  const g = new Operations();
  const [x, scale, shift, into, out] = inputs.map(({ shape }, index) => g.input(`x${index}`, "float32", shape));
  const normalized = g.op("LayerNormalization", [x, scale, shift], { axis: -1, epsilon: 1e-5 });
  const rows = g.reshape(normalized, [images * tokens, size]);
  const split = g.reshape(g.gemm(rows, into), [images, tokens, 3, heads, size]);
  const part = (index: number, perm: readonly number[]): Value =>
    g.transpose(
      g.reshape(g.slice(split, { starts: [index], ends: [index + 1], axes: [2] }), [images, tokens, heads, size]),
      perm,
    );
  const scores = g.matMul(part(0, [0, 2, 1, 3]), part(1, [0, 2, 3, 1]));
  const mixed = g.matMul(g.softmax(scaled(g, scores)), part(2, [0, 2, 1, 3]));
  const y = g.gemm(g.reshape(g.transpose(mixed, [0, 2, 1, 3]), [images * tokens, heads * size]), out);
  const loss = g.reduceMean(g.square(y), [0, 1]);
  const wrt = [x, scale, into, out];
  gradient(g, loss, wrt, { recomputes }).forEach((grad, index) => g.output(grad, `y${index}`));
  return g.build("attention");
}

const halved = (g: Operations, scores: Value): Value => g.scale(scores, 0.5);

/** The nodes that read what a node of this kind made, apart from those that only put it in another form. */
function readersOf(graph: Graph, isKind: (name: string, opType: string) => boolean): string[] {
  const made = new Set(
    graph.nodes
      .filter(({ name, opType }) => isKind(name, opType))
      .flatMap(({ outputs }) => outputs.map(({ name }) => name)),
  );
  for (const {
    opType,
    inputs: [x],
    outputs,
  } of graph.nodes)
    if (opType === "Reshape" && made.has(x?.name ?? "")) made.add(outputs[0].name);
  return graph.nodes.flatMap(({ name, opType, inputs: read }) =>
    opType !== "Reshape" && read.some((value) => made.has(value?.name ?? "")) ? [name] : [],
  );
}

test.each([
  ["by a factor", halved],
  ["by a divisor", (g: Operations, scores: Value): Value => g.div(scores, g.scalar(3))],
  ["not at all", (_g: Operations, scores: Value): Value => scores],
])("scores that are scaled %s have the same gradients", async (_how, scaled) => {
  const [kept, again] = await Promise.all([false, true].map((each) => runGraph(lower(graphOf(each, scaled)), inputs)));
  const largest = ({ data }: Tensor): number => Math.max(...Array.from(data, Number).map(Math.abs));
  kept.forEach((tensor, index) => {
    const others = Array.from(again[index].data, Number);
    const apart = Array.from(tensor.data, Number).map((value, at) => Math.abs(value - others[at]));
    expect(largest(tensor)).toBeGreaterThan(1e-4);
    expect(Math.max(...apart)).toBeLessThan(1e-6 * Math.max(1, largest(tensor)));
  });
});

test("nothing on the way back reads weights of attention or normalized tokens of the way there", () => {
  const forwardOf = (opType: string) => (name: string, kind: string) => kind === opType && !name.includes("again/");
  for (const opType of ["Softmax", "LayerNormalization"]) {
    const backward = (recomputes: boolean): string[] =>
      readersOf(graphOf(recomputes, halved), forwardOf(opType)).filter((name) => name.startsWith("grad/"));
    expect(backward(false).length).toBeGreaterThan(0);
    expect(backward(true)).toEqual([]);
  }
});

test("scores that something else is added to are kept", () => {
  const shifted = (g: Operations, scores: Value): Value => g.add(scores, g.input("bias", "float32", [tokens, tokens]));
  const names = graphOf(true, shifted).nodes.map(({ name }) => name);
  expect(names.some((name) => name.includes("again/") && name.includes("LayerNormalization"))).toBe(true);
  expect(names.some((name) => name.includes("again/") && name.includes("Softmax"))).toBe(false);
});
