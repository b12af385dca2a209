/** @file The folder of a study: files whole or not there, and damage named by its path. */

import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, DataError, float32 } from "../../core/index.ts";
import { resolveStudy } from "../file/config.ts";
import type { EpochRecord, RunRecord } from "./records.ts";
import { finalCheckpoint } from "./run-checkpoint.ts";
import { type RunStore, type StudyFile, holdsStudy, openRunStore, readStudyFile, readSummary } from "./run-store.ts";

const epoch = (number: number): EpochRecord => ({
  epoch: number,
  trainLoss: 1 / number,
  trainAccuracy: 0.5,
  testLoss: 2 / 3,
  testAccuracy: 0.25,
  learningRate: 0.01,
  trainDurationMs: 10,
  durationMs: 12,
  imagesPerSecond: 300,
});

const record: RunRecord = {
  id: "M2-scratch-seed0",
  model: "M2",
  strategy: "scratch",
  label: "no transfer",
  task: "target",
  seed: 0,
  startsFrom: null,
  status: "running",
  trainImages: 32,
  testImages: 8,
  totalParameters: 10,
  trainableParameters: 10,
  epochs: [epoch(1), epoch(2)],
  durationMs: 40,
  featureDurationMs: 0,
  imagesPerClass: "all",
  learningRate: 0.01,
  flops: { total: 0, backward: 0 },
};

const study: StudyFile = {
  formatVersion: 1,
  config: resolveStudy({ seeds: 2 }),
  datasetChecksum: "abc",
  threads: 2,
  device: "cpu",
  command: "graft run",
  startedAt: "2026-01-01T00:00:00.000Z",
};

let directory: string;
let store: RunStore;
const inRun = (name: string): string => join(directory, "runs", record.id, name);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "graft-store-"));
  store = openRunStore(directory);
});
afterEach(() => rm(directory, { recursive: true }));

/** Cuts a file in half. */
async function truncate(path: string): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length >> 1));
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => expect.unreachable("expected an error"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message;
}

describe("a run", () => {
  test("comes back with its history, which is a line an epoch", async () => {
    await store.writeRun(record);
    await store.writeHistory(record.id, record.epochs);
    expect(await store.readRun(record.id)).toEqual(record);
    expect((await readFile(inRun("history.jsonl"), "utf8")).split("\n")).toHaveLength(3);
    expect(JSON.parse(await readFile(inRun("run.json"), "utf8"))).not.toHaveProperty("epochs");
  });

  test("that has not begun is null, and so is its checkpoint", async () => {
    expect(await store.readRun(record.id)).toBeNull();
    expect(await store.readCheckpoint(record.id)).toBeNull();
  });

  test("is named by path if its record is damaged", async () => {
    await store.writeRun(record);
    await truncate(inRun("run.json"));
    expect(await messageOf(store.readRun(record.id))).toMatch(
      `${inRun("run.json")}: expected JSON that Graft wrote, got: `,
    );
    await writeFile(inRun("run.json"), "{}");
    expect(await messageOf(store.readRun(record.id))).toBe(
      `${inRun("run.json")}: expected JSON that Graft wrote, got: id: Invalid input: expected string, received undefined. Restore the file or run the study again.`,
    );
  });

  test("is named by path and line if its history is damaged", async () => {
    await store.writeRun(record);
    await store.writeHistory(record.id, record.epochs);
    const text = await readFile(inRun("history.jsonl"), "utf8");
    await writeFile(inRun("history.jsonl"), text.slice(0, -20));
    const message = await messageOf(store.readRun(record.id));
    expect(message).toMatch(`${inRun("history.jsonl")}, line 2: expected one JSON object, got: `);
    expect(message).toMatch(/\. Restore the file, or delete its folder to train the run again\.$/);
  });
});

