/** @file The compiled step: what it takes and gives, what is frozen, and the masks it is fed. */

import { describe, expect, test } from "vitest";
import { GraphError, bitIdentical } from "../../../core/index.ts";
import { type Network, adam, conv2d, dense, flatten, initializeParameters, maxPool2d, sgd } from "../../nn/index.ts";
import { linearNetwork, tinyNetwork, tinyOptions } from "../tiny-task.fixture.ts";
import { drawMasks, scalarInputs } from "./step-inputs.ts";
import type { TrainingStepOptions } from "./training-step-options.ts";
import { buildTrainingStep } from "./training-step.ts";

function stepOptions(network: Network, changes: Partial<TrainingStepOptions> = {}): TrainingStepOptions {
  return { frozen: {}, ...tinyOptions(network), ...changes };
}

describe("buildTrainingStep", () => {
  test("takes and gives what it says, under the parameters' names", () => {
    const { graph, masks, stateNames } = buildTrainingStep(stepOptions(tinyNetwork), 6);
    const weights = ["dense1.weight", "dense1.bias", "bn.weight", "bn.bias", "dense2.weight", "dense2.bias"];
    const state = [
      ...weights,
      ...weights.map((name) => `slot/velocity/${name}`),
      "bn.running_mean",
      "bn.running_var",
    ].sort();
    expect([...stateNames].sort()).toEqual(state);
    expect(graph.inputs.map(({ name }) => name).sort()).toEqual(
      [...state, "input", "labels", "mask/dropout", "scalar/learning_rate"].sort(),
    );
    expect(graph.outputs.map(({ name }) => name).sort()).toEqual(
      [...state.map((name) => `next/${name}`), "loss", "correct"].sort(),
    );
    expect(masks).toEqual([[{ name: "dropout", shape: [6, 8], keep: 0.75 }]]);
    const shapes = new Map([...graph.inputs, ...graph.outputs].map(({ name, shape }) => [name, shape]));
    for (const name of state) expect(shapes.get(`next/${name}`)).toEqual(shapes.get(name));
  });

  test("has two slots for each parameter with Adam", () => {
    const { stateNames } = buildTrainingStep(stepOptions(linearNetwork, { optimizer: adam() }), 1);
    expect(stateNames).toEqual([
      "dense.weight",
      "slot/mean/dense.weight",
      "slot/square/dense.weight",
      "dense.bias",
      "slot/mean/dense.bias",
      "slot/square/dense.bias",
    ]);
  });

  test("has the optimizer's scalars once for every factor on the learning rate", () => {
    const updateRule = ({ layer }: { layer: string }) => (layer === "dense1" ? { learningRateFactor: 0.5 } : {});
    const { graph, learningRateFactors } = buildTrainingStep(stepOptions(tinyNetwork, { updateRule }), 6);
    expect(learningRateFactors).toEqual([0.5, 1]);
    const scalars = graph.inputs.map(({ name }) => name).filter((name) => name.startsWith("scalar/"));
    expect(scalars).toEqual(["scalar/learning_rate x 0.5", "scalar/learning_rate"]);
  });

  test("has an average beside every tensor that a step replaces, and its decay once for each step", () => {
    const average = { decay: 0.9 };
    const plain = buildTrainingStep(stepOptions(tinyNetwork), 6, 6);
    const { graph, stateNames } = buildTrainingStep(stepOptions(tinyNetwork, { average }), 6, 6);
    const added = stateNames.filter((name) => !plain.stateNames.includes(name));
    const replaced = plain.stateNames.filter((name) => !name.startsWith("slot/"));
    expect(added).toEqual(
      [
        ...replaced.filter((name) => name.includes("running")),
        ...replaced.filter((name) => !name.includes("running")),
      ].map((name) => `slot/average/${name}`),
    );
    const inputs = graph.inputs.map(({ name }) => name).filter((name) => name.includes("average"));
    expect(inputs.sort()).toEqual(["scalar/average_decay", "scalar/average_decay #1", ...added].sort());
  });

  test("has a share for every pixel only where mixes may cut", () => {
    const layers = [flatten("flatten"), dense("dense", { units: 2 })];
    const options = stepOptions({ name: "image", inputShape: [3, 4, 5], layers }, { mixes: true });
    const mixOf = (changes: Partial<TrainingStepOptions>) =>
      buildTrainingStep({ ...options, ...changes }, 2).graph.inputs.filter(({ name }) => name.startsWith("mix/"));
    expect(mixOf({}).map(({ name }) => name)).toEqual(["mix/share", "mix/partners"]);
    expect(mixOf({ cuts: true }).at(-1)).toEqual({ name: "mix/pixels", dtype: "float32", shape: [4, 5] });
  });

  test("has frozen layers as constants in inference form, and no gradient of them", () => {
    const trains = (layer: string): boolean => layer === "dense2";
    const frozen = initializeParameters(tinyNetwork, 1);
    const { graph, masks, stateNames } = buildTrainingStep(stepOptions(tinyNetwork, { trains, frozen }), 6);
    expect(stateNames).toEqual([
      "dense2.weight",
      "slot/velocity/dense2.weight",
      "dense2.bias",
      "slot/velocity/dense2.bias",
    ]);
    expect(masks).toEqual([[]]);
    expect([...graph.initializers.keys()]).toEqual(
      expect.arrayContaining(["dense1.weight", "dense1.bias", "bn.running_mean", "bn.running_var"]),
    );
    expect(graph.nodes.filter(({ name }) => /^grad\/(dense1|bn|relu)/.test(name))).toEqual([]);
    expect(graph.nodes.filter(({ opType }) => opType === "BatchNormalization")).toHaveLength(1);
  });

  test("is made of operators that onnxruntime has", () => {
    const network = {
      name: "image",
      inputShape: [3, 8, 8],
      layers: [conv2d("conv", { filters: 4 }), maxPool2d("pool"), flatten("flatten"), dense("dense", { units: 2 })],
    };
    const normalization = { mean: [0, 0, 0], std: [1, 1, 1] };
    const { graph } = buildTrainingStep(stepOptions(network, { input: { kind: "images", normalization } }), 2);
    expect(new Set(graph.nodes.map(({ domain }) => domain)).has("graft")).toBe(false);
  });

  test("refuses a network whose layers have one name", () => {
    const layers = [dense("dense", { units: 2 }), dense("dense", { units: 2 })];
    expect(() => buildTrainingStep(stepOptions({ ...linearNetwork, layers }), 1)).toThrow(
      new GraphError('linear: expected layer names to differ, got "dense" twice.'),
    );
  });
});

