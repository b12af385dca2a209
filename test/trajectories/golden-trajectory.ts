/** @file The tests of one golden training run, for every network alike. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Network } from "../../src/engine/nn/index.ts";
import { type Trainer, createInferenceSession, evaluate } from "../../src/engine/training/index.ts";
import {
  type GoldenName,
  type GoldenRun,
  type GoldenTensor,
  decodeFloat32,
  readTrajectories,
  relativeDistance,
  startValues,
} from "../golden/trajectories.ts";
import {
  goldenBatches,
  goldenInput,
  goldenTrainer,
  lossDifference,
  replay,
  replayPlain,
  trainingLogits,
} from "./replay.ts";

/** The golden file says how far float32 runs part by rounding: 3.3e-4 at most. A wrong rule is off by percents. */
const LOSS_TOLERANCE = 1e-3;

/** Sums of up to 16,384 float32 products in another order; 2e-6 was seen. */
const GRADIENT_TOLERANCE = 1e-5;

/**
 * Of the way that a parameter's values went in training.
 *
 * Starts disturbed by one part in ten million moved parameters by up to 1.4e-2 of it: those that went least far.
 */
const PARAMETER_TOLERANCE = 0.03;

/** Of the largest logit after all steps; starts disturbed by one part in ten million moved logits by up to 1.4e-3. */
const TRAINED_LOGITS_TOLERANCE = 1e-2;

/** Steps of the runs that only show that another setting takes the same way. */
const FEW_STEPS = 20;

/** How to replay a golden run. */
interface Replayed {
  network: (run: GoldenRun) => Network;
  /** A parameter's gradient in the first step, from the trainer's slots after it. */
  firstGradient: (trainer: Trainer, parameter: string) => Float32Array;
}

/** Declares the tests that a network trains as PyTorch's does. */
export function testTrajectory(name: GoldenName, given: Replayed): void {
  const run = readTrajectories().networks[name];
  describe(`${run.steps} steps of the ${name} network on one thread`, () => {
    testWholeRun(run, given);
  });
  describe(`the ${name} network`, () => {
    testFirstSteps(run, given.network(run));
  });
}

function testWholeRun(run: GoldenRun, given: Replayed): void {
  const { sampling } = run;
  const network = given.network(run);
  const distances = (tensors: readonly GoldenTensor[], actual: (tensor: GoldenTensor) => Float32Array): number[] =>
    tensors.map((tensor) => relativeDistance(actual(tensor), tensor, sampling));
  const losses: number[] = [];
  const gradients = new Map<string, Float32Array>();
  const trainer = goldenTrainer(run, network, { session: { threads: 1 } });
  afterAll(() => trainer.close());

  beforeAll(async () => {
    losses.push(...(await replay(run, trainer, { to: 1 })));
    for (const { name: parameter } of run.firstGradients) {
      gradients.set(parameter, given.firstGradient(trainer, parameter));
    }
    losses.push(...(await replay(run, trainer, { from: 1 })));
  });

  test("the first gradients are PyTorch's", () => {
    const found = distances(run.firstGradients, (golden) => gradients.get(golden.name) ?? new Float32Array());
    expect(found).toHaveLength(run.initialParameters.length);
    expect(Math.max(...found)).toBeLessThan(GRADIENT_TOLERANCE);
  });

  test("every loss is PyTorch's, to the end", () => {
    expect(losses).toHaveLength(run.steps);
    expect(lossDifference(losses, run.losses)).toBeLessThan(LOSS_TOLERANCE);
  });

  test("every parameter and statistic ends where PyTorch's does", () => {
    const parameters = trainer.parameters();
    const golden = [...run.finalParameters, ...run.finalStatistics];
    expect(Object.keys(parameters).sort()).toEqual(golden.map((tensor) => tensor.name).sort());
    const starts = new Map(run.initialParameters.map((start) => [start.name, startValues(start)]));
    const apart = distances(golden, (tensor) => parameters[tensor.name].data);
    const gone = golden.map((tensor) => {
      // statistics start from 0 and 1, and go as far as their own size; parameters with a scale go nowhere
      const start = starts.get(tensor.name);
      return start === undefined || tensor.scale !== undefined ? 1 : relativeDistance(start, tensor, sampling);
    });
    expect(Math.max(...apart.map((distance, index) => distance / gone[index]))).toBeLessThan(PARAMETER_TOLERANCE);
  });

  test("the trained network's loss and logits in inference are PyTorch's", async () => {
    const batch = goldenBatches(run)(0, run.evaluation.images);
    const options = { network, parameters: trainer.parameters(), input: goldenInput };
    const { loss } = await evaluate(options, [batch], { threads: 1 });
    expect(lossDifference([loss], [run.evaluation.loss])).toBeLessThan(LOSS_TOLERANCE);
    const session = await createInferenceSession(options, { threads: 1 });
    const { output } = await session.run({ input: batch.input });
    await session.close();
    const golden = { name: "logits", shape: [...output.shape], values: run.evaluation.logits };
    expect(output.data).toHaveLength(decodeFloat32(run.evaluation.logits).length);
    expect(relativeDistance(output.data as Float32Array, golden, sampling)).toBeLessThan(TRAINED_LOGITS_TOLERANCE);
  });
}

function testFirstSteps(run: GoldenRun, network: Network): void {
  test("the first logits in training are PyTorch's", async () => {
    const logits = await trainingLogits(run, network);
    expect(relativeDistance(logits, run.firstLogits, run.sampling)).toBeLessThan(GRADIENT_TOLERANCE);
  });

  test("takes the same way without blocked images", async () => {
    const losses = await replayPlain(run, network, FEW_STEPS);
    expect(losses).toHaveLength(FEW_STEPS);
    expect(lossDifference(losses, run.losses)).toBeLessThan(LOSS_TOLERANCE);
  });

  test.each([1, 2])("trains to the same bits every time with threads: %i", async (threads) => {
    const train = async (): Promise<{ losses: number[]; bytes: Buffer }> => {
      const trainer = goldenTrainer(run, network, { session: { threads } });
      const losses = await replay(run, trainer, { to: FEW_STEPS });
      const state = Object.values({ ...trainer.parameters(), ...trainer.slots() });
      const bytes = Buffer.concat(state.map(({ data }) => Buffer.from(Float32Array.from(data).buffer)));
      await trainer.close();
      return { losses, bytes };
    };
    const [first, second] = [await train(), await train()];
    expect(lossDifference(first.losses, run.losses)).toBeLessThan(LOSS_TOLERANCE);
    expect(second.losses).toEqual(first.losses);
    expect(Buffer.compare(second.bytes, first.bytes)).toBe(0);
  });
}
