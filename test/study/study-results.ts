/** @file A small study, and what must be equal in its folder however often it was stopped. */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EpochRecord, RunRecord, StudyInput } from "../../src/study/index.ts";

/** The four runs of the classic study for seed 0. */
export const CLASSIC_RUNS = ["M1-source-seed0", "M2-scratch-seed0", "M3-last-layer-seed0", "M4-last-two-layers-seed0"];

/** A study on the small data set that takes about a second; fields win over it. */
export function smallStudy({ training, ...fields }: StudyInput = {}): StudyInput {
  const short = training === "auto" ? training : { epochs: 2, batchSize: 16, ...training };
  return { dataset: "small", ...fields, training: short };
}

/** What is killed: optimizer slots, masks, augmentation, a schedule over the whole run, and early stopping must all be kept. */
export const KILLED_STUDY = smallStudy({
  validation: 0.25,
  training: { epochs: 4, batchSize: 8, schedule: { name: "one-cycle" } },
  trainingOf: {
    scratch: { optimizer: { name: "adam" }, augmentation: { flip: true, crop: 1 } },
    "last-layer": { earlyStopping: { patience: 1, minDelta: 0.5 } },
  },
});

/** Every file in a folder, by path within it. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .sort();
}

/** The JSON of a file of a study. */
export function readJson<T>(directory: string, ...path: readonly string[]): T {
  return JSON.parse(readFileSync(join(directory, ...path), "utf8")) as T;
}

/** Changes fields of a file of a study, which then has no checksum, as files of earlier versions. */
export function editJson(path: string, change: object): void {
  const { seal: _seal, ...fields } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...fields, ...change }));
}

/** The lines of a run's history. */
export function historyOf(directory: string, id: string): EpochRecord[] {
  const text = readFileSync(join(directory, "runs", id, "history.jsonl"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EpochRecord);
}

/** An epoch without what differs from one time to the next. */
function timeless({
  trainDurationMs: _train,
  durationMs: _whole,
  imagesPerSecond: _speed,
  ...rest
}: EpochRecord): Partial<EpochRecord> {
  return rest;
}

/** All that must be equal, however often a study was stopped: bytes of weights and models, histories, proofs. */
export function resultsOf(directory: string, ids: readonly string[] = CLASSIC_RUNS): Record<string, unknown> {
  const digest = (id: string, name: string): string =>
    createHash("sha256")
      .update(readFileSync(join(directory, "runs", id, name)))
      .digest("hex");
  const entries = ids.map((id) => {
    const { status, freezeProof, keptEpoch } = readJson<RunRecord>(directory, "runs", id, "run.json");
    const history = historyOf(directory, id).map(timeless);
    const weights = digest(id, "checkpoint.safetensors");
    return [id, { status, freezeProof, keptEpoch, history, weights, model: digest(id, "model.onnx") }];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}
