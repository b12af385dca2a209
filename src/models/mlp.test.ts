/** @file The perceptron, layer by layer. */

import { expect, test } from "vitest";
import { countParameters, networkParameters } from "../engine/nn/index.ts";
import { mlp } from "./mlp.ts";

const network = mlp({ inputShape: [1, 28, 28], numClasses: 10 });

test("has the published layers and 669,706 parameters for 28x28 in grey", () => {
  expect(network.layers.map(({ name, description }) => `${name}: ${description}`)).toEqual([
    "flatten: flatten",
    "dense1: dense 512",
    "relu1: relu",
    "dropout1: dropout 0.2",
    "dense2: dense 512",
    "relu2: relu",
    "dropout2: dropout 0.2",
    "dense3: dense 10",
  ]);
  expect(countParameters(network)).toBe(669_706);
});

test("names its parameters after its layers", () => {
  expect(networkParameters(network).map(({ name }) => name)).toEqual(
    ["dense1", "dense2", "dense3"].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]),
  );
});
