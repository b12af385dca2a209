/** @file The training loop: its callbacks, its numbers, and a run broken off and gone on with. */

import { describe, expect, onTestFinished, test } from "vitest";
import { type Tensor, TrainingError, float32 } from "../../core/index.ts";
import { type Parameters, constant, oneCycle } from "../nn/index.ts";
import {
  type BatchResult,
  type Callback,
  type EpochResult,
  type FitOptions,
  type FitResult,
  type Progress,
  fit,
  freshProgress,
} from "./fit.ts";
import { evaluate } from "./inference.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { bitsOf, oneByOne, tinyBatch, tinyNetwork, tinyOptions, tinySource } from "./tiny-task.fixture.ts";
import { type StepResult, type Trainer, createTrainer } from "./trainer.ts";

const data = tinySource({ images: 22, batchSize: 6 });

/** A trainer whose losses are the numbers of its steps, or as told. */
function fakeTrainer(lossAt: (step: number) => number = (step) => step) {
  const seen: { step: number; learningRate: number; size: number }[] = [];
  const trainer: Trainer = {
    ...oneByOne(({ labels }, at): Promise<StepResult> => {
      seen.push({ ...at, size: labels.data.length });
      return Promise.resolve({ loss: lossAt(at.step), correct: 1 });
    }),
    parameters: () => Promise.resolve({}),
    averages: () => Promise.resolve(null),
    slots: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  return { trainer, seen };
}

const noEvaluation = (): Promise<Record<string, never>> => Promise.resolve({});

/** Runs the loop on a fake trainer for two epochs. */
function fitFake(options: Partial<FitOptions>): Promise<FitResult> {
  const { trainer } = fakeTrainer();
  return fit({ trainer, data, epochs: 2, schedule: constant(0.1), evaluate: noEvaluation, ...options });
}

function logging(log: string[], name: string): Callback {
  return {
    onTrainBegin: () => void log.push(`${name} begin`),
    onBatchEnd: async ({ epoch, batch, batches }) => {
      await Promise.resolve();
      log.push(`${name} batch ${epoch}.${batch}/${batches}`);
    },
    onEpochEnd: ({ epoch }, { progress }) => void log.push(`${name} epoch ${epoch}, ${progress.epoch} finished`),
    onTrainEnd: ({ interrupted }) => void log.push(`${name} end${interrupted ? ", interrupted" : ""}`),
  };
}

describe("fit", () => {
  test("calls its callbacks in order, each done before the next, evaluation before the epoch's end", async () => {
    const log: string[] = [];
    const result = await fitFake({
      data: tinySource({ images: 4, batchSize: 2 }),
      callbacks: [logging(log, "a"), logging(log, "b")],
      evaluate: () => {
        log.push("evaluate");
        return Promise.resolve({});
      },
    });
    const both = (what: string): string[] => [`a ${what}`, `b ${what}`];
    const epoch = (number: number): string[] => [
      ...both(`batch ${number}.1/2`),
      ...both(`batch ${number}.2/2`),
      "evaluate",
      ...both(`epoch ${number}, ${number} finished`),
    ];
    expect(log).toEqual([...both("begin"), ...epoch(1), ...epoch(2), ...both("end")]);
    expect(result).toEqual({
      progress: { epoch: 2, step: 4, partial: freshProgress().partial },
      interrupted: false,
      stopped: undefined,
    });
  });

  test("asks the schedule for every step of the whole run", async () => {
    const { trainer, seen } = fakeTrainer();
    const asked: number[][] = [];
    await fitFake({
      trainer,
      schedule: (step, totalSteps) => {
        asked.push([step, totalSteps]);
        return step / 10;
      },
    });
    expect(seen.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(seen.map(({ learningRate }) => learningRate)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(new Set(asked.map(([, totalSteps]) => totalSteps))).toEqual(new Set([8]));
  });

  test("weighs each batch by its images", async () => {
    const results: EpochResult[] = [];
    const batches: BatchResult[] = [];
    const held = { loss: 0.5, accuracy: 0.25 };
    await fitFake({
      evaluate: () => Promise.resolve({ held }),
      callbacks: [
        {
          onBatchEnd: (result) => void batches.push(result),
          onEpochEnd: (result) => void results.push(result),
        },
      ],
    });
    // 22 images: batches of 6, 6, 6 and 4, with losses 0 1 2 3 and then 4 5 6 7
    expect(
      results.map(({ epoch, train, evaluations, learningRate }) => ({ epoch, train, evaluations, learningRate })),
    ).toEqual([
      { epoch: 1, train: { loss: 30 / 22, accuracy: 4 / 22 }, evaluations: { held }, learningRate: 0.1 },
      { epoch: 2, train: { loss: 118 / 22, accuracy: 4 / 22 }, evaluations: { held }, learningRate: 0.1 },
    ]);
    expect(batches[1].train).toEqual({ loss: 6 / 12, accuracy: 2 / 12 });
    for (const { trainDurationMs, durationMs, imagesPerSecond } of results) {
      expect(trainDurationMs).toBeGreaterThan(0);
      expect(durationMs).toBeGreaterThanOrEqual(trainDurationMs);
      expect(imagesPerSecond).toBeCloseTo((1000 * 22) / trainDurationMs, 6);
    }
  });

  test("ends after the epoch in which a callback stops it, with the first reason", async () => {
    const log: string[] = [];
    const callback: Callback = {
      onBatchEnd: ({ batch }, { stop }) => (batch === 2 ? stop("enough") : undefined),
      onEpochEnd: (_, { stop }) => stop("later"),
    };
    const result = await fitFake({ epochs: 5, callbacks: [callback, logging(log, "a")] });
    expect(result).toMatchObject({ stopped: "enough", interrupted: false, progress: { epoch: 1, step: 4 } });
    expect(log.slice(-2)).toEqual(["a epoch 1, 1 finished", "a end"]);
  });

  test("trains nothing where a callback stops it at the beginning, or nothing is left", async () => {
    const { trainer, seen } = fakeTrainer();
    const stopping: Callback = { onTrainBegin: ({ stop }) => stop("done before") };
    expect(await fitFake({ trainer, callbacks: [stopping] })).toMatchObject({ stopped: "done before" });
    const progress = { ...freshProgress(), epoch: 2, step: 8 };
    expect(await fitFake({ trainer, progress })).toEqual({ progress, interrupted: false, stopped: undefined });
    expect(seen).toEqual([]);
  });

  test("stops between two steps at the signal, and says how far it came", async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const abort: Callback = {
      onBatchEnd: ({ epoch, batch }) => (epoch === 2 && batch === 3 ? controller.abort() : undefined),
    };
    const result = await fitFake({ callbacks: [abort, logging(log, "a")], signal: controller.signal });
    expect(result.interrupted).toBe(true);
    expect(result.progress).toMatchObject({ epoch: 1, step: 7, partial: { batches: 3, images: 18, lossSum: 90 } });
    expect(log.slice(-2)).toEqual(["a batch 2.3/4", "a end, interrupted"]);
  });

  test("finishes the last epoch where the signal comes after its last step", async () => {
    const controller = new AbortController();
    const abort: Callback = {
      onBatchEnd: ({ epoch, batch }) => (epoch === 2 && batch === 4 ? controller.abort() : undefined),
    };
    const result = await fitFake({ callbacks: [abort], signal: controller.signal });
    expect(result).toMatchObject({ interrupted: false, progress: { epoch: 2, step: 8 } });
  });

  test("leaves the given progress as it was", async () => {
    const progress = { epoch: 1, step: 5, partial: { batches: 1, images: 6, lossSum: 24, correct: 1, durationMs: 3 } };
    const before = structuredClone(progress);
    const { trainer, seen } = fakeTrainer();
    await fitFake({ trainer, progress });
    expect(progress).toEqual(before);
    expect(seen.map(({ step, size }) => [step, size])).toEqual([
      [5, 6],
      [6, 6],
      [7, 4],
    ]);
  });
});

describe("a diverging run", () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY])("ends at the step whose loss is %d", async (loss) => {
    const { trainer, seen } = fakeTrainer((step) => (step === 5 ? loss : 1));
    const log: string[] = [];
    await expect(fitFake({ trainer, schedule: constant(0.123456), callbacks: [logging(log, "a")] })).rejects.toThrow(
      new TrainingError(
        `training: expected a finite loss, got ${loss} in epoch 2, step 6 at learning rate 0.123. ` +
          "Lower the learning rate or warm it up.",
      ),
    );
    expect(seen).toHaveLength(6);
    expect(log.at(-1)).toBe("a batch 2.1/4");
  });

  test("ends after the epoch whose evaluated loss is not finite", async () => {
    await expect(
      fitFake({ evaluate: () => Promise.resolve({ test: { loss: Number.NaN, accuracy: 0 } }) }),
    ).rejects.toThrow(
      new TrainingError(
        "training: expected a finite test loss, got NaN after epoch 1. Lower the learning rate or warm it up.",
      ),
    );
  });

  test("is noticed at an absurd learning rate", async () => {
    const trainer = createTrainer(tinyOptions(tinyNetwork));
    onTestFinished(() => trainer.close());
    await expect(fit({ trainer, data, epochs: 3, schedule: constant(1e38), evaluate: noEvaluation })).rejects.toThrow(
      /^training: expected a finite loss, got (NaN|Infinity) in epoch 1, step [2-4] at learning rate 1e\+38\./,
    );
  });
});

