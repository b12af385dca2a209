/** @file Checkpoints of runs under way and of finished ones. */

import { describe, expect, test } from "vitest";
import { DataError, float32 } from "../../core/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../engine/training/index.ts";
import {
  type RunCheckpoint,
  finalCheckpoint,
  parseFinal,
  parseProgress,
  progressCheckpoint,
} from "./run-checkpoint.ts";

const parameters = { "conv1.weight": float32([1, 2, 3, NaN], [2, 2]), "dense.bias": float32([-0]) };
const running: RunCheckpoint = {
  parameters,
  slots: { "slot/momentum/dense.bias": float32([0.25]) },
  updated: ["dense.bias"],
  progress: { epoch: 2, step: 37, partial: { batches: 5, images: 80, lossSum: 1 / 3, correct: 17, durationMs: 12.5 } },
  best: { bestEpoch: 1, bestLoss: 0.1 + 0.2, bestParameters: { "dense.bias": float32([9]) } },
  stopped: "no improvement",
};

const owner = { run: "M2", study: "a study", history: { epochs: 2, sha256: "0f".repeat(32) } };

function throughFile(content: ReturnType<typeof progressCheckpoint>): ReturnType<typeof progressCheckpoint> {
  return decodeSafetensors(encodeSafetensors(content), "checkpoint.safetensors");
}

describe("the checkpoint of a run under way", () => {
  test("comes back from its file as it was, with and without early stopping", () => {
    expect(parseProgress(throughFile(progressCheckpoint(running, owner)), "M2")).toEqual(running);
    const plain = { ...running, best: null, stopped: null };
    expect(parseProgress(throughFile(progressCheckpoint(plain, owner)), "M2")).toEqual(plain);
  });

  test("is not that of a finished run, and the other way round", () => {
    expect(() => parseProgress(finalCheckpoint(parameters, {}), "runs/M2")).toThrow(
      new DataError(
        'runs/M2: expected the checkpoint of a run under way, got status "done". Delete the run\'s folder to train it again.',
      ),
    );
    expect(() => parseFinal(progressCheckpoint(running, owner), "runs/M1")).toThrow(
      new DataError('runs/M1: expected the weights of a finished run, got status "running". Resume that run first.'),
    );
    expect(() => parseFinal({ tensors: {}, metadata: {} }, "runs/M1")).toThrow(/got status "none"/);
  });
});

describe("the checkpoint of a finished run", () => {
  test("holds its weights alone, under their plain names", () => {
    const content = throughFile(finalCheckpoint(parameters, { run: "M2", status: "anything" }));
    expect(content.metadata).toEqual({ run: "M2", status: "done" });
    expect(parseFinal(content, "M2")).toEqual(parameters);
  });
});
