/** @file Runs and tunings as units of work: each needs a study's folder alone, and together they leave what one process leaves. */

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withLock } from "../../src/files/index.ts";
import { type StudyInput, type TuningRecord, planUnits, trainOne, tuneOne } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, resultsOf, resume, run, smallStudy } from "./study-folder.ts";

const dataset = smallDataset({ trainImagesPerClass: 30 });
const openData = async (): Promise<{ dataset: typeof dataset }> => ({ dataset });

/** Every kind of run: a source, heads that are solved, a run that starts from another run, and recipes that ask the source. */
const study = smallStudy({
  target: [2, 5],
  seeds: 2,
  strategies: ["scratch", "linear-probe", "last-layer", "probe-then-full", "B2B"],
  training: { learningRate: "auto", optimizer: "auto", transferredRate: "auto", statistics: "auto" },
});

/** The folder of a study that was stopped before its first run. */
async function begun(input: StudyInput): Promise<string> {
  const directory = newFolder();
  const { interrupted } = await run(input, { directory, dataset, signal: AbortSignal.abort() });
  expect(interrupted).toBe(true);
  return directory;
}

/** Tuning without what a clock has measured. */
function timeless(records: readonly TuningRecord[]): Omit<TuningRecord, "durationMs">[] {
  return records.map(({ durationMs: _duration, ...rest }) => rest);
}

describe("trainOne", () => {
  test("run by run, each on a context of its own, leaves the bits of one process", async () => {
    const whole = await run(study, { dataset });
    const directory = await begun(study);
    const ids = whole.summary.runs.map(({ id }) => id);
    // as one of so many that no features fit into its share of the memory
    for (const id of ids) expect((await trainOne(directory, id, { openData, sharers: 1e6 })).status).toBe("done");
    expect(resultsOf(directory, ids)).toEqual(resultsOf(whole.directory, ids));
    // the coordinator finds all runs done, and adds what is known of the study as a whole
    const { summary } = await resume(directory, { dataset });
    expect(summary.finishedAt).not.toBeNull();
    expect(summary.transferability).toEqual(whole.summary.transferability);
    expect(summary.firstFilters).toEqual(whole.summary.firstFilters);
  });

  test("goes on where it was stopped, and leaves a run that is over as it is", async () => {
    const whole = await run(study, { dataset });
    const directory = await begun(study);
    const stop = new AbortController();
    const listener = ({ type }: { type: string }): void => {
      if (type === "epoch") stop.abort();
    };
    const stopped = await trainOne(directory, "M1-source-seed1", { openData, listener, signal: stop.signal });
    expect(stopped.status).toBe("interrupted");
    const { status, durationMs } = await trainOne(directory, "M1-source-seed1", { openData });
    expect(status).toBe("done");
    expect(resultsOf(directory, ["M1-source-seed1"])).toEqual(resultsOf(whole.directory, ["M1-source-seed1"]));
    expect((await trainOne(directory, "M1-source-seed1", { openData })).durationMs).toBe(durationMs);
  });

  test("reads the folder only once it holds its lock: what others did before then is known", async () => {
    const directory = await begun(study);
    let held = false;
    const looking = async (): Promise<{ dataset: typeof dataset }> => {
      held = existsSync(join(directory, "runs", "M2-scratch-seed0", "run.lock"));
      return openData();
    };
    await trainOne(directory, "M2-scratch-seed0", { openData: looking });
    expect(held).toBe(true);
  });

  test("says what it lacks: the run, its origin, other processes' leave", async () => {
    const directory = await begun(study);
    await expect(trainOne(directory, "M9-full-seed0", { openData })).rejects.toThrow(
      /expected one of the study's runs \(M1-source-seed0, .*\), got "M9-full-seed0"\. Name one of them\.$/,
    );
    await expect(trainOne(directory, "M4-last-layer-seed0", { openData })).rejects.toThrow(
      "M4-last-layer-seed0: expected the run that it starts from, M1-source-seed0, to be done, got pending. Train that first.",
    );
    const folder = join(directory, "runs", "M2-scratch-seed0");
    await withLock(join(folder, "run.lock"), "test", async () => {
      await expect(trainOne(directory, "M2-scratch-seed0", { openData })).rejects.toThrow(
        `run.lock: expected no other process that trains this run, got process ${process.pid} at work.`,
      );
    });
  });
});

test("a folder of an earlier version, with scores in its summary alone, keeps them", async () => {
  const { directory, summary } = await run(study, { dataset });
  rmSync(join(directory, "analysis.json"));
  expect(summary.transferability).not.toEqual([]);
  expect((await resume(directory, { dataset })).summary).toMatchObject({
    transferability: summary.transferability,
    firstFilters: summary.firstFilters,
  });
});

describe("tuneOne", () => {
  const tuning = smallStudy({
    imagesPerClass: 26,
    strategies: ["scratch", "last-layer"],
    tuning: { factors: [1, 100] },
    training: { epochs: 2, batchSize: 8, learningRate: 0.0001 },
  });

  test("finds what one process finds, and its runs train at the rates it found", async () => {
    const whole = await run(tuning, { dataset });
    const directory = await begun(tuning);
    await trainOne(directory, "M1-source-seed0", { openData });
    await expect(trainOne(directory, "M2-scratch-seed0", { openData })).rejects.toThrow(
      "M2-scratch-seed0: expected a learning rate that was tuned before, got none. Tune scratch first.",
    );
    for (const strategy of ["last-layer", "scratch"]) {
      const found = (await tuneOne(directory, strategy, { openData })) ?? [];
      expect(timeless(found)).toEqual(timeless(whole.summary.tuning.filter((one) => one.strategy === strategy)));
    }
    for (const id of ["M3-last-layer-seed0", "M2-scratch-seed0"]) await trainOne(directory, id, { openData });
    const ids = whole.summary.runs.map(({ id }) => id);
    expect(resultsOf(directory, ids)).toEqual(resultsOf(whole.directory, ids));
  });

  test("refuses what is not to be tuned", async () => {
    const directory = await begun(study);
    await expect(tuneOne(directory, "scratch", { openData })).rejects.toThrow(
      /expected a study that tunes the strategy "scratch", got another\./,
    );
  });
});

describe("planUnits", () => {
  test("plans what is left, and nothing where no more rounds of seeds are decided than are known", async () => {
    const directory = await begun(study);
    const [whole, again] = [
      await planUnits(directory, { openData }),
      await planUnits(directory, { openData, beyondRound: 0 }),
    ];
    expect(whole.jobs.length).toBeGreaterThan(0);
    expect(again).toMatchObject({ jobs: [], rounds: whole.rounds });
  });

  test("leaves out what starts from a run that failed", async () => {
    const directory = await begun(smallStudy({ trainingOf: { source: { learningRate: 1e6 } } }));
    expect((await trainOne(directory, "M1-source-seed0", { openData })).status).toBe("failed");
    const { jobs } = await planUnits(directory, { openData });
    expect(jobs.flatMap(({ units }) => units)).toEqual([{ kind: "run", id: "M2-scratch-seed0" }]);
  });
});