/** What a checkpoint holds, through the bytes of one. */
interface Saved {
  parameters: Parameters;
  slots: Record<string, Tensor>;
  progress: Progress;
}

function throughBytes({ parameters, slots, progress }: Saved): Saved {
  const metadata = { progress: JSON.stringify(progress) };
  const bytes = encodeSafetensors({ tensors: { ...parameters, ...slots }, metadata });
  const read = decodeSafetensors(bytes, "checkpoint.safetensors");
  const isSlot = (name: string): boolean => name.startsWith("slot/");
  const entries = Object.entries(read.tensors).map(([name, tensor]) => {
    if (tensor.dtype !== "float32") throw new Error(`${name} is ${tensor.dtype}`);
    return [name, float32(tensor.data as Float32Array, tensor.shape)] as const;
  });
  return {
    parameters: Object.fromEntries(entries.filter(([name]) => !isSlot(name))),
    slots: Object.fromEntries(entries.filter(([name]) => isSlot(name))),
    progress: JSON.parse(read.metadata.progress) as Progress,
  };
}

/** Trains the tiny network for three epochs, going on from `saved`, up to the end or the given step. */
async function trainTiny({ saved, until }: { saved?: Saved; until?: number }) {
  const controller = new AbortController();
  const epochs: Omit<EpochResult, "trainDurationMs" | "durationMs" | "imagesPerSecond">[] = [];
  const trainer = createTrainer(tinyOptions(tinyNetwork, saved === undefined ? {} : saved));
  onTestFinished(() => trainer.close());
  const { progress } = await fit({
    trainer,
    data,
    epochs: 3,
    schedule: oneCycle(0.2),
    evaluate: async ({ parameters }) => ({
      test: await evaluate(
        { network: tinyNetwork, parameters: await parameters(), input: { kind: "features" } },
        [tinyBatch(9000, 10), tinyBatch(9010, 3)],
        { threads: 1 },
      ),
    }),
    callbacks: [
      {
        onBatchEnd: (_, context) => (context.progress.step === until ? controller.abort() : undefined),
        onEpochEnd: ({ epoch, train, evaluations, learningRate }) =>
          void epochs.push({ epoch, train, evaluations, learningRate }),
      },
    ],
    ...(saved === undefined ? {} : { progress: saved.progress }),
    signal: controller.signal,
  });
  return {
    epochs,
    saved: throughBytes({ parameters: await trainer.parameters(), slots: await trainer.slots(), progress }),
  };
}

test("a run that goes on from a checkpoint, wherever it broke off, gives the bits of an unbroken one", async () => {
  const whole = await trainTiny({});
  expect(whole.epochs).toHaveLength(3);
  expect(whole.epochs[2].evaluations.test.loss).toBeLessThan(whole.epochs[0].evaluations.test.loss);
  for (const until of [1, 4, 6, 11]) {
    const first = await trainTiny({ until });
    expect(first.saved.progress.step).toBe(until);
    const second = await trainTiny({ saved: first.saved });
    expect([...first.epochs, ...second.epochs]).toEqual(whole.epochs);
    expect(bitsOf(second.saved.parameters)).toEqual(bitsOf(whole.saved.parameters));
    expect(bitsOf(second.saved.slots)).toEqual(bitsOf(whole.saved.slots));
  }
});
