/** @file A study whose process is killed goes on as if nothing had been. */

import { watch } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { stream } from "../../src/core/index.ts";
import { readSummary } from "../../src/study/index.ts";
import {
  CLASSIC_RUNS,
  KILLED_STUDY as STUDY,
  editJson,
  filesIn,
  historyOf,
  newFolder,
  readJson,
  resultsOf,
  resume,
  run,
  startProcess,
  type StudyProcess,
} from "./study-folder.ts";
import type { StudyNews } from "./study-process.ts";

const FILES = ["checkpoint.safetensors", "history.jsonl", "model.onnx", "run.json"];

let unbroken: Record<string, unknown> | undefined;

beforeEach(async () => {
  unbroken ??= resultsOf((await run(STUDY)).directory);
});

/** Kills a new study after the first news that `isMoment` accepts, and a while. */
async function killedStudy(isMoment: (news: StudyNews) => boolean, delayMs: number): Promise<string> {
  const directory = newFolder();
  await killAfter(startProcess({ directory, study: STUDY, threads: 1 }), isMoment, delayMs);
  return directory;
}

async function killAfter(
  { child, news, ended }: StudyProcess,
  isMoment: (news: StudyNews) => boolean,
  delayMs: number,
): Promise<void> {
  for await (const each of news) {
    if (!isMoment(each)) continue;
    setTimeout(() => child.kill("SIGKILL"), delayMs);
    break;
  }
  await ended;
}

