/** @file The folder of a study: files whole or not there, and damage named by its path. */

import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../core/index.ts";
import { resolveStudy } from "../file/config.ts";
import type { RunRecord, StudySummary, TuningRecord } from "./records.ts";
import { record } from "./run-record.fixture.ts";
import { type RunStore, type StudyFile, holdsStudy, openRunStore, readStudyFile, readSummary } from "./run-store.ts";

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

  test("damage is named by path: half a file, an edit, a newer version, a field edited wrongly", async () => {
    const path = join(directory, "study.json");
    await store.writeStudy(study);
    await truncate(path);
    expect(await messageOf(readStudyFile(directory))).toMatch(`${path}: expected JSON that Graft wrote, got: `);
    const restore = 'Restore the file; if the change is yours, remove its line "seal".';
    await store.writeStudy(study);
    await writeFile(path, (await readFile(path, "utf8")).replace('"threads": 2', '"threads": 3'));
    expect(await messageOf(readStudyFile(directory))).toBe(
      `${path}: expected the file as Graft wrote it, got one whose checksum differs. ${restore}`,
    );
    await writeFile(path, JSON.stringify({ ...study, formatVersion: 2 }));
    await expect(readStudyFile(directory)).rejects.toThrow(
      new ConfigError(
        `${path}: expected format 1, got 2, which a newer Graft wrote. Use that version, or update this one.`,
      ),
    );
    await writeFile(path, JSON.stringify({ ...study, formatVersion: "1" }));
    expect(await messageOf(readStudyFile(directory))).toBe(`${path}: formatVersion: expected 1, got "1". ${restore}`);
    const training = { ...study.config.training, epochs: 0 };
    await writeFile(path, JSON.stringify({ ...study, config: { ...study.config, training } }));
    expect(await messageOf(readStudyFile(directory))).toBe(
      `${path}: config.training.epochs: expected a number from 1, got 0. ${restore}`,
    );
  });

  test("no file of one study is taken for another's", async () => {
    const other = join(directory, "other");
    await store.writeStudy({ ...study, id: "one" });
    const otherStore = openRunStore(other);
    await otherStore.writeStudy({ ...study, id: "another" });
    const seeds = { rounds: [{ seed: 0, strategies: ["scratch"], budgets: [] }], stopped: null };
    await otherStore.writeSeeds(seeds);
    expect(await otherStore.readSeeds()).toEqual(seeds);
    await copyFile(join(other, "seeds.json"), join(directory, "seeds.json"));
    expect(await messageOf(store.readSeeds())).toBe(
      `${join(directory, "seeds.json")}: expected a file of this study, got one of another. ` +
        "Restore the file, or delete it and resume the study, which makes it anew.",
    );
  });

  test("trials are those of their strategy, also in the list that earlier versions wrote", async () => {
    const trials: TuningRecord = {
      strategy: "full",
      imagesPerClass: 10,
      seed: 0,
      trials: [],
      chosen: 0.1,
      durationMs: 1,
    };
    await store.writeTuning("full", [trials]);
    expect(await store.readTuning("full")).toEqual([trials]);
    await writeFile(join(directory, "tuning", "full.json"), JSON.stringify([trials]));
    expect(await store.readTuning("full")).toEqual([trials]);
    await writeFile(join(directory, "tuning", "full.json"), JSON.stringify([{ ...trials, strategy: "scratch" }]));
    expect(await messageOf(store.readTuning("full"))).toMatch(
      "full.json: expected trials of full, got those of scratch.",
    );
    await writeFile(join(directory, "tuning", "full.json"), JSON.stringify([{ ...trials, chosen: "0.1" }]));
    expect(await messageOf(store.readTuning("full"))).toMatch(
      'full.json: records.0.chosen: expected a number, got "0.1".',
    );
  });
});

describe("readSummary", () => {
  const task = { classIds: [0, 1], classNames: ["a", "b"], trainImages: 32, validationImages: 0, testImages: 8 };
  const dataset = { name: "a", title: "A", classNames: ["a", "b"], checksum: "abc", provenance: "a test" };
  const machine = { platform: "p", cpu: "c", threads: 2, device: "cpu", node: "24", onnxruntime: "1", graft: "0" };
  const summary: StudySummary = {
    formatVersion: 1,
    name: "a",
    protocol: "",
    notes: [],
    dataset,
    source: null,
    target: task,
    seeds: [0],
    budgets: ["all"],
    epochs: 2,
    batchSize: 16,
    runs: [{ ...record, status: "pending", epochs: [] }],
    tuning: [],
    transferability: [],
    featureMaps: [],
    firstFilters: [],
    examples: { channels: 3, height: 1, width: 1, classes: [] },
    machine,
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: null,
    durationMs: 10,
    command: "graft run",
  };

  test("shows a run under way as its own folder does", async () => {
    await store.writeSummary(summary);
    expect(await readSummary(directory)).toEqual({ ...summary, durationMs: 40 });
    await store.writeHistory(record.id, record.epochs);
    await store.writeRun(record);
    expect(await readSummary(directory)).toMatchObject({ runs: [record], durationMs: 40 });
  });

  test("refuses a finished run that is damaged, and knows one whose folder is elsewhere", async () => {
    const done: RunRecord = { ...record, status: "done" };
    await store.writeSummary({ ...summary, runs: [done] });
    expect((await readSummary(directory)).runs).toEqual([done]);
    await store.writeRun(done);
    expect(await messageOf(readSummary(directory))).toMatch(
      `${inRun("history.jsonl")}: expected a history of 2 epochs`,
    );
  });

  test("of a finished study that left its seeds to Graft wants to know why it ended", async () => {
    await store.writeStudy({ ...study, config: resolveStudy({ seeds: "auto" }) });
    await store.writeSummary({ ...summary, finishedAt: "2026-01-01T00:01:00.000Z" });
    expect(await messageOf(readSummary(directory))).toBe(
      `${join(directory, "seeds.json")}: expected why no more seeds were added, got none. ` +
        "Resume the study, which decides it again.",
    );
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
