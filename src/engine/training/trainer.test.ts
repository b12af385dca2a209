/** @file The trainer's steps against a hand-written descent, and what it does with the tensors it is given. */

import { describe, expect, onTestFinished, test } from "vitest";
import { ConfigError, type Tensor, float32, int64, zeros } from "../../core/index.ts";
import { dense, initializeParameters, networkParameters, sgd } from "../nn/index.ts";
import { bitsOf, linearNetwork, tinyBatch, tinyNetwork, tinyOptions } from "./tiny-task.fixture.ts";
import { type Trainer, type TrainerOptions, createTrainer } from "./trainer.ts";

function open(options: TrainerOptions): Trainer {
  const trainer = createTrainer(options);
  onTestFinished(() => trainer.close());
  return trainer;
}

async function train(trainer: Trainer, { from = 0, to, size = 6 }: { from?: number; to: number; size?: number }) {
  const results = [];
  for (let step = from; step < to; step++) {
    results.push(await trainer.step(tinyBatch(step * size, size), { step, learningRate: 0.1 }));
  }
  return results;
}

/** Softmax regression by plain gradient descent, in float64. */
function descendByHand(steps: number, size: number): { weight: number[]; bias: number[]; losses: number[] } {
  const start = initializeParameters(linearNetwork, 4);
  const [weight, bias] = [Array.from(start["dense.weight"].data), Array.from(start["dense.bias"].data)];
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { input, labels } = tinyBatch(step * size, size);
    const [dw, db] = [weight.map(() => 0), bias.map(() => 0)];
    let loss = 0;
    for (let n = 0; n < size; n++) {
      const x = Array.from(input.data.slice(4 * n, 4 * n + 4), Number);
      const logits = bias.map((b, unit) => b + x.reduce((sum, value, i) => sum + value * weight[4 * unit + i], 0));
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      const label = Number(labels.data[n]);
      loss += (Math.log(total) - logits[label]) / size;
      for (const [unit, logit] of logits.entries()) {
        const dy = (Math.exp(logit) / total - (unit === label ? 1 : 0)) / size;
        db[unit] += dy;
        x.forEach((value, i) => (dw[4 * unit + i] += dy * value));
      }
    }
    dw.forEach((value, i) => (weight[i] -= 0.1 * value));
    db.forEach((value, i) => (bias[i] -= 0.1 * value));
    losses.push(loss);
  }
  return { weight, bias, losses };
}

