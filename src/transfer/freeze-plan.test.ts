/** @file What each strategy starts from and trains, and where the frozen layers end. */

import { describe, expect, test } from "vitest";
import { ConfigError } from "../core/index.ts";
import { type Network, initializers, networkParameters } from "../engine/nn/index.ts";
import { cifarResNet, classicCnn } from "../models/index.ts";
import {
  type FreezePlan,
  frozenPrefixLength,
  hasAdapters,
  parameterLayers,
  trainAllFrom,
  trainEverything,
  trainLast,
  trainsInPlan,
  updatesInPlan,
} from "./freeze-plan.ts";
import { residualNetwork } from "./networks.fixture.ts";
import { strategies, strategyNamed } from "./strategies/table.ts";

const classic = classicCnn({ inputShape: [3, 32, 32], numClasses: 2 });
const residual = residualNetwork();
const projected = cifarResNet({ inputShape: [3, 32, 32], numClasses: 2, blocksPerStage: 1, shortcut: "projected" });

/** `F` fresh or `T` transferred, in capitals where it trains. */
function lettersOf(plan: FreezePlan): string {
  return plan.map(({ starts, trains }) => (trains ? starts[0].toUpperCase() : starts[0])).join("");
}

/** conv1 conv2 conv3 conv4 dense1 dense2 | stem norm block head */
const cases = [
  { name: "scratch", firstLayer: "transferred", onClassic: "FFFFFF", onResidual: "FFFF" },
  { name: "last-layer", firstLayer: "transferred", onClassic: "tttttF", onResidual: "tttF" },
  { name: "last-layer", firstLayer: "fresh", onClassic: "tttttF", onResidual: "tttF" },
  { name: "last-two-layers", firstLayer: "transferred", onClassic: "ttttTF", onResidual: "ttTF" },
  { name: "last-two-layers", firstLayer: "fresh", onClassic: "ttttFF", onResidual: "ttFF" },
  { name: "full", firstLayer: "transferred", onClassic: "TTTTTF", onResidual: "TTTF" },
  { name: "nearest-mean", firstLayer: "transferred", onClassic: "tttttF", onResidual: "tttF" },
  { name: "k-nearest", firstLayer: "transferred", onClassic: "tttttF", onResidual: "tttF" },
  { name: "linear-probe", firstLayer: "transferred", onClassic: "tttttF", onResidual: "tttF" },
  { name: "probe-then-full", firstLayer: "transferred", onClassic: "TTTTTF", onResidual: "TTTF" },
  { name: "gradual-unfreezing", firstLayer: "transferred", onClassic: "TTTTTF", onResidual: "TTTF" },
  { name: "discriminative", firstLayer: "transferred", onClassic: "TTTTTF", onResidual: "TTTF" },
  { name: "bitfit", firstLayer: "transferred", onClassic: "TTTTTF", onResidual: "TTTF" },
  { name: "l2-sp", firstLayer: "transferred", onClassic: "TTTTTF", onResidual: "TTTF" },
  { name: "first-block", firstLayer: "transferred", onClassic: "TttttF", onResidual: "TttF" },
  { name: "unfrozen-last-layer", firstLayer: "transferred", onClassic: "TTTTTF", onResidual: "TTTF" },
  { name: "unfrozen-last-two-layers", firstLayer: "transferred", onClassic: "TTTTTT", onResidual: "TTTT" },
] as const;

test("norm-tuning trains what scales and shifts, and is not for networks without", () => {
  expect(lettersOf(strategies["norm-tuning"].plan(residual, {}))).toBe("tTTF");
  expect(() => strategies["norm-tuning"].plan(classic, {})).toThrow(
    /expected normalizations below the head, which alone would train, got none: they are folded into other weights, or never were\. Choose another strategy\.$/,
  );
});

