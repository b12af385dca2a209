/** @file What a run starts with. */

import { describe, expect, test } from "vitest";
import { ConfigError, bitIdentical } from "../core/index.ts";
import { initializeParameters } from "../engine/nn/index.ts";
import { classicCnn } from "../models/index.ts";
import { residualNetwork } from "./networks.fixture.ts";
import { startingParameters } from "./starting-parameters.ts";
import { strategies } from "./strategies/table.ts";

const inputShape = [3, 8, 8];
const sourceNetwork = classicCnn({ inputShape, numClasses: 8 });
const network = classicCnn({ inputShape, numClasses: 2 });
const source = initializeParameters(sourceNetwork, 99);

function startOf(strategy: string, { seed = 5, transferred = source as typeof source | null } = {}) {
  const plan = strategies[strategy].plan(network, { firstLayer: "transferred" });
  return startingParameters(network, plan, { seed, transferred });
}

describe("startingParameters", () => {
  test("one seed gives every strategy the same fresh head", () => {
    const scratch = startOf("scratch", { transferred: null });
    for (const strategy of ["last-layer", "last-two-layers", "unfrozen-last-layer"]) {
      const start = startOf(strategy);
      for (const name of ["dense2.weight", "dense2.bias"]) expect(bitIdentical(start[name], scratch[name])).toBe(true);
    }
  });

  test("another seed gives another head", () => {
    const [a, b] = [startOf("last-layer", { seed: 1 }), startOf("last-layer", { seed: 2 })];
    expect(bitIdentical(a["dense2.weight"], b["dense2.weight"])).toBe(false);
  });

  test("transferred layers are the source's own, bit for bit, in the network's order", () => {
    const start = startOf("last-two-layers");
    expect(Object.keys(start)).toEqual(Object.keys(source));
    for (const name of Object.keys(start).filter((each) => !each.startsWith("dense2")))
      expect(bitIdentical(start[name], source[name])).toBe(true);
  });

  test("the fresh first layer of last-two-layers is that of training from scratch", () => {
    const plan = strategies["last-two-layers"].plan(network, { firstLayer: "fresh" });
    const start = startingParameters(network, plan, { seed: 5, transferred: source });
    const scratch = startOf("scratch", { transferred: null });
    expect(bitIdentical(start["dense1.weight"], scratch["dense1.weight"])).toBe(true);
  });

  test("statistics of a transferred batch normalization come along", () => {
    const residual = residualNetwork();
    const weights = initializeParameters(residual, 3);
    weights["block.norm.running_mean"].data.fill(7);
    const plan = strategies["last-layer"].plan(residual, { firstLayer: "transferred" });
    const start = startingParameters(residual, plan, { seed: 0, transferred: weights });
    expect([...start["block.norm.running_mean"].data]).toEqual([7, 7, 7, 7]);
  });

  test("refuses the checkpoint of another architecture", () => {
    const other = initializeParameters(residualNetwork(), 0);
    expect(() => startOf("last-layer", { transferred: other })).toThrow(
      new ConfigError(
        "source weights: expected conv1.weight of shape [32, 3, 3, 3] for classic-cnn, got none. " +
          "Start from a run of the same architecture, input size and head.",
      ),
    );
  });

  test("refuses weights of another input size", () => {
    const larger = initializeParameters(classicCnn({ inputShape: [3, 16, 16], numClasses: 8 }), 0);
    expect(() => startOf("last-two-layers", { transferred: larger })).toThrow(
      new ConfigError(
        "source weights: expected dense1.weight of shape [128, 256] for classic-cnn, got [128, 1024]. " +
          "Start from a run of the same architecture, input size and head.",
      ),
    );
  });
});