describe("a trainer", () => {
  test.each([1, 2, 5, 6])("after %i steps has the parameters of a descent by hand", async (steps) => {
    const trainer = open(tinyOptions(linearNetwork, { optimizer: sgd() }));
    const results = await train(trainer, { to: steps });
    const expected = descendByHand(steps, 6);
    const found = await trainer.parameters();
    const pairs = [
      ...results.map(({ loss }, step) => [loss, expected.losses[step]]),
      ...Array.from(found["dense.weight"].data, (value, i) => [value, expected.weight[i]]),
      ...Array.from(found["dense.bias"].data, (value, i) => [value, expected.bias[i]]),
    ];
    expect(pairs).toHaveLength(steps + 15);
    expect(Math.max(...pairs.map(([a, b]) => Math.abs(a - b)))).toBeLessThan(2e-6);
  });

  test("counts the correct answers before its update", async () => {
    const parameters = {
      "dense.weight": float32([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], [3, 4]),
      "dense.bias": zeros([3]),
    };
    const trainer = open(tinyOptions(linearNetwork, { parameters }));
    const input = float32([9, 0, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0], [3, 4]);
    const { correct } = await trainer.step({ input, labels: int64([0, 1, 0]) }, { step: 0, learningRate: 1e6 });
    expect(correct).toBe(2);
  });

  test("never writes to the tensors it starts from", async () => {
    const parameters = initializeParameters(tinyNetwork, 4);
    const slots = { "slot/velocity/dense1.weight": float32(new Float32Array(32).fill(0.5), [8, 4]) };
    const before = [bitsOf(parameters), bitsOf(slots)];
    const trainer = open(tinyOptions(tinyNetwork, { parameters, slots }));
    expect(bitsOf(await trainer.parameters())).toEqual(before[0]);
    await train(trainer, { to: 4 });
    expect([bitsOf(parameters), bitsOf(slots)]).toEqual(before);
    const after = bitsOf(await trainer.parameters());
    expect(Object.keys(after)).toEqual(Object.keys(before[0]));
    for (const name of Object.keys(after)) expect(after[name]).not.toBe(before[0][name]);
  });

  test("leaves frozen layers as they are, statistics too, and trains the others", async () => {
    const parameters = initializeParameters(tinyNetwork, 4);
    const trainer = open(tinyOptions(tinyNetwork, { parameters, trains: (layer) => layer === "dense2" }));
    await train(trainer, { to: 3 });
    const after = await trainer.parameters();
    const changed = Object.keys(after).filter((name) => bitsOf(after)[name] !== bitsOf(parameters)[name]);
    expect(changed).toEqual(["dense2.weight", "dense2.bias"]);
    expect(Object.keys(await trainer.slots())).toEqual(["slot/velocity/dense2.weight", "slot/velocity/dense2.bias"]);
  });

  test("goes on from parameters and slots as if it had never stopped", async () => {
    const unbroken = open(tinyOptions(tinyNetwork));
    const losses = await train(unbroken, { to: 7 });
    const first = open(tinyOptions(tinyNetwork));
    const before = await train(first, { to: 3 });
    const second = open(tinyOptions(tinyNetwork, { parameters: await first.parameters(), slots: await first.slots() }));
    const after = await train(second, { from: 3, to: 7 });
    expect([...before, ...after]).toEqual(losses);
    expect(bitsOf(await second.parameters())).toEqual(bitsOf(await unbroken.parameters()));
    expect(bitsOf(await second.slots())).toEqual(bitsOf(await unbroken.slots()));
  });

  test("keeps one state over batches of several sizes", async () => {
    const trainer = open(tinyOptions(linearNetwork, { optimizer: sgd() }));
    const at = (step: number) => ({ step, learningRate: 0.1 });
    await trainer.step(tinyBatch(0, 6), at(0));
    const between = bitsOf(await trainer.parameters());
    await trainer.step(tinyBatch(6, 2), at(1));
    expect(bitsOf(await trainer.parameters())).not.toEqual(between);
    const alone = open(
      tinyOptions(linearNetwork, { optimizer: sgd(), parameters: initializeParameters(linearNetwork, 4) }),
    );
    await alone.step(tinyBatch(0, 6), at(0));
    const last = await alone.step(tinyBatch(6, 2), at(1));
    expect(Number.isFinite(last.loss)).toBe(true);
    expect(bitsOf(await alone.parameters())).toEqual(bitsOf(await trainer.parameters()));
  });

  test("drops by its seed, and by given masks instead", async () => {
    const step = async (changes: Partial<TrainerOptions>): Promise<number> => {
      const trainer = open(tinyOptions(tinyNetwork, changes));
      return (await trainer.step(tinyBatch(0, 6), { step: 0, learningRate: 0.1 })).loss;
    };
    expect(await step({})).toBe(await step({}));
    expect(await step({ seed: 12 })).not.toBe(await step({}));
    const keepAll: TrainerOptions["masks"] = ([{ shape }]) => ({
      "mask/dropout": float32(new Float32Array(48).fill(1), shape),
    });
    expect(await step({ masks: keepAll, seed: 12 })).toBe(await step({ masks: keepAll }));
  });

  test("smooths labels in the loss it trains on", async () => {
    const parameters = { "dense.weight": zeros([3, 4]), "dense.bias": float32([2, 0, 0]) };
    const trainer = open(tinyOptions(linearNetwork, { parameters, labelSmoothing: 0.3 }));
    const { loss } = await trainer.step({ input: zeros([1, 4]), labels: int64([0]) }, { step: 0, learningRate: 0.1 });
    const total = Math.log(Math.exp(2) + 2);
    expect(loss).toBeCloseTo(0.8 * (total - 2) + 0.2 * total, 6);
  });

  test("takes smaller steps where a factor says so, and none with a factor of 0", async () => {
    const moved = async (factor: number): Promise<number[]> => {
      const updateRule: TrainerOptions["updateRule"] = ({ name }) =>
        name === "dense.bias" ? { learningRateFactor: factor } : {};
      const trainer = open(tinyOptions(linearNetwork, { optimizer: sgd(), updateRule }));
      const before = Float32Array.from((await trainer.parameters())["dense.bias"].data);
      await train(trainer, { to: 1 });
      return Array.from((await trainer.parameters())["dense.bias"].data, (value, index) => value - before[index]);
    };
    const whole = await moved(1);
    expect(whole.every((change) => change !== 0)).toBe(true);
    (await moved(0.25)).forEach((change, index) => expect(change).toBeCloseTo(0.25 * whole[index], 7));
    expect(await moved(0)).toEqual([0, 0, 0]);
  });

  test("is pulled towards given values, or towards 0", async () => {
    const [start] = Object.values(initializeParameters(linearNetwork, 4));
    const pullOf = async (pull: { strength: number; towards?: Tensor }): Promise<Tensor<"float32">> => {
      const updateRule: TrainerOptions["updateRule"] = ({ name }) => (name === "dense.weight" ? { pull } : {});
      const trainer = open(tinyOptions(linearNetwork, { optimizer: sgd(), updateRule }));
      await train(trainer, { to: 1 });
      return (await trainer.parameters())["dense.weight"];
    };
    const free = await pullOf({ strength: 0 });
    const towards = float32(new Float32Array(12).fill(3), [3, 4]);
    const [toGiven, toZero] = [await pullOf({ strength: 0.5, towards }), await pullOf({ strength: 0.5 })];
    for (const [index, value] of free.data.entries()) {
      expect(toGiven.data[index]).toBeCloseTo(value - 0.1 * 0.5 * (start.data[index] - 3), 6);
      expect(toZero.data[index]).toBeCloseTo(value - 0.1 * 0.5 * start.data[index], 6);
    }
  });

  test("lets the statistics of a frozen layer follow the batches where it adapts, its weights never", async () => {
    const parameters = initializeParameters(tinyNetwork, 4);
    const options = { parameters, trains: (layer: string) => layer === "dense2" };
    const trainer = open(tinyOptions(tinyNetwork, { ...options, adapts: (layer) => layer === "bn" }));
    await train(trainer, { to: 3 });
    const after = await trainer.parameters();
    const changed = Object.keys(after).filter((name) => bitsOf(after)[name] !== bitsOf(parameters)[name]);
    expect(changed).toEqual(["bn.running_mean", "bn.running_var", "dense2.weight", "dense2.bias"]);
  });

  test("keeps the statistics of layers that train where it is told to, and normalizes with them", async () => {
    const parameters = initializeParameters(tinyNetwork, 4);
    const trainer = open(tinyOptions(tinyNetwork, { parameters, keepsStatistics: true }));
    const [{ loss }] = await train(trainer, { to: 3 });
    const after = await trainer.parameters();
    const changed = Object.keys(after).filter((name) => bitsOf(after)[name] !== bitsOf(parameters)[name]);
    const weights = networkParameters(tinyNetwork).filter(({ role }) => role !== "statistic");
    expect(changed.toSorted()).toEqual(weights.map(({ name }) => name).toSorted());
    const [{ loss: ofBatches }] = await train(open(tinyOptions(tinyNetwork, { parameters })), { to: 1 });
    expect(loss).not.toBeCloseTo(ofBatches, 3);
  });

  test("takes several steps in one call to the same bits as one after another", async () => {
    const single = open(tinyOptions(tinyNetwork));
    const together = open(tinyOptions(tinyNetwork));
    const losses = await train(single, { to: 6 });
    const batches = [0, 1, 2, 3, 4, 5].map((step) => tinyBatch(step * 6, 6));
    const places = batches.map((_, step) => ({ step, learningRate: 0.1 }));
    const results = [
      ...(await together.steps(batches.slice(0, 3), places.slice(0, 3))),
      ...(await together.steps(batches.slice(3), places.slice(3))),
    ];
    expect(results).toEqual(losses);
    expect(bitsOf(await together.parameters())).toEqual(bitsOf(await single.parameters()));
    expect(bitsOf(await together.slots())).toEqual(bitsOf(await single.slots()));
  });

  test("takes several at once where the state is large beside the arithmetic, on the CPU", () => {
    const wide = { name: "wide", inputShape: [4096], layers: [dense("dense", { units: 128 })] };
    const options = tinyOptions(wide);
    expect(open(options).stepsAtOnce(32)).toBe(8);
    expect(open(options).stepsAtOnce(4096)).toBe(1);
    expect(open(tinyOptions(tinyNetwork)).stepsAtOnce(32)).toBe(1);
  });

  test("closes quietly after a graph that could not be built", async () => {
    const trainer = createTrainer(tinyOptions(linearNetwork, { labelSmoothing: 2 }));
    await expect(trainer.step(tinyBatch(0, 2), { step: 0, learningRate: 0.1 })).rejects.toThrow(
      new ConfigError("label smoothing: expected a number in [0, 1), got 2."),
    );
    await expect(trainer.close()).resolves.toBeUndefined();
  });
});
