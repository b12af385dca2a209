/** @file What holds for every architecture of the zoo. */

import { describe, expect, test } from "vitest";
import {
  type Network,
  checkNetwork,
  countParameters,
  networkParameters,
  shapeAfter,
  sliceNetwork,
} from "../engine/nn/index.ts";
import { architectures, zoo } from "./zoo.ts";

const names = (network: Network): string[] =>
  networkParameters(network).map((parameter) => `${parameter.layer} owns ${parameter.name}`);

describe.each(Object.entries(zoo))("%s", (name, { make, description, parameterCount, source }) => {
  test("has the parameters that its entry says for 32x32 RGB and ten classes", () => {
    expect(countParameters(make({ inputShape: [3, 32, 32], numClasses: 10 }))).toBe(parameterCount);
  });

  test("is described in one line with its source", () => {
    for (const line of [description, source]) expect(line).toMatch(/^\S.{20,110}\S$/u);
  });

  test.each([
    [1, 28],
    [3, 28],
    [3, 33],
    [3, 64],
  ])("fits images of %i channels and %i pixels a side", (channels, side) => {
    const network = make({ inputShape: [channels, side, side], numClasses: 3 });
    expect(network.name).toBe(name);
    checkNetwork(network);
    expect(shapeAfter(network)).toEqual([3]);
  });

  test("can be cut before every layer", () => {
    const network = make({ inputShape: [3, 32, 32], numClasses: 10 });
    for (const cut of network.layers.keys()) {
      const [below, above] = [sliceNetwork(network, 0, cut), sliceNetwork(network, cut)];
      expect(shapeAfter(below)).toEqual(above.inputShape);
      expect([...names(below), ...names(above)]).toEqual(names(network));
    }
  });
});

test("every architecture can be made by its name", () => {
  expect(Object.keys(architectures)).toEqual(Object.keys(zoo));
  expect(architectures.mlp({ inputShape: [1, 28, 28], numClasses: 10 }).name).toBe("mlp");
});
