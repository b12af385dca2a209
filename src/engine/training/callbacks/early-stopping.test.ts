/** @file Early stopping: when a run ends, and which parameters are its best. */

import { describe, expect, test } from "vitest";
import { ConfigError, type Tensor, float32 } from "../../../core/index.ts";
import { constant } from "../../nn/index.ts";
import { type FitResult, type Progress, fit, freshProgress } from "../fit.ts";
import { tinySource } from "../tiny-task.fixture.ts";
import { oneByOne } from "../tiny-task.fixture.ts";
import type { Trainer } from "../trainer.ts";
import { type EarlyStopping, earlyStopping } from "./early-stopping.ts";

/** Its one parameter counts its steps, in place, as a trainer overwrites its tensors. */
function countingTrainer(step = 0): Trainer {
  const weight: Tensor<"float32"> = float32([step]);
  return {
    ...oneByOne(() => {
      weight.data[0] += 1;
      return Promise.resolve({ loss: 1, correct: 0 });
    }),
    parameters: () => Promise.resolve({ weight }),
    averages: () => Promise.resolve(null),
    slots: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
}

/** Runs of one step an epoch, whose validation loss after each epoch is given; the test loss falls all along. */
async function run(
  stopping: EarlyStopping,
  losses: readonly number[],
  { progress = freshProgress() }: { progress?: Progress } = {},
): Promise<FitResult> {
  let epoch = progress.epoch;
  return fit({
    trainer: countingTrainer(progress.step),
    data: tinySource({ images: 2, batchSize: 2 }),
    epochs: losses.length,
    schedule: constant(0.1),
    evaluate: () => {
      epoch += 1;
      const validation = { loss: losses[epoch - 1], accuracy: 0 };
      return Promise.resolve({ validation, test: { loss: 1 / epoch, accuracy: 0 } });
    },
    callbacks: [stopping],
    progress,
  });
}

describe("earlyStopping", () => {
  test("ends patience epochs after the best, and has the best's own parameters", async () => {
    const stopping = earlyStopping({ watch: "validation", patience: 2 });
    expect(stopping.state()).toBeUndefined();
    const result = await run(stopping, [5, 3, 2, 4, 2, 1]);
    expect(result.stopped).toBe("no improvement of the validation loss in 2 epochs; best was epoch 3");
    expect(result.progress.epoch).toBe(5);
    expect(stopping.state()).toEqual({ bestEpoch: 3, bestLoss: 2, bestParameters: { weight: float32([3]) } });
  });

  test("never looks at another set: the falling test loss keeps nothing alive", async () => {
    const result = await run(earlyStopping({ watch: "validation", patience: 1 }), [1, 1, 1, 1]);
    expect(result.progress.epoch).toBe(2);
    const watching = await run(earlyStopping({ watch: "test", patience: 1 }), [1, 1, 1, 1]);
    expect(watching.stopped).toBeUndefined();
  });

  test("counts a decrease only if it is larger than minDelta", async () => {
    const stopping = earlyStopping({ watch: "validation", patience: 3, minDelta: 0.5 });
    const result = await run(stopping, [5, 4.9, 4.6, 4.5, 4.4, 4.3]);
    expect(result).toMatchObject({ progress: { epoch: 4 } });
    expect(stopping.state()).toMatchObject({ bestEpoch: 1, bestLoss: 5 });
  });

  test("lets a run end that always improves", async () => {
    const stopping = earlyStopping({ watch: "validation", patience: 1 });
    expect(await run(stopping, [4, 3, 2, 1])).toMatchObject({ stopped: undefined, progress: { epoch: 4 } });
    expect(stopping.state()).toMatchObject({ bestEpoch: 4 });
  });

  test("goes on from a restored state as if it had never stopped", async () => {
    const losses = [5, 3, 4, 3.5, 2];
    const first = earlyStopping({ watch: "validation", patience: 2 });
    const { progress } = await run(first, losses.slice(0, 3));
    expect(progress.epoch).toBe(3);
    const second = earlyStopping({ watch: "validation", patience: 2 }, first.state());
    expect(await run(second, losses, { progress })).toMatchObject({ progress: { epoch: 4 } });
    expect(second.state()).toEqual({ bestEpoch: 2, bestLoss: 3, bestParameters: { weight: float32([2]) } });
  });

  test("trains no further epoch where the run had already ended", async () => {
    const losses = [1, 2, 2, 0.5];
    const first = earlyStopping({ watch: "validation", patience: 2 });
    const ended = await run(first, losses);
    expect(ended.progress.epoch).toBe(3);
    const again = await run(earlyStopping({ watch: "validation", patience: 2 }, first.state()), losses, ended);
    expect(again).toEqual({ progress: ended.progress, interrupted: false, stopped: ended.stopped });
  });

  test("refuses a set that is not evaluated", async () => {
    await expect(run(earlyStopping({ watch: "valid", patience: 1 }), [1])).rejects.toThrow(
      new ConfigError('early stopping: expected "valid" to be evaluated, got validation, test.'),
    );
  });
});
