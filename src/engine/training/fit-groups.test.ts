/** @file How the loop groups batches for a trainer that takes several steps in one call. */

import { expect, test } from "vitest";
import { fit } from "./fit.ts";
import { oneByOne, tinySource } from "./tiny-task.fixture.ts";
import type { Trainer } from "./trainer.ts";

/** Four batches of six and one of four in each epoch. */
const data = tinySource({ images: 28, batchSize: 6 });

test("as many batches as the trainer takes at once go in one call, and so does what is left of an epoch", async () => {
  const calls: number[] = [];
  const seen: [step: number, learningRate: number, size: number][] = [];
  const single = oneByOne(async ({ labels }, { step, learningRate }) => {
    seen.push([step, learningRate, labels.data.length]);
    return { loss: step, correct: 1 };
  });
  const trainer: Trainer = {
    ...single,
    stepsAtOnce: () => 3,
    steps: (batches, places) => {
      calls.push(batches.length);
      return single.steps(batches, places);
    },
    parameters: async () => ({}),
    averages: async () => null,
    slots: async () => ({}),
    close: async () => {},
  };
  const { progress } = await fit({
    trainer,
    data,
    epochs: 2,
    schedule: (step) => step,
    evaluate: async () => ({}),
  });
  expect(calls).toEqual([3, 2, 3, 2]);
  expect(seen).toEqual([6, 6, 6, 6, 4, 6, 6, 6, 6, 4].map((size, step) => [step, step, size]));
  expect(progress).toMatchObject({ epoch: 2, step: 10 });
});
