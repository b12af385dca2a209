/** @file The shortcut without parameters: which values it passes on, and where gradients return to. */

import { expect, test } from "vitest";
import { float32, GraphError } from "../../../core/index.ts";
import { buildGraph, runGraph } from "../../../../test/support/run-graph.ts";
import { gradient } from "../../autodiff/index.ts";
import { forward, inferenceOptions, networkParameters, paddedShortcut } from "../index.ts";
import type { PaddedShortcutOptions } from "./padded-shortcut.ts";

const x = float32([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18], [1, 2, 3, 3]);

/** The output on x, and the gradient in x of the output's sum of halved squares: the output itself, sent back. */
async function outputAndGradient(
  options: PaddedShortcutOptions,
): Promise<{ shape: readonly number[]; lists: number[][] }> {
  const network = { name: "test", inputShape: [2, 3, 3], layers: [paddedShortcut("shortcut", options)] };
  expect(networkParameters(network)).toEqual([]);
  const none = inferenceOptions(() => {
    throw new Error("internal: a layer without parameters asked for one");
  });
  const graph = buildGraph([x], (g, [image]) => {
    const output = forward(g, { network, x: image, options: none });
    const loss = g.scale(g.reduceSum(g.square(output), [0, 1, 2, 3]), 0.5);
    return [output, gradient(g, loss, [image])[0]];
  });
  const [output, sentBack] = await runGraph(graph, [x]);
  expect(output.shape.slice(1)).toEqual(network.layers[0].outputShape([2, 3, 3]));
  return { shape: output.shape, lists: [output, sentBack].map(({ data }) => Array.from(data, Number)) };
}

test("keeps every second pixel from the first on, between zero channels", async () => {
  const { shape, lists } = await outputAndGradient({ filters: 4, stride: 2 });
  expect(shape).toEqual([1, 4, 2, 2]);
  expect(lists).toEqual([
    [0, 0, 0, 0, 1, 3, 7, 9, 10, 12, 16, 18, 0, 0, 0, 0],
    [1, 0, 3, 0, 0, 0, 7, 0, 9, 10, 0, 12, 0, 0, 0, 16, 0, 18],
  ]);
});

test("puts an odd channel behind", async () => {
  const { shape, lists } = await outputAndGradient({ filters: 3, stride: 3 });
  expect(shape).toEqual([1, 3, 1, 1]);
  expect(lists[0]).toEqual([1, 10, 0]);
});

test("is the input where neither pixels nor channels change", async () => {
  const { shape, lists } = await outputAndGradient({ filters: 2, stride: 1 });
  expect(shape).toEqual(x.shape);
  expect(lists).toEqual([Array.from(x.data), Array.from(x.data)]);
});

test("refuses more channels than come out, and flat inputs", () => {
  const shortcut = paddedShortcut("shortcut", { filters: 4, stride: 2 });
  expect(() => shortcut.outputShape([5, 8, 8])).toThrow(
    new GraphError("shortcut: expected an input of at most 4 channels, got 5."),
  );
  expect(() => shortcut.outputShape([5])).toThrow(new GraphError("shortcut: expected an input [C, H, W], got [5]."));
});
