/** @file The tests of one golden training run, for every network alike. */

import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Tensor } from "../../src/core/index.ts";
import type { Network, Parameters } from "../../src/engine/nn/index.ts";
import type { SessionOptions } from "../../src/engine/runtime/index.ts";
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
import { onCpu, testDevice, testSession } from "../support/device.ts";
import {
  goldenBatches,
  goldenInput,
  goldenStart,
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

/** Steps of the runs that only show that another setting takes the same way; a device made of software is slow. */
const FEW_STEPS = onCpu ? 20 : 1;

/** For software in the place of a graphics card: a step of the classic network takes it seconds. */
const DEVICE_TIMEOUT_MS = onCpu ? 60_000 : 300_000;

/** How to replay a golden run. */
interface Replayed {
  network: (run: GoldenRun) => Network;
  /** Names the slot that holds a parameter's gradient after the first step, and a factor on it. */
  firstGradient: { slot: string; factor: number };
  /** Steps on other devices than the CPU, where they may be computed by software; all when left out. */
  deviceSteps?: number;
}

/** How a training run began: the losses of its first `FEW_STEPS` steps, and the state after them. */
interface Beginning {
  losses: number[];
  state: Record<string, string>;
}

/** Declares the tests that a network trains as PyTorch's does. */
export function testTrajectory(name: GoldenName, given: Replayed): void {
  const run = readTrajectories().networks[name];
  const steps = onCpu ? run.steps : (given.deviceSteps ?? run.steps);
  describe(`${steps} steps of the ${name} network on ${testDevice}, one thread`, () => {
    testSteps(run, given, steps);
  });
  describe(`the ${name} network`, () => {
    testFirstSteps(run, given.network(run));
  });
}

function testSteps(run: GoldenRun, { network: build, firstGradient }: Replayed, steps: number): void {
  const network = build(run);
  const losses: number[] = [];
  const gradients = new Map<string, Float32Array>();
  let begun: Beginning;
  const trainer = goldenTrainer(run, network, { session: testSession });
  afterAll(() => trainer.close());

  beforeAll(async () => {
    losses.push(...(await replay(run, trainer, { to: 1 })));
    const slots = await trainer.slots();
    for (const { name } of run.firstGradients) {
      const { data } = slots[`slot/${firstGradient.slot}/${name}`];
      gradients.set(
        name,
        data.map((value) => value * firstGradient.factor),
      );
    }
    losses.push(...(await replay(run, trainer, { from: 1, to: FEW_STEPS })));
    begun = { losses: [...losses], state: await stateOf(trainer) };
    losses.push(...(await replay(run, trainer, { from: FEW_STEPS, to: steps })));
  }, DEVICE_TIMEOUT_MS);

  test("the first gradients are PyTorch's", () => {
    const found = distances(run, run.firstGradients, ({ name }) => gradients.get(name) ?? new Float32Array());
    expect(found).toHaveLength(run.initialParameters.length);
    expect(Math.max(...found)).toBeLessThan(GRADIENT_TOLERANCE);
  });

  test("every loss is PyTorch's, to the end", () => {
    expect(losses).toHaveLength(steps);
    expect(lossDifference(losses, run.losses)).toBeLessThan(LOSS_TOLERANCE);
  });

  test(
    "another trainer goes the same way, bit for bit",
    async () => expect(await begin(run, network, testSession)).toEqual(begun),
    DEVICE_TIMEOUT_MS,
  );

  if (steps === run.steps) testEnd(run, network, trainer);
  else testDistanceFromCpu(run, { network, trainer, steps });
}

/** After all steps, PyTorch's own values are there to compare with. */
function testEnd(run: GoldenRun, network: Network, trainer: Trainer): void {
  test("every parameter and statistic ends where PyTorch's does", async () => {
    const parameters = await trainer.parameters();
    const golden = [...run.finalParameters, ...run.finalStatistics];
    expect(Object.keys(parameters).sort()).toEqual(golden.map((tensor) => tensor.name).sort());
    const starts = new Map(run.initialParameters.map((start) => [start.name, startValues(start)]));
    const apart = distances(run, golden, (tensor) => parameters[tensor.name].data);
    const gone = golden.map((tensor) => {
      // statistics start from 0 and 1, and go as far as their own size; parameters with a scale go nowhere
      const start = starts.get(tensor.name);
      return start === undefined || tensor.scale !== undefined ? 1 : relativeDistance(start, tensor, run.sampling);
    });
    expect(Math.max(...apart.map((distance, index) => distance / gone[index]))).toBeLessThan(PARAMETER_TOLERANCE);
  });

  test("the trained network's loss and logits in inference are PyTorch's", async () => {
    const batch = goldenBatches(run)(0, run.evaluation.images);
    const options = { network, parameters: await trainer.parameters(), input: goldenInput };
    const { loss } = await evaluate(options, [batch], testSession);
    expect(lossDifference([loss], [run.evaluation.loss])).toBeLessThan(LOSS_TOLERANCE);
    const session = await createInferenceSession(options, testSession);
    const { output } = await session.run({ input: batch.input });
    await session.close();
    const golden = { name: "logits", shape: [...output.shape], values: run.evaluation.logits };
    expect(output.data).toHaveLength(decodeFloat32(run.evaluation.logits).length);
    expect(relativeDistance(output.data as Float32Array, golden, run.sampling)).toBeLessThan(TRAINED_LOGITS_TOLERANCE);
  });
}

/** After fewer steps, the CPU's values stand in for PyTorch's, which the CPU's own test compares. */
function testDistanceFromCpu(
  run: GoldenRun,
  { network, trainer, steps }: { network: Network; trainer: Trainer; steps: number },
): void {
  const lossOf = async (parameters: Parameters, session: SessionOptions): Promise<number> => {
    const batch = goldenBatches(run)(0, run.evaluation.images);
    return (await evaluate({ network, parameters, input: goldenInput }, [batch], session)).loss;
  };

  test(`every parameter, statistic and the loss in inference are the CPU's after ${steps} steps`, async () => {
    const onTheCpu = goldenTrainer(run, network, { session: { threads: 1 } });
    await replay(run, onTheCpu, { to: steps });
    const [found, expected] = [await trainer.parameters(), await onTheCpu.parameters()];
    const start = goldenStart(run, network);
    const scales = new Map(run.finalParameters.map(({ name, scale }) => [name, scale]));
    const apart = Object.entries(expected).map(([name, { data }]) => {
      const gone = scales.get(name) ?? largestDifference(data, start[name].data as Float32Array);
      return largestDifference(found[name].data, data) / gone;
    });
    expect(Math.max(...apart)).toBeLessThan(PARAMETER_TOLERANCE);
    const losses = [await lossOf(found, testSession), await lossOf(expected, { threads: 1 })];
    expect(lossDifference([losses[0]], [losses[1]])).toBeLessThan(LOSS_TOLERANCE);
    await onTheCpu.close();
  });
}

function distances(
  run: GoldenRun,
  tensors: readonly GoldenTensor[],
  actual: (tensor: GoldenTensor) => Float32Array,
): number[] {
  return tensors.map((tensor) => relativeDistance(actual(tensor), tensor, run.sampling));
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);
}