describe("drawMasks", () => {
  const spec = { name: "dropout", shape: [500, 64], keep: 0.6 };
  const draw = (seed: number, step: number, name = "dropout") =>
    drawMasks([{ ...spec, name }], { seed, step })[`mask/${name}`];

  test("keeps the asked share, scaled so that the mean stays 1", () => {
    const values = Array.from(draw(1, 0).data, Number);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.6)]));
    const kept = values.filter((value) => value > 0).length / values.length;
    // standard error of 32,000 draws: 0.0027
    expect(Math.abs(kept - 0.6)).toBeLessThan(4 * 0.0028);
  });

  test("drops every element independently of the one before it", () => {
    const values = Array.from(draw(1, 0).data, Number);
    const both = values.filter((value, index) => index > 0 && value > 0 && values[index - 1] > 0).length;
    expect(Math.abs(both / values.length - 0.36)).toBeLessThan(4 * 0.0035);
  });

  test("depends on the seed, the name and the step, and on nothing else", () => {
    expect(bitIdentical(draw(1, 5), draw(1, 5))).toBe(true);
    const others = [draw(2, 5), draw(1, 6), draw(1, 5, "dropout2")];
    expect(others.map((other) => bitIdentical(draw(1, 5), other))).toEqual([false, false, false]);
    const beside = drawMasks([{ ...spec, name: "first" }, spec], { seed: 1, step: 5 })["mask/dropout"];
    expect(bitIdentical(beside, draw(1, 5))).toBe(true);
  });
});

test("scalarInputs are the optimizer's, as float32 scalars", () => {
  const inputs = scalarInputs(sgd(), { step: 3, learningRate: 0.1 });
  expect(inputs).toEqual({ "scalar/learning_rate": { dtype: "float32", shape: [], data: Float32Array.of(0.1) } });
});

test("scalarInputs are those of the learning rate times each factor", () => {
  const inputs = scalarInputs(sgd(), { step: 0, learningRate: 0.5, factors: [1, 0.25] });
  expect(Object.entries(inputs).map(([name, { data }]) => [name, Number(data[0])])).toEqual([
    ["scalar/learning_rate", 0.5],
    ["scalar/learning_rate x 0.25", 0.125],
  ]);
});