test("bitfit leaves what tells tokens from each other as it is", () => {
  const places = { name: "places", shape: [4], initialize: initializers.zeros, role: "bias" } as const;
  const embedded = (embeds: boolean): Network => {
    const [first, ...others] = classic.layers;
    const parameters: typeof first.parameters = (input) => [...first.parameters(input), { ...places, embeds }];
    return { ...classic, layers: [{ ...first, parameters }, ...others] };
  };
  const moving = [false, true].map((embeds) => {
    const network = embedded(embeds);
    const isMoving = updatesInPlan(strategies.bitfit.plan(network, {}));
    return networkParameters(network).flatMap((one) => (isMoving(one) ? [one.name] : []));
  });
  expect(moving[0]).toContain("conv1.places");
  expect(moving[1]).toEqual(moving[0].filter((name) => name !== "conv1.places"));
});

test("lora trains beside products, and is not for networks without", () => {
  const plan = strategies.lora.plan(classic, {});
  expect(lettersOf(plan)).toBe("ttttTF");
  expect([hasAdapters(plan), hasAdapters(strategies.bitfit.plan(classic, {}))]).toEqual([true, false]);
  const adapted = strategies.lora.adapt?.(classic) ?? classic;
  const moving = networkParameters(adapted).filter((one) => trainsInPlan(plan)(one.layer) && updatesInPlan(plan)(one));
  expect(moving.map(({ name }) => name)).toEqual(["dense1.lora_A", "dense1.lora_B", "dense2.weight", "dense2.bias"]);
  expect(strategies.lora.plan(adapted, {})).toEqual(plan);
  expect(() => strategies.lora.plan(residual, {})).toThrow(
    new ConfigError(
      "residual: expected matrix products or 1x1 convolutions below the head, which alone would train, got none that adapters could be beside. Choose another strategy.",
    ),
  );
});

/** Not for both networks. */
const particular = ["norm-tuning", "lora"];

describe("strategies", () => {
  test.each(cases)("$name ($firstLayer) plans $onClassic and $onResidual", (each) => {
    const planOn = (network: Network): string =>
      lettersOf(strategies[each.name].plan(network, { firstLayer: each.firstLayer }));
    expect(planOn(classic)).toBe(each.onClassic);
    expect(planOn(residual)).toBe(each.onResidual);
  });

  test("all of them are in the cases above", () => {
    expect(new Set([...cases.map(({ name }) => name), ...particular])).toEqual(new Set(Object.keys(strategies)));
  });

  test("a strategy that starts from another names one of the table", () => {
    const needed = Object.values(strategies).flatMap(({ startsFrom }) =>
      typeof startsFrom === "object" ? [startsFrom.strategy] : [],
    );
    expect(needed).toEqual(["unfrozen-last-layer"]);
    for (const name of needed) expect(Object.keys(strategies)).toContain(name);
  });

  test("only strategies that transfer nothing start from random weights", () => {
    for (const { plan, startsFrom } of Object.values(strategies)) {
      const isFresh = plan(projected, { firstLayer: "transferred" }).every(({ starts }) => starts === "fresh");
      expect(startsFrom === "random").toBe(isFresh);
    }
  });
});

/** Members of families on the classic network. */
const members = [
  { name: "last-1", plan: "tttttF" },
  { name: "last-3", plan: "tttTTF" },
  { name: "from-conv4", plan: "tttTTF" },
  { name: "only-conv*", plan: "TTTTtF" },
  { name: "only-dense1", plan: "ttttTF" },
  { name: "A2B", plan: "ttFFFF" },
  { name: "A2B+", plan: "TTFFFF" },
  { name: "B5B", plan: "tttttF" },
  { name: "B1B+", plan: "TFFFFF" },
];

