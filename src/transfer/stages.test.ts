/** @file The stages of a run: how long they last, what trains in each, and where the frozen layers end. */

import { describe, expect, test } from "vitest";
import { zeros } from "../core/index.ts";
import { type Network, networkParameters } from "../engine/nn/index.ts";
import { classicCnn } from "../models/index.ts";
import { parameterLayers } from "./freeze-plan.ts";
import { residualNetwork } from "./networks.fixture.ts";
import { type PlacedStage, placeStages, updateRules } from "./stages.ts";
import { strategyNamed } from "./strategies/table.ts";

const classic = classicCnn({ inputShape: [3, 32, 32], numClasses: 2 });
const residual = residualNetwork();

function stagesOf(name: string, { network = classic, epochs = 20, adaptsFrozen = false } = {}): PlacedStage[] {
  const strategy = strategyNamed(name);
  return placeStages(network, { strategy, plan: strategy.plan(network, {}), epochs, adaptsFrozen });
}

/** Layers with parameters that train, and the first layer of the tail. */
function shownOf(network: Network, { firstEpoch, endEpoch, trains, boundary }: PlacedStage): string {
  const trained = parameterLayers(network).filter(trains).join(" ");
  return `${firstEpoch}-${endEpoch}: ${trained}, from ${network.layers[boundary]?.name ?? "nowhere"}`;
}

describe("stages", () => {
  test("are one where the same layers train throughout", () => {
    expect(stagesOf("last-two-layers").map((stage) => shownOf(classic, stage))).toEqual([
      "0-20: dense1 dense2, from dense1",
    ]);
    const source = placeStages(classic, {
      strategy: undefined,
      plan: strategyNamed("scratch").plan(classic, {}),
      epochs: 3,
      adaptsFrozen: false,
    });
    expect(source.map((stage) => shownOf(classic, stage))).toEqual([
      "0-3: conv1 conv2 conv3 conv4 dense1 dense2, from conv1",
    ]);
  });

  test("of a linear probe leave dropout out of what trains", () => {
    const [probe] = stagesOf("linear-probe");
    expect(shownOf(classic, probe)).toBe("0-20: dense2, from dense2");
    expect(probe.trains("dropout")).toBe(false);
    const [tuned] = stagesOf("last-layer");
    expect(shownOf(classic, tuned)).toBe("0-20: dense2, from dropout");
    expect(tuned.trains("dropout")).toBe(true);
  });

  test("of probe-then-full are the head, solved for, then everything at half the rate", () => {
    const stages = stagesOf("probe-then-full", { epochs: 7 });
    expect(stages.map((stage) => shownOf(classic, stage))).toEqual([
      "0-1: dense2, from dense2",
      "1-7: conv1 conv2 conv3 conv4 dense1 dense2, from conv1",
    ]);
    expect(stages.map(({ learningRateFactor }) => learningRateFactor("dense2"))).toEqual([1, 0.5]);
    expect(stages.map(({ solves }) => solves)).toEqual(["logistic", undefined]);
  });

  test("of gradual unfreezing take in one layer more at a time, and all for the second half", () => {
    expect(stagesOf("gradual-unfreezing", { epochs: 10 }).map((stage) => shownOf(classic, stage))).toEqual([
      "0-1: dense2, from dropout",
      "1-2: dense1 dense2, from dense1",
      "2-3: conv4 dense1 dense2, from conv4",
      "3-4: conv3 conv4 dense1 dense2, from conv3",
      "4-5: conv2 conv3 conv4 dense1 dense2, from conv2",
      "5-10: conv1 conv2 conv3 conv4 dense1 dense2, from conv1",
    ]);
  });

  test.each([2, 3, 5, 8, 20, 31])("of gradual unfreezing last %i epochs together", (epochs) => {
    for (const network of [classic, residual]) {
      const stages = stagesOf("gradual-unfreezing", { network, epochs });
      expect(stages[0].firstEpoch).toBe(0);
      expect(stages.at(-1)?.endEpoch).toBe(epochs);
      stages.slice(1).forEach((stage, index) => expect(stage.firstEpoch).toBe(stages[index].endEpoch));
      expect(stages.every(({ firstEpoch, endEpoch }) => endEpoch > firstEpoch)).toBe(true);
    }
  });

  test.each(["probe-then-full", "gradual-unfreezing"])("of %s need two epochs", (name) => {
    expect(() => stagesOf(name, { epochs: 1 })).toThrow(`epochs: expected at least 2 for ${name}`);
  });

  test("move layers that start from the source at their own share of the rate, and new ones at the whole", () => {
    const strategy = strategyNamed("full");
    const plan = strategy.plan(classic, {});
    const options = { strategy, plan, epochs: 2, adaptsFrozen: false, layerDecay: 0.5, transferredRate: 0.1 };
    const [{ learningRateFactor }] = placeStages(classic, options);
    const [head, below] = plan.toReversed().map(({ layer }) => learningRateFactor(layer));
    expect(head).toBe(1);
    expect(below).toBeCloseTo(0.1 * 0.5, 12);
  });

  test("of discriminative rates are slower from layer to layer downwards", () => {
    const [{ learningRateFactor }] = stagesOf("discriminative");
    const factors = parameterLayers(classic).map(learningRateFactor);
    expect(factors.at(-1)).toBe(1);
    for (const [index, factor] of factors.slice(1).entries()) expect(factor / factors[index]).toBeCloseTo(2.6, 10);
  });
});

describe("statistics of frozen layers", () => {
  test("are frozen with their layer, unless they are to follow the target", () => {
    const [frozen] = stagesOf("last-layer", { network: residual });
    expect(shownOf(residual, frozen)).toBe("0-20: head, from dropout1");
    expect(frozen.adapts("norm")).toBe(false);
    const [adapting] = stagesOf("last-layer", { network: residual, adaptsFrozen: true });
    expect(shownOf(residual, adapting)).toBe("0-20: head, from norm");
    expect(["stem", "norm", "block", "head"].filter(adapting.adapts)).toEqual(["norm", "block"]);
  });
});

describe("updateRules", () => {
  test("of L2-SP pull transferred layers towards their start and new ones towards 0", () => {
    const strategy = strategyNamed("l2-sp");
    const plan = strategy.plan(classic, {});
    const start = Object.fromEntries(networkParameters(classic).map(({ name, shape }) => [name, zeros(shape)]));
    const [stage] = stagesOf("l2-sp");
    const rule = updateRules(stage, { plan, pulls: { transferred: 0.3, fresh: 0.1 }, start });
    const specOf = (wanted: string) => networkParameters(classic).filter(({ name }) => name === wanted)[0];
    expect(rule(specOf("conv1.weight"))).toEqual({
      learningRateFactor: 1,
      pull: { strength: 0.3, towards: start["conv1.weight"] },
    });
    expect(rule(specOf("dense2.bias"))).toEqual({ learningRateFactor: 1, pull: { strength: 0.1 } });
  });

  test("of other strategies pull nothing", () => {
    const [stage] = stagesOf("probe-then-full");
    const rule = updateRules(stage, { plan: [], pulls: undefined, start: {} });
    expect(rule(networkParameters(classic)[0])).toEqual({ learningRateFactor: 1 });
  });
});
