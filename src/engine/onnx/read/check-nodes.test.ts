/** @file Nodes that no file may have are refused with the file, whoever reads it. */

import { expect, test } from "vitest";
import { type Message, body, head, int64s, model, node, weights, written } from "../../../../test/support/onnx-file.ts";
import { GraphError } from "../../../core/index.ts";
import { readModelHeader } from "./model-header.ts";

/** A loop whose rounds are a constant of the file, with another in it. */
function loop(rounds: string, inner: readonly Message[] = []): Message {
  return [...node("Loop", [[rounds, ""], ["looped"]]), [5, [[1, "body"], [6, inner.map((one) => [1, one] as const)], [20, 5]]]]; // prettier-ignore
}

const read = (nodes: readonly Message[]): unknown =>
  readModelHeader(
    written(
      model({
        nodes: [...body, head, ...nodes],
        weights: [...weights, int64s("few", [200]), int64s("many", [20_000])],
      }),
    ),
    {
      path: "a.onnx",
    },
  );

test.each([
  [
    [node("__proto__", [["flat"], ["x"]])],
    '__proto__ node "x": expected an operator of ONNX, got the name "__proto__" in it.',
  ],
  [
    [node("Relu", [["flat"], ["x"]], { constructor: 1 })],
    'Relu node "x": expected an operator of ONNX, got the name "constructor" in it.',
  ],
  [
    [loop("many")],
    'Loop node "looped": expected a loop of at most 10000 rounds, got 20000. Export the network without loops.',
  ],
  [
    [loop("few", [loop("few")])],
    'Loop node "looped": expected a loop of at most 10000 rounds, got 200. Export the network without loops.',
  ],
  [
    [loop("flat")],
    'Loop node "looped": expected a loop of at most 10000 rounds, got no constant that ends it. Export the network without loops.',
  ],
] satisfies [Message[], string][])("%#", (nodes, sentence) => {
  expect(() => read(nodes)).toThrow(new GraphError(`a.onnx: ${sentence}`));
});

test("a loop that ends soon is read", () => {
  expect(read([loop("few")])).toMatchObject({ outputs: [{ name: "logits" }] });
});