describe("a checkpoint", () => {
  const content = finalCheckpoint({ weight: float32([1, 2, 3]) }, { run: record.id });

  test("comes back as it was", async () => {
    await store.writeCheckpoint(record.id, content);
    expect(await store.readCheckpoint(record.id)).toEqual(content);
  });

  test("is named by path if it is truncated anywhere", async () => {
    await store.writeCheckpoint(record.id, content);
    const path = inRun("checkpoint.safetensors");
    const bytes = await readFile(path);
    for (const length of [0, 7, 20, bytes.length - 1]) {
      await writeFile(path, bytes.subarray(0, length));
      expect(await messageOf(store.readCheckpoint(record.id))).toMatch(
        new RegExp(
          `^${path}: expected a safetensors file, but .* at byte \\d+\\. It may be truncated; restore it or delete it\\.$`,
        ),
      );
    }
  });
});

describe("the study's own files", () => {
  test("come back as they were", async () => {
    expect(holdsStudy(directory)).toBe(false);
    await store.writeStudy(study);
    expect(holdsStudy(directory)).toBe(true);
    expect(await readStudyFile(directory)).toEqual(study);
  });

  test("a folder without a study is no study's", async () => {
    await expect(readStudyFile(directory)).rejects.toThrow(
      new ConfigError(
        `${directory}: expected the folder of a study, got one without study.json. Give the folder that graft run printed.`,
      ),
    );
    await expect(readSummary(directory)).rejects.toThrow(
      new ConfigError(
        `${directory}: expected the folder of a study, got one without summary.json. Give the folder that graft run printed.`,
      ),
    );
    await store.writeStudy(study);
    await expect(readSummary(directory)).rejects.toThrow(
      new ConfigError(
        `${directory}: expected the folder of a study, got one without summary.json. Resume the study first.`,
      ),
    );
  });

  test("damage is named by path: half a file, another format, a field edited wrongly", async () => {
    const path = join(directory, "study.json");
    await store.writeStudy(study);
    await truncate(path);
    expect(await messageOf(readStudyFile(directory))).toMatch(`${path}: expected JSON that Graft wrote, got: `);
    await writeFile(path, JSON.stringify({ ...study, formatVersion: 2 }));
    expect(await messageOf(readStudyFile(directory))).toBe(
      `${path}: expected JSON that Graft wrote, got: formatVersion: Invalid input: expected 1. Restore the file or run the study again.`,
    );
    const training = { ...study.config.training, epochs: 0 };
    await writeFile(path, JSON.stringify({ ...study, config: { ...study.config, training } }));
    expect(await messageOf(readStudyFile(directory))).toBe(
      `${path}: expected JSON that Graft wrote, got: config.training.epochs: Too small: expected number to be >=1. Restore the file or run the study again.`,
    );
  });
});

describe("readSummary", () => {
  const summary = { formatVersion: 1, durationMs: 10, runs: [{ ...record, status: "pending", epochs: [] }] };

  test("shows a run under way as its own folder does", async () => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "summary.json"), JSON.stringify(summary));
    expect((await readSummary(directory)).runs).toEqual(summary.runs);
    await store.writeHistory(record.id, record.epochs);
    await store.writeRun(record);
    expect(await readSummary(directory)).toMatchObject({ runs: [record], durationMs: 40 });
  });
});

describe("removeLeftovers", () => {
  test("deletes what killed processes were writing, and nothing else", async () => {
    await store.writeStudy(study);
    await store.writeRun(record);
    const kept = ["study.json", join("runs", record.id, "run.json"), "notes.json.old", join("runs", "x.7")];
    await writeFile(join(directory, "notes.json.old"), "");
    await writeFile(join(directory, "runs", "x.7"), "");
    for (const name of ["checkpoint.safetensors.123", "history.jsonl.1", "run.json.77", "model.onnx.5"])
      await writeFile(inRun(name), "half");
    await writeFile(join(directory, "summary.json.99"), "half");
    await store.removeLeftovers();
    const files = (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1));
    expect(files.sort()).toEqual(kept.sort());
  });

  test("of a folder without runs is nothing to do", async () => {
    await store.removeLeftovers();
    expect(await readdir(directory)).toEqual([]);
  });
});
