/** @file What a stage leaves open: nothing, whatever fails. */

import { beforeEach, describe, expect, test, vi } from "vitest";
import { initializeParameters } from "../../engine/nn/index.ts";
import * as training from "../../engine/training/index.ts";
import { resolveStudy } from "../file/config.ts";
import { type PlannedRun, planStudy } from "../file/plan.ts";
import { planNetwork, stageNetwork } from "./network.ts";
import type { StageContext, StageOptions } from "./stage.ts";
import { freshState, openStage } from "./train-stages.ts";
import { type TrainedTail, openTrainedTail } from "./tail.ts";

vi.mock("./tail.ts");
vi.mock("../../engine/training/index.ts", { spy: true });

const config = resolveStudy({ preset: "tuned" });
// the preset says all of its training itself
const [run] = planStudy(config) as PlannedRun[];
const inputShape = [3, 8, 8] as const;
const whole = stageNetwork(config, run, {
  ...planNetwork(config, run, { inputShape, numClasses: 2, trainImages: 4 }),
  inputShape,
});
const closeTail = vi.fn<() => Promise<void>>(async () => {});
const options = {
  run,
  whole,
  task: { train: {} },
  session: { threads: 1 },
  record: { featureDurationMs: 0 },
  listener: { onFeatures: () => {}, onBatch: () => {} },
} as unknown as StageOptions;

function contextOf(start: StageContext["start"]): Omit<StageContext, "callbacksFor"> {
  return { start, stage: whole.stages[0], state: freshState() };
}

beforeEach(() => {
  vi.restoreAllMocks();
  closeTail.mockClear();
  vi.mocked(openTrainedTail).mockResolvedValue({
    network: whole.network,
    input: { kind: "features" },
    source: { close: closeTail },
    close: closeTail,
    featureDurationMs: 0,
  } as unknown as TrainedTail);
});

describe("a stage", () => {
  test("closes its images where its trainer cannot be made", async () => {
    await expect(openStage(options, contextOf({}))).rejects.toThrow(
      "internal: expected a float32 tensor of shape [32, 3, 3, 3]",
    );
    expect(closeTail).toHaveBeenCalledOnce();
  });

  test("closes its images where its trainer cannot be closed, and says why it could not", async () => {
    const lost = new Error("the device was lost");
    const trainer = { close: () => Promise.reject(lost) } as training.Trainer;
    vi.mocked(training.createTrainer).mockReturnValueOnce(trainer);
    const { close } = await openStage(options, contextOf(initializeParameters(whole.network, 0)));
    expect(closeTail).not.toHaveBeenCalled();
    await expect(close()).rejects.toBe(lost);
    expect(closeTail).toHaveBeenCalledOnce();
  });
});