function testFirstSteps(run: GoldenRun, network: Network): void {
  test("the first logits in training are PyTorch's", async () => {
    const logits = await trainingLogits(run, network);
    expect(relativeDistance(logits, run.firstLogits, run.sampling)).toBeLessThan(GRADIENT_TOLERANCE);
  });

  // elsewhere there are no blocked images, and this is the way of every step
  test.runIf(onCpu)("takes the same way without blocked images", async () => {
    const losses = await replayPlain(run, network, FEW_STEPS);
    expect(losses).toHaveLength(FEW_STEPS);
    expect(lossDifference(losses, run.losses)).toBeLessThan(LOSS_TOLERANCE);
  });

  // elsewhere threads divide nothing
  test.runIf(onCpu)("trains to the same bits every time with two threads", async () => {
    const first = await begin(run, network, { threads: 2 });
    expect(lossDifference(first.losses, run.losses)).toBeLessThan(LOSS_TOLERANCE);
    expect(await begin(run, network, { threads: 2 })).toEqual(first);
  });
}

/** A new trainer's first steps. */
async function begin(run: GoldenRun, network: Network, session: SessionOptions): Promise<Beginning> {
  const trainer = goldenTrainer(run, network, { session });
  const losses = await replay(run, trainer, { to: FEW_STEPS });
  const state = await stateOf(trainer);
  await trainer.close();
  return { losses, state };
}

/** Digests of all that a trainer keeps from step to step. */
async function stateOf(trainer: Trainer): Promise<Record<string, string>> {
  const tensors = Object.entries({ ...(await trainer.parameters()), ...(await trainer.slots()) });
  const digest = ({ data }: Tensor<"float32">): string => createHash("sha256").update(data).digest("hex");
  return Object.fromEntries(tensors.map(([name, tensor]) => [name, digest(tensor)]));
}
