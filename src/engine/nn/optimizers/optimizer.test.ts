/** @file Every optimizer takes the steps that PyTorch's takes. */

import { describe, expect, test } from "vitest";
import { readTrajectories } from "../../../../test/golden/trajectories.ts";
import { replayOptimizer } from "../../../../test/trajectories/replay-optimizer.ts";
import { optimizerOf } from "../../../../test/trajectories/replay.ts";

const { optimizers } = readTrajectories();

/** Ten updates of values below 2 in float32, each rounded to 1.2e-7 a few times, against float64. */
const TOLERANCE = 3e-6;

describe.each(optimizers.cases)("$name", ({ settings, parameters }) => {
  test("ten steps end each where PyTorch's does", async () => {
    const { initial, gradients } = optimizers;
    const after = await replayOptimizer(optimizerOf(settings), {
      initial,
      gradients,
      learningRate: settings.learningRate,
    });
    expect(after).toHaveLength(10);
    const differences = after.map((values, step) => values.map((value, i) => Math.abs(value - parameters[step][i])));
    expect(Math.max(...differences.flat())).toBeLessThan(TOLERANCE);
  });

  test("its learning rate matters", async () => {
    const { initial, gradients } = optimizers;
    const learningRate = settings.learningRate * 1.01;
    const after = await replayOptimizer(optimizerOf(settings), { initial, gradients, learningRate });
    expect(Math.abs(after[0][0] - parameters[0][0])).toBeGreaterThan(TOLERANCE);
  });
});