describe("families of strategies", () => {
  test.each(members)("$name plans $plan", ({ name, plan }) => {
    expect(lettersOf(strategyNamed(name).plan(classic, {}))).toBe(plan);
  });

  test("a kept head starts as the source's", () => {
    for (const name of ["last-layer", "full", "last-3", "first-block", "only-conv1"]) {
      expect(lettersOf(strategyNamed(name).plan(classic, { head: "kept" })).at(-1)).toBe("T");
    }
  });

  test("B starts from the scratch run, A from the source", () => {
    expect(strategyNamed("B2B").startsFrom).toEqual({ strategy: "scratch" });
    expect(strategyNamed("A2B+").startsFrom).toBe("source");
  });

  const wrong = [
    ["last-7", "layers to train: expected a whole number from 1 to 6 for classic-cnn, got 7."],
    ["last-0", "layers to train: expected a whole number from 1 to 6 for classic-cnn, got 0."],
    [
      "from-conv5",
      'strategies: "from-conv5": expected one of conv1, conv2, conv3, conv4, dense1, dense2, got "conv5". Did you mean "conv1"?',
    ],
    [
      "only-res*",
      'strategies: expected a pattern that matches one of conv1, conv2, conv3, conv4, dense1, dense2, got "only-res*".',
    ],
    ["A6B", 'strategies: expected 1 to 5 layers of classic-cnn for "A6B", got 6.'],
  ] as const;
  test.each(wrong)("%s is refused in one sentence", (name, sentence) => {
    expect(() => strategyNamed(name).plan(classic, {})).toThrow(new ConfigError(sentence));
  });
});

describe("parameterLayers", () => {
  test("a layer made of branches is one layer", () => {
    expect(parameterLayers(residual)).toEqual(["stem", "norm", "block", "head"]);
  });
});

describe("trainLast", () => {
  test.each([0, 7, 1.5])("refuses %s layers", (count) => {
    expect(() => trainLast(classic, { count })).toThrow(
      new ConfigError(`layers to train: expected a whole number from 1 to 6 for classic-cnn, got ${count}.`),
    );
  });

  test("trains everything if the count is all of them", () => {
    expect(lettersOf(trainLast(classic, { count: 6 }))).toBe("TTTTTF");
  });
});

describe("trainAllFrom", () => {
  test("refuses a fresh layer that is not there", () => {
    expect(() => trainAllFrom(classic, { fresh: ["dense3"] })).toThrow(
      new ConfigError(
        'fresh layer: expected one of conv1, conv2, conv3, conv4, dense1, dense2, got "dense3". Did you mean "dense1"?',
      ),
    );
  });
});

describe("frozenPrefixLength", () => {
  const boundaryOf = (network: Network, count: number): string | undefined =>
    network.layers[frozenPrefixLength(network, trainLast(network, { count }))]?.name;

  test("dropout directly below the first trained layer belongs to the tail", () => {
    expect(boundaryOf(classic, 1)).toBe("dropout");
    expect(boundaryOf(residual, 1)).toBe("dropout1");
  });

  test("without dropout below, the tail begins with the first trained layer", () => {
    expect(boundaryOf(classic, 2)).toBe("dense1");
    expect(boundaryOf(residual, 2)).toBe("block");
  });

  test("is 0 where the first layer trains", () => {
    expect(frozenPrefixLength(classic, trainEverything(classic))).toBe(0);
    expect(frozenPrefixLength(residual, trainAllFrom(residual, { fresh: [] }))).toBe(0);
  });

  test("is 0 where only dropout lies below the first trained layer", () => {
    const [, , , , , dropout1, dropout2, head] = residual.layers;
    const network: Network = { name: "head alone", inputShape: [4], layers: [dropout1, dropout2, head] };
    expect(frozenPrefixLength(network, trainEverything(network))).toBe(0);
  });

  test("is the whole network where nothing trains", () => {
    const frozen = trainEverything(classic).map((entry) => ({ ...entry, trains: false }));
    expect(frozenPrefixLength(classic, frozen)).toBe(classic.layers.length);
  });

  test("ends at the lowest trained layer, frozen layers above it or not", () => {
    const plan = trainEverything(classic).map((entry) => ({ ...entry, trains: entry.layer === "conv3" }));
    expect(classic.layers[frozenPrefixLength(classic, plan)].name).toBe("conv3");
  });
});

describe("trainsInPlan", () => {
  test("is the plan's word for layers with parameters, and true for the others", () => {
    const plan = trainEverything(classic).map((entry) => ({ ...entry, trains: entry.layer === "conv3" }));
    const trains = trainsInPlan(plan);
    expect(classic.layers.map(({ name }) => name).filter(trains)).toEqual([
      "relu1",
      "relu2",
      "pool1",
      "conv3",
      "relu3",
      "relu4",
      "pool2",
      "flatten",
      "relu5",
      "dropout",
    ]);
  });
});