/** Nothing tells the study from one that was never stopped. */
async function expectUnbroken(directory: string): Promise<void> {
  expect(resultsOf(directory)).toEqual(unbroken);
  expect(filesIn(directory)).toEqual([
    "analysis.json",
    "fingerprint.json",
    ...CLASSIC_RUNS.flatMap((id) => FILES.map((name) => join("runs", id, name))),
    "study.json",
    "summary.json",
  ]);
  const summary = await readSummary(directory);
  expect(summary.runs.map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
  expect(summary.finishedAt).not.toBeNull();
  for (const { id, epochs } of summary.runs) expect(historyOf(directory, id)).toEqual(epochs);
}

const at = (type: StudyNews["type"], id: string, rest: Partial<StudyNews> = {}): StudyNews => ({
  type,
  run: id,
  ...rest,
});

/** Where a study is killed, and up to how much later. */
const windows: readonly { when: string; news: StudyNews; withinMs: number }[] = [
  { when: "at its very start", news: { type: "study-started" }, withinMs: 5 },
  { when: "in M1's first epoch", news: at("batch", CLASSIC_RUNS[0], { epoch: 1, batch: 4 }), withinMs: 5 },
  { when: "between two epochs of M1", news: at("epoch", CLASSIC_RUNS[0], { epoch: 2 }), withinMs: 1 },
  { when: "in a later epoch of M1", news: at("batch", CLASSIC_RUNS[0], { epoch: 3, batch: 5 }), withinMs: 20 },
  { when: "in M2, under augmentation", news: at("batch", CLASSIC_RUNS[1], { epoch: 2, batch: 2 }), withinMs: 40 },
  { when: "between two runs", news: at("run-finished", CLASSIC_RUNS[1]), withinMs: 3 },
  { when: "while M3's features are made", news: at("run-started", CLASSIC_RUNS[2]), withinMs: 40 },
  { when: "in M3", news: at("batch", CLASSIC_RUNS[2], { epoch: 1, batch: 2 }), withinMs: 15 },
  { when: "in M4", news: at("epoch", CLASSIC_RUNS[3], { epoch: 1 }), withinMs: 15 },
  { when: "at the end of M4", news: at("epoch", CLASSIC_RUNS[3], { epoch: 4 }), withinMs: 30 },
];

const moments = windows.map(({ when, news, withinMs }, index) => ({
  when,
  news,
  delayMs: Number((stream(index, "kill").uniform() * withinMs).toFixed(2)),
}));

describe("a study killed", () => {
  test.each(moments)("$when (after $delayMs ms) resumes to the same bits", async ({ news, delayMs }) => {
    const wanted = Object.entries(news);
    const directory = await killedStudy(
      (each) => wanted.every(([key, value]) => each[key as keyof StudyNews] === value),
      delayMs,
    );
    const { interrupted } = await resume(directory);
    expect(interrupted).toBe(false);
    await expectUnbroken(directory);
  });

  test.each([2, 4])("while checkpoint number %i is being written resumes to the same bits", async (number) => {
    const directory = newFolder();
    const { child, news, ended } = startProcess({ directory, study: STUDY, threads: 1 });
    let begun = 0;
    for await (const each of news) {
      if (each.type !== "study-started") continue;
      const watcher = watch(directory, { recursive: true }, (_event, name) => {
        // the temporary name appears when the file is opened
        if (/checkpoint\.safetensors\.\d+$/.test(name ?? "") && ++begun >= number) child.kill("SIGKILL");
      });
      await ended;
      watcher.close();
    }
    expect(child.signalCode).toBe("SIGKILL");
    await resume(directory);
    await expectUnbroken(directory);
  });

  test.each([11, 12])("again and again at random moments (seed %i) resumes to the same bits", async (seed) => {
    const directory = newFolder();
    const random = stream(seed, "kill");
    for (let kills = 0; kills < 4; kills++) {
      const job = { directory, threads: 1, ...(kills === 0 ? { study: STUDY } : {}) };
      await killAfter(startProcess(job), ({ type }) => type === "study-started", 30 + random.uniform() * 500);
    }
    expect((await resume(directory)).interrupted).toBe(false);
    await expectUnbroken(directory);
  });
});

describe("the state that a killed study leaves", () => {
  test("can be read: runs under way are as their own folders say", async () => {
    const directory = await killedStudy(
      ({ type, run: id, epoch }) => type === "epoch" && id === CLASSIC_RUNS[0] && epoch === 2,
      0,
    );
    const { runs, durationMs } = await readSummary(directory);
    expect(runs.map(({ status }) => status)).toEqual(["running", "pending", "pending", "pending"]);
    expect(runs[0].epochs.length).toBeGreaterThanOrEqual(2);
    expect(durationMs).toBeGreaterThanOrEqual(runs[0].durationMs);
  });

  test("counts no time twice: the runs together take no longer than the study", async () => {
    const started = performance.now();
    const directory = await killedStudy(({ run: id }) => id === CLASSIC_RUNS[2], 20);
    const { summary } = await resume(directory);
    const elapsedMs = performance.now() - started;
    const runsMs = summary.runs.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(runsMs).toBeLessThanOrEqual(summary.durationMs);
    expect(summary.durationMs).toBeLessThanOrEqual(elapsedMs);
  });

  test("may hold a finished run that never said so: it is kept, not trained again", async () => {
    const { directory } = await run(STUDY);
    const [, id] = CLASSIC_RUNS;
    const record = readJson<{ durationMs: number }>(directory, "runs", id, "run.json");
    editJson(join(directory, "runs", id, "run.json"), { status: "running" });
    const batches: StudyNews["type"][] = [];
    const { summary } = await resume(directory, {
      listener: ({ type }) => void (type === "batch" && batches.push(type)),
    });
    expect(batches).toEqual([]);
    expect(summary.runs[1]).toMatchObject({ status: "done", durationMs: record.durationMs });
    await expectUnbroken(directory);
  });

  test("may lack a checkpoint where its epochs were short: the run begins anew", async () => {
    const directory = newFolder();
    const job = { directory, study: STUDY, threads: 1, checkpointEveryMs: 3_600_000 };
    await killAfter(startProcess(job), ({ type, epoch }) => type === "epoch" && epoch === 3, 0);
    expect(filesIn(directory)).not.toContain(join("runs", CLASSIC_RUNS[0], "checkpoint.safetensors"));
    await resume(directory);
    await expectUnbroken(directory);
  });

  test("may have a history that is ahead of its checkpoint: it is cut", async () => {
    const directory = newFolder();
    const { child, news, ended } = startProcess({ directory, study: STUDY, threads: 1 });
    for await (const each of news) if (each.type === "epoch" && each.epoch === 2) child.kill("SIGKILL");
    await ended;
    const path = join(directory, "runs", CLASSIC_RUNS[0], "history.jsonl");
    const history = historyOf(directory, CLASSIC_RUNS[0]);
    const ahead = [...history, { ...history[0], epoch: history.length + 1 }];
    await writeFile(path, ahead.map((line) => `${JSON.stringify(line)}\n`).join(""));
    expect((await resume(directory)).interrupted).toBe(false);
    await expectUnbroken(directory);
  });

  test("is trained again if its history lacks epochs of the checkpoint", async () => {
    const directory = newFolder();
    const { child, news, ended } = startProcess({ directory, study: STUDY, threads: 1 });
    for await (const each of news) if (each.type === "epoch" && each.epoch === 2) child.kill("SIGKILL");
    await ended;
    const folder = join(directory, "runs", CLASSIC_RUNS[0]);
    await writeFile(join(folder, "history.jsonl"), "");
    const problems: string[] = [];
    await resume(directory, {
      listener: (event) => void (event.type === "run-discarded" && problems.push(event.problem)),
    });
    expect(problems).toEqual([
      expect.stringMatching(/history\.jsonl: expected a history of [23] epochs as Graft wrote it, got one of 0\.$/),
    ]);
    await expectUnbroken(directory);
  });
});
