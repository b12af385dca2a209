/** @file A study that is asked to stop saves its state in the middle of an epoch and goes on from there. */

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../src/engine/training/index.ts";
import { withLock } from "../../src/files/index.ts";
import { type StudyEvent, type StudyListener, type StudyOutcome, readSummary } from "../../src/study/index.ts";
import { CLASSIC_RUNS, historyOf, newFolder, resultsOf, resume, run, smallStudy } from "./study-folder.ts";

const STUDY = smallStudy({
  training: { epochs: 2, batchSize: 8 },
  trainingOf: { "last-two-layers": { augmentation: { flip: true, crop: 1 } } },
});

let unbroken: Record<string, unknown> | undefined;

beforeEach(async () => {
  unbroken ??= resultsOf((await run(STUDY)).directory);
});

/** Aborts at the first event that `isMoment` accepts. */
function abortAt(isMoment: (event: StudyEvent) => boolean): {
  signal: AbortSignal;
  listener: (event: StudyEvent) => void;
} {
  const controller = new AbortController();
  const listener = (event: StudyEvent): void => {
    if (isMoment(event)) controller.abort();
  };
  return { signal: controller.signal, listener };
}

function isBatch(id: string, epoch: number, batch: number): (event: StudyEvent) => boolean {
  return (event) => event.type === "batch" && event.run.id === id && event.epoch === epoch && event.batch === batch;
}

function progressOf(directory: string, id: string): { epoch: number; step: number; partial: { batches: number } } {
  const path = join(directory, "runs", id, "checkpoint.safetensors");
  const { metadata } = decodeSafetensors(readFileSync(path), path);
  return JSON.parse(metadata["progress"]) as ReturnType<typeof progressOf>;
}

function statusesOf({ summary }: StudyOutcome): string[] {
  return summary.runs.map(({ status }) => status);
}

describe("a study asked to stop", () => {
  test.each([
    { id: CLASSIC_RUNS[0], epoch: 2, batch: 5, perEpoch: 16, how: "images" },
    { id: CLASSIC_RUNS[2], epoch: 1, batch: 3, perEpoch: 4, how: "features" },
    { id: CLASSIC_RUNS[3], epoch: 2, batch: 1, perEpoch: 4, how: "augmented images" },
  ])("stops $id after batch $batch of epoch $epoch, on $how, and goes on bit for bit", async (moment) => {
    const { id, epoch, batch, perEpoch } = moment;
    const directory = newFolder();
    const stopped = await run(STUDY, { directory, ...abortAt(isBatch(id, epoch, batch)) });
    const index = CLASSIC_RUNS.indexOf(id);
    expect(stopped.interrupted).toBe(true);
    expect(stopped.summary.finishedAt).toBeNull();
    expect(statusesOf(stopped)).toEqual(
      CLASSIC_RUNS.map((_, each) => (each < index ? "done" : each === index ? "interrupted" : "pending")),
    );
    expect(await readSummary(directory)).toEqual(JSON.parse(JSON.stringify(stopped.summary)));
    expect(progressOf(directory, id)).toMatchObject({
      epoch: epoch - 1,
      step: (epoch - 1) * perEpoch + batch,
      partial: { batches: batch },
    });

    const batches: number[] = [];
    const outcome = await resume(directory, {
      listener: (event) => void (event.type === "batch" && batches.push(event.batch)),
    });
    expect(batches[0]).toBe(batch === perEpoch ? 1 : batch + 1);
    expect(statusesOf(outcome)).toEqual(["done", "done", "done", "done"]);
    expect(outcome.summary.finishedAt).not.toBeNull();
    expect(resultsOf(directory)).toEqual(unbroken);
    // the epoch that was broken counts the time of both halves, once
    for (const { durationMs, epochs } of outcome.summary.runs)
      expect(durationMs).toBeGreaterThanOrEqual(epochs.reduce((sum, each) => sum + each.durationMs, 0));
    expect(outcome.summary.durationMs).toBeGreaterThanOrEqual(
      outcome.summary.runs.reduce((sum, { durationMs }) => sum + durationMs, 0),
    );
  });

  test("many times over gets there all the same", async () => {
    const directory = newFolder();
    const everySeventh = (): ReturnType<typeof abortAt> => {
      let batches = 0;
      return abortAt(({ type }) => type === "batch" && ++batches === 7);
    };
    let outcome: StudyOutcome = await run(STUDY, { directory, ...everySeventh() });
    let stops = 0;
    for (; outcome.interrupted; stops++) outcome = await resume(directory, everySeventh());
    expect(stops).toBeGreaterThan(5);
    expect(resultsOf(directory)).toEqual(unbroken);
  });

  test.each([
    { when: "in the last batch of a run", isMoment: isBatch(CLASSIC_RUNS[0], 2, 16), epochs: 1 },
    { when: "in the last batch of all", isMoment: isBatch(CLASSIC_RUNS[3], 2, 4), epochs: 1 },
    {
      when: "after the last epoch of a run",
      isMoment: (event: StudyEvent) => event.type === "epoch" && event.record.epoch === 2,
      epochs: 2,
    },
    { when: "among features", isMoment: ({ type }: StudyEvent) => type === "features", epochs: 0 },
  ])("$when waits for no measurement, and goes on bit for bit", async ({ isMoment, epochs }) => {
    const directory = newFolder();
    const stopped = await run(STUDY, { directory, ...abortAt(isMoment) });
    expect(stopped.interrupted).toBe(true);
    expect(stopped.summary.runs.find(({ status }) => status === "interrupted")?.epochs).toHaveLength(epochs);
    await resume(directory);
    expect(resultsOf(directory)).toEqual(unbroken);
  });

  test("before it begins trains nothing, and can be resumed", async () => {
    const directory = newFolder();
    const stopped = await run(STUDY, { directory, signal: AbortSignal.abort() });
    expect(stopped.interrupted).toBe(true);
    expect(statusesOf(stopped)).toEqual(["pending", "pending", "pending", "pending"]);
    await resume(directory);
    expect(resultsOf(directory)).toEqual(unbroken);
  });

  test("between two epochs keeps the history of the finished one", async () => {
    const directory = newFolder();
    await run(STUDY, { directory, ...abortAt(({ type }) => type === "epoch") });
    expect(historyOf(directory, CLASSIC_RUNS[0])).toHaveLength(1);
    expect(progressOf(directory, CLASSIC_RUNS[0])).toMatchObject({ epoch: 1, partial: { batches: 0 } });
  });
});

