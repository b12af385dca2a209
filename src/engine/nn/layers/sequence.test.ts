/** @file Layers in a row inside one layer compute what they compute side by side in a network. */

import { expect, test } from "vitest";
import type { Tensor } from "../../../core/index.ts";
import { buildGraph, distinctValues, runGraph } from "../../../../test/support/run-graph.ts";
import {
  type Layer,
  type Network,
  activation,
  add,
  batchNorm,
  conv2d,
  dropout,
  forward,
  initializeParameters,
  networkParameters,
  paddedShortcut,
  sequence,
  shapeAfter,
} from "../index.ts";

const row = (): Layer[] => [conv2d("0", { filters: 4, stride: 2 }), batchNorm("1"), activation("2", "relu6")];
const networkOf = (layers: Layer[]): Network => ({ name: "test", inputShape: [3, 5, 5], layers });
const numbers = ({ data }: Tensor): number[] => Array.from(data, Number);

/** The network's output in training form, and the names of statistics and masks that it asked for. */
async function train(network: Network) {
  const values = Object.values(initializeParameters(networkOf(row()), 1));
  const parameters = new Map(networkParameters(network).map(({ name }, index) => [name, values[index]]));
  const [x] = distinctValues([[2, 3, 5, 5]]);
  const asked: string[] = [];
  const graph = buildGraph([x], (g, [image]) => [
    forward(g, {
      network,
      x: image,
      options: {
        trains: () => true,
        parameter: (name) => {
          const value = parameters.get(name);
          if (value === undefined) throw new Error(`internal: no parameter ${name}`);
          return g.initializer(name, value);
        },
        mask: (name, shape) => {
          asked.push(name);
          return g.expand(g.scalar(2), shape);
        },
        update: (name) => asked.push(name),
      },
    }),
  ]);
  const [output] = await runGraph(graph, [x]);
  return { output, asked };
}

test("a sequence is its layers under its name", async () => {
  const nested = networkOf([sequence("block", [sequence("conv", row())])]);
  expect(nested.layers[0].description).toBe("conv 3x3, 4, stride 2 → batch norm → relu6");
  expect(shapeAfter(nested)).toEqual([4, 3, 3]);
  expect(networkParameters(nested).map(({ name, layer }) => [layer, name])).toEqual(
    ["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"].map((name) => [
      "block",
      `block.conv.${name}`,
    ]),
  );
  const { output, asked } = await train(nested);
  expect(output).toEqual((await train(networkOf(row()))).output);
  expect(asked).toEqual(["block.conv.1.running_mean", "block.conv.1.running_var"]);
});

test("a layer that draws inside a sequence draws under its own name", async () => {
  const { output, asked } = await train(networkOf([sequence("block", [...row(), dropout("drop", 0.5)])]));
  expect(asked).toContain("block.drop");
  const plain = await train(networkOf(row()));
  expect(numbers(output)).toEqual(numbers(plain.output).map((value) => 2 * value));
});

test("an activation of a sum is applied after it", async () => {
  const shortcut = paddedShortcut("shortcut", { filters: 4, stride: 2 });
  const sum = (options: { activation?: "relu" }) => networkOf([add("block", [row(), [shortcut]], options)]);
  expect(sum({ activation: "relu" }).layers[0].description).toBe(
    "relu of the sum of conv 3x3, 4, stride 2 → batch norm → relu6 | every 2nd pixel, 4 channels",
  );
  const [plain, activated] = [await train(sum({})), await train(sum({ activation: "relu" }))];
  const values = numbers(plain.output);
  expect(values.some((value) => value < 0)).toBe(true);
  expect(numbers(activated.output)).toEqual(values.map((value) => Math.max(0, value)));
});
