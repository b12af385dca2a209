/** @file Of an If whose condition the file itself decides, the branch that is taken is read in its place. */

import { expect, test } from "vitest";
import {
  type Field,
  type Message,
  declared,
  int64s,
  node,
  weight,
  written,
} from "../../../../test/support/onnx-file.ts";
import { buildGraph, runGraph } from "../../../../test/support/run-graph.ts";
import { float32 } from "../../../core/index.ts";
import { decodeModel } from "./decode.ts";

/** A graph attribute; 5 is ONNX's number of that type. */
function graphOf(name: string, nodes: readonly Message[], output: string, constants: readonly Message[] = []): Field {
  const fields = [...nodes.map((one): Field => [1, one]), ...constants.map((one): Field => [5, one])];
  return [5, [[1, name], [6, [...fields, [2, name], [12, declared(output, [2])]]], [20, 5]]]; // prettier-ignore
}

/** y = |x| where x has more than `most` axes, or else x + 1, by way of an inner If with the 1 in it; then y + y. */
function branching(most: number): Uint8Array {
  const inner: Message = [
    ...node("If", [["more"], ["inner"]]),
    graphOf("then_branch", [node("Neg", [["x"], ["never"]])], "never"),
    graphOf("else_branch", [node("Add", [["x", "one"], ["next"]])], "next", [weight("one", [1], 1)]),
  ];
  const outer: Message = [
    ...node("If", [["more"], ["chosen"]]),
    graphOf("then_branch", [node("Abs", [["x"], ["absolute"]])], "absolute"),
    graphOf("else_branch", [inner], "inner"),
  ];
  const nodes = [
    node("Shape", [["x"], ["shape"]]),
    node("Size", [["shape"], ["axes"]]),
    node("Greater", [["axes", "most"], ["more"]]),
    outer,
    node("Add", [["chosen", "chosen"], ["y"]]),
  ];
  const graph: Message = [
    ...nodes.map((one): Field => [1, one]),
    [2, "branching"],
    [5, int64s("most", [most])],
    [11, declared("x", [2])],
    [12, declared("y", [2])],
  ];
  return written([[1, 8], [7, graph], [8, [[1, ""], [2, 17]]]]); // prettier-ignore
}

test.each([
  { most: 0, operators: ["Abs", "Identity", "Add"], y: [2, 6] },
  { most: 1, operators: ["Add", "Identity", "Identity", "Add"], y: [0, 8] },
])("with at most $most axes it is $operators", async ({ most, operators, y }) => {
  const { graph } = decodeModel(branching(most), { simplify: true });
  expect(graph.nodes.map(({ opType }) => opType)).toEqual(operators);
  const x = float32([-1, 3]);
  const built = buildGraph([x], (g, [value]) => {
    const made = new Map([["x", value]]);
    for (const [name, tensor] of graph.initializers) made.set(name, g.initializer(name, tensor));
    for (const one of graph.nodes) {
      const [result] = g.again(one, one.inputs.map((input) => made.get(input?.name ?? "") ?? null)); // prettier-ignore
      made.set(one.outputs[0].name, result);
    }
    return [made.get("y") ?? value];
  });
  const [result] = await runGraph(built, [x]);
  expect([...result.data]).toEqual(y);
});

test("one whose condition is fed stays, and is refused by its name", () => {
  const nodes: Message[] = [
    [
      ...node("If", [["x"], ["y"]]),
      graphOf("then_branch", [node("Abs", [["x"], ["a"]])], "a"),
      graphOf("else_branch", [node("Neg", [["x"], ["b"]])], "b"),
    ],
  ];
  const graph: Message = [
    ...nodes.map((one): Field => [1, one]),
    [2, "fed"],
    [11, declared("x", [1], 9)],
    [12, declared("y", [1])],
  ];
  const bytes = written([[1, 8], [7, graph], [8, [[1, ""], [2, 17]]]]); // prettier-ignore
  expect(() => decodeModel(bytes, { simplify: true })).toThrow(
    'If node "y": expected an operator that Graft knows, got "If"',
  );
});