describe("a study's lock", () => {
  test("of another process at work is left alone", async () => {
    const { directory } = await run(STUDY, { signal: AbortSignal.abort() });
    await withLock(join(directory, "study.lock"), "test", async () => {
      await expect(resume(directory)).rejects.toThrow(
        `study.lock: expected no other process that works on this study, got process ${process.pid} at work.`,
      );
    });
  });

  test("that a killed process left empty is taken over", async () => {
    const { directory } = await run(STUDY, { signal: AbortSignal.abort() });
    writeFileSync(join(directory, "study.lock"), "");
    await resume(directory);
    expect(resultsOf(directory)).toEqual(unbroken);
    expect(existsSync(join(directory, "study.lock"))).toBe(false);
  });

  test("that is there before the study keeps no study out of its folder", async () => {
    const directory = newFolder();
    mkdirSync(directory);
    writeFileSync(join(directory, "study.lock"), "");
    writeFileSync(join(directory, "study.json.123"), "{");
    await expect(resume(directory)).rejects.toThrow(
      `${directory}: expected the folder of a study, got one without study.json. ` +
        "Its process was stopped before the study began: run it again into this folder, with --out.",
    );
    await run(STUDY, { directory, signal: AbortSignal.abort() });
    expect(readdirSync(directory).sort()).toEqual(["study.json", "summary.json"]);
  });
});

test.each(["batch", "run-finished"] as const)(
  "a folder deleted while its study runs (at a %s) stops the study, and stays deleted",
  async (type) => {
    const directory = newFolder();
    const listener: StudyListener = (event) => {
      if (event.type === type) rmSync(directory, { recursive: true, force: true });
    };
    await expect(run(STUDY, { directory, listener })).rejects.toThrow(
      `${directory}: expected the folder that this process works in, with its lock study.lock, got one without. `,
    );
    expect(existsSync(directory)).toBe(false);
  },
);
