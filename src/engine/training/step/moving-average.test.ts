/** @file Averaged weights, against a recorded average of PyTorch's and by hand. */

import { describe, expect, onTestFinished, test } from "vitest";
import {
  deviations,
  tensorDeviations,
  readStepOptions,
  stepOptionsTrainer,
  takeSteps,
} from "../../../../test/golden/step-options.ts";
import { ConfigError } from "../../../core/index.ts";
import { adam, initializeParameters } from "../../nn/index.ts";
import { bitsOf, tinyBatch, tinyNetwork, tinyOptions } from "../tiny-task.fixture.ts";
import { type Trainer, type TrainerOptions, createTrainer } from "../trainer.ts";
import { averageInputs } from "./moving-average.ts";

const { averaging } = readStepOptions();
const average = { decay: 0.9 };

function open(options: TrainerOptions): Trainer {
  const trainer = createTrainer(options);
  onTestFinished(() => trainer.close());
  return trainer;
}

async function train(trainer: Trainer, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) {
    await trainer.step(tinyBatch(step * 6, 6), { step, learningRate: 0.1 });
  }
}

/** All bits of the averages. */
async function averageBits(trainer: Trainer): Promise<Record<string, string>> {
  return bitsOf((await trainer.averages()) ?? {});
}

describe("averaged weights", () => {
  test.each([1, 3])("are PyTorch's, statistics too, %d steps in a call", async (together) => {
    const { decay, averages } = averaging;
    const trainer = open(stepOptionsTrainer(averaging, { average: { decay } }));
    expect(await deviations(averaging, await takeSteps(averaging, trainer, together), trainer)).toEqual([]);
    expect(tensorDeviations((await trainer.averages()) ?? {}, averages)).toEqual([]);
  });

  test("are the start's before the first step, and null where nothing is averaged", async () => {
    const parameters = initializeParameters(tinyNetwork, 4);
    expect(await averageBits(open(tinyOptions(tinyNetwork, { parameters, average })))).toEqual(bitsOf(parameters));
    expect(await open(tinyOptions(tinyNetwork)).averages()).toBeNull();
  });

  test("change no bit of what trains", async () => {
    const [averaged, plain] = [open(tinyOptions(tinyNetwork, { average })), open(tinyOptions(tinyNetwork))];
    for (const trainer of [averaged, plain]) {
      await train(trainer, 0, 4);
    }
    expect(bitsOf(await averaged.parameters())).toEqual(bitsOf(await plain.parameters()));
    const differ = Object.entries(await averageBits(averaged)).map(
      async ([name, bits]) => bits !== bitsOf(await plain.parameters())[name],
    );
    expect(await Promise.all(differ)).toEqual(differ.map(() => true));
  });

  test("are the last weights with a decay of 0", async () => {
    const trainer = open(tinyOptions(tinyNetwork, { average: { decay: 0 } }));
    await train(trainer, 0, 3);
    expect(await averageBits(trainer)).toEqual(bitsOf(await trainer.parameters()));
  });

  test("go on after a resume as if they had never stopped", async () => {
    const options = { average, optimizer: adam() };
    const unbroken = open(tinyOptions(tinyNetwork, options));
    await train(unbroken, 0, 7);
    const first = open(tinyOptions(tinyNetwork, options));
    await train(first, 0, 3);
    const saved = { parameters: await first.parameters(), slots: await first.slots() };
    const second = open(tinyOptions(tinyNetwork, { ...options, ...saved }));
    await train(second, 3, 7);
    expect(await averageBits(second)).toEqual(await averageBits(unbroken));
    expect(bitsOf(await second.slots())).toEqual(bitsOf(await unbroken.slots()));
    const names = Object.keys(saved.slots).filter((name) => name.startsWith("slot/average/"));
    expect(names).toEqual(Object.keys(saved.parameters).map((name) => `slot/average/${name}`));
  });

  test("are the parameters themselves in frozen layers, but for statistics that follow the batches", async () => {
    const parameters = initializeParameters(tinyNetwork, 4);
    const trains = (layer: string): boolean => layer === "dense2";
    const adapts = (layer: string): boolean => layer === "bn";
    const trainer = open(tinyOptions(tinyNetwork, { parameters, trains, adapts, average }));
    await train(trainer, 0, 3);
    const averages = await averageBits(trainer);
    const [start, now] = [bitsOf(parameters), bitsOf(await trainer.parameters())];
    const names = Object.keys(averages).filter((name) => averages[name] !== start[name]);
    expect(names).toEqual(["bn.running_mean", "bn.running_var", "dense2.weight", "dense2.bias"]);
    for (const name of names) expect(averages[name]).not.toBe(now[name]);
  });
});

test("averageInputs has a decay that rises to the one asked for", () => {
  const decayAt = (step: number): number =>
    Number(averageInputs({ decay: 0.75 }, step)["scalar/average_decay"].data[0]);
  expect([0, 1, 10, 25, 26, 1e6].map(decayAt)).toEqual([1 / 10, 2 / 11, 11 / 20, 26 / 35, 0.75, 0.75].map(Math.fround));
});

test.each([1, -0.1, Number.NaN])("a decay of %d is refused", async (decay) => {
  const trainer = open(tinyOptions(tinyNetwork, { average: { decay } }));
  await expect(trainer.step(tinyBatch(0, 2), { step: 0, learningRate: 0.1 })).rejects.toThrow(
    new ConfigError(`average decay: expected a number in [0, 1), got ${decay}.`),
  );
});
