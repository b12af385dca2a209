/** @file What goes wrong in one run, with the disk or with the data leaves the rest of a study whole. */

import { mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../src/core/index.ts";
import { type StudyEvent, type StudyFile, type StudySummary, readSummary, resumeStudy } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import {
  CLASSIC_RUNS,
  editJson,
  filesIn,
  newFolder,
  readJson,
  resultsOf,
  resume,
  run,
  smallStudy,
} from "./study-folder.ts";

const TOO_FAST = { learningRate: 1e6 };
const DIVERGED =
  /^training: expected a finite loss, got NaN in epoch 1, step \d at learning rate 1000000\. Lower the learning rate or warm it up\.$/;
const FAILED_M1 = "not trained: it starts from M1 (source), which failed.";

function outcomesOf({ runs }: StudySummary): [string, string | undefined][] {
  return runs.map(({ status, failure }) => [status, failure]);
}

describe("a run that diverges", () => {
  const study = smallStudy({ trainingOf: { scratch: { ...TOO_FAST, batchSize: 4 } } });

  test("is marked failed with a sentence, and the others are done", async () => {
    const { summary, directory } = await run(study);
    expect(outcomesOf(summary)).toEqual([
      ["done", undefined],
      ["failed", expect.stringMatching(DIVERGED)],
      ["done", undefined],
      ["done", undefined],
    ]);
    expect(summary.finishedAt).not.toBeNull();
    expect(await readSummary(directory)).toEqual(JSON.parse(JSON.stringify(summary)));
    expect(summary.runs[1].epochs).toEqual([]);
  });

  test("stays failed on resume, and nothing is written", async () => {
    const { directory } = await run(study);
    const before = await Promise.all(filesIn(directory).map((name) => readFile(join(directory, name))));
    const { summary } = await resume(directory);
    expect(summary.runs[1].status).toBe("failed");
    expect(await Promise.all(filesIn(directory).map((name) => readFile(join(directory, name))))).toEqual(before);
  });

  test("in the evaluation after its last step is marked failed too", async () => {
    const { summary } = await run(smallStudy({ training: { epochs: 1, batchSize: 1000, learningRate: 1e30 } }));
    const sentence =
      "evaluation: expected a finite loss of the test images, got NaN. Lower the learning rate or warm it up.";
    expect(outcomesOf(summary).slice(0, 2)).toEqual([
      ["failed", sentence],
      ["failed", sentence],
    ]);
    expect(summary.runs[0].epochs).toEqual([]);
  });
});

describe("a source that diverges", () => {
  const study = smallStudy({ trainingOf: { source: TOO_FAST } });

  test("fails with those that start from it, each with its sentence; training from scratch is done", async () => {
    const { summary, directory } = await run(study);
    expect(outcomesOf(summary)).toEqual([
      ["failed", expect.stringMatching(DIVERGED)],
      ["done", undefined],
      ["failed", FAILED_M1],
      ["failed", FAILED_M1],
    ]);
    expect(outcomesOf((await resume(directory)).summary)).toEqual(outcomesOf(summary));
  });

  test("is trained again with those that need it once its folder is deleted and its setting mended", async () => {
    const { directory } = await run(study);
    const { config } = readJson<StudyFile>(directory, "study.json");
    editJson(join(directory, "study.json"), { config: { ...config, trainingOf: {} } });
    await rm(join(directory, "runs", CLASSIC_RUNS[0]), { recursive: true });
    const { summary } = await resume(directory);
    expect(summary.runs.map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
    expect(summary.runs.some(({ failure }) => failure !== undefined)).toBe(false);
    expect(resultsOf(directory)).toEqual(resultsOf((await run(smallStudy())).directory));
  });

  test("fails along a chain: as published, M4 starts from M3", async () => {
    const strategies = ["unfrozen-last-layer", "unfrozen-last-two-layers"];
    const { summary } = await run(smallStudy({ strategies, trainingOf: { [strategies[0]]: { learningRate: 1e30 } } }));
    expect(outcomesOf(summary)).toEqual([
      ["done", undefined],
      ["failed", expect.stringMatching(/^training: expected a finite loss, got NaN/)],
      ["failed", "not trained: it starts from M2 (one new layer, nothing frozen), which failed."],
    ]);
  });
});

describe("early stopping", () => {
  const training = { epochs: 12, batchSize: 16, earlyStopping: { patience: 2, minDelta: 0.01 }, learningRate: 0.05 };
  const study = smallStudy({ validation: 0.25, strategies: ["scratch"], training });
  const ids = ["M1-source-seed0", "M2-scratch-seed0"];

  test("ends a run that no longer improves, and keeps the best epoch's weights", async () => {
    const reasons: string[] = [];
    const { summary, directory } = await run(study, {
      listener: (event) => void (event.type === "epoch" && event.stopped !== null && reasons.push(event.stopped)),
    });
    const [, { epochs, keptEpoch = NaN, status }] = summary.runs;
    expect(status).toBe("done");
    expect(epochs.length).toBeLessThan(12);
    expect(keptEpoch).toBe(epochs.length - 2);
    expect(reasons.at(-1)).toBe(`no improvement of the validation loss in 2 epochs; best was epoch ${keptEpoch}`);
    // the same study stopped by hand after its best epoch has the same weights
    const weights = (folder: string): Promise<Buffer> =>
      readFile(join(folder, "runs", ids[1], "checkpoint.safetensors"));
    const short = await run({ ...study, training: { ...training, epochs: keptEpoch } });
    expect(await weights(short.directory)).toEqual(await weights(directory));
  });

  test("keeps its decision if the process ends right after it", async () => {
    const expected = resultsOf((await run(study)).directory, ids);
    const directory = newFolder();
    const listener = (event: StudyEvent): void => {
      if (event.type === "epoch" && event.run.id === ids[1] && event.stopped !== null) throw new Error("power cut");
    };
    await expect(run(study, { directory, listener })).rejects.toThrow("power cut");
    await resume(directory);
    expect(resultsOf(directory, ids)).toEqual(expected);
  });

  test("keeps its memory across a resume after any epoch", async () => {
    const unbroken = await run(study);
    const expected = resultsOf(unbroken.directory, ids);
    const directory = newFolder();
    const stopAtEveryEpoch = (): { signal: AbortSignal; listener: (event: { type: string }) => void } => {
      const controller = new AbortController();
      return { signal: controller.signal, listener: ({ type }) => void (type === "epoch" && controller.abort()) };
    };
    let outcome = await run(study, { directory, ...stopAtEveryEpoch() });
    while (outcome.interrupted) outcome = { ...(await resume(directory, stopAtEveryEpoch())), directory };
    expect(resultsOf(directory, ids)).toEqual(expected);
  });
});

describe("the disk", () => {
  test("a file where a folder should be is one clear error, and the study goes on once it is gone", async () => {
    const directory = newFolder();
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "runs"), "");
    const failure = run(smallStudy(), { directory });
    await expect(failure).rejects.toBeInstanceOf(DataError);
    await expect(failure).rejects.toThrow(
      /runs\/M1-source-seed0\/run\.lock: expected room and leave to write \d+ bytes, got ENOTDIR\. A file is where a folder should be: choose another folder\.$/,
    );
    await rm(join(directory, "runs"));
    const { summary } = await resume(directory);
    expect(summary.runs.map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
  });

  test("a truncated or lost file of a finished run is named, and its run is trained again", async () => {
    const { directory } = await run(smallStudy());
    const expected = resultsOf(directory);
    const [source, scratch] = CLASSIC_RUNS.map((id) => join(directory, "runs", id));
    await truncate(join(source, "checkpoint.safetensors"), 5000);
    await rm(join(scratch, "history.jsonl"));
    await expect(readSummary(directory)).rejects.toThrow(
      /M2-scratch-seed0\/history\.jsonl: expected a history of 2 epochs/,
    );
    const discarded: string[] = [];
    await resume(directory, {
      listener: (event) => void (event.type === "run-discarded" && discarded.push(event.id, event.problem)),
    });
    expect(discarded).toEqual([
      CLASSIC_RUNS[0],
      `${source}/checkpoint.safetensors: expected the file as Graft wrote it, got one whose checksum differs.`,
      CLASSIC_RUNS[1],
      `${scratch}/history.jsonl: expected a history of 2 epochs as Graft wrote it, got no file.`,
    ]);
    expect(resultsOf(directory)).toEqual(expected);
  });
});

describe("resumeStudy", () => {
  test("refuses another data set, and writes nothing", async () => {
    const { directory } = await run(smallStudy({ strategies: ["scratch"] }), { signal: AbortSignal.abort() });
    const before = filesIn(directory);
    const other = smallDataset({ seed: 1 });
    const names: string[] = [];
    const resumed = resumeStudy({
      directory,
      openData: async ({ dataset: name }) => {
        names.push(name);
        return { dataset: other };
      },
    });
    await expect(resumed).rejects.toThrow(
      new ConfigError(
        `small: expected the images that the study began with (checksum ${smallDataset().checksum.slice(0, 16)}…), ` +
          `got others (${other.checksum.slice(0, 16)}…). Point GRAFT_DATA_DIR at the same files, or resume with --data where they are now.`,
      ),
    );
    expect(names).toEqual(["small"]);
    expect(filesIn(directory)).toEqual(before);
  });

  test("refuses a folder without a study", async () => {
    const directory = newFolder();
    await expect(resume(directory)).rejects.toThrow(
      new ConfigError(
        `${directory}: expected the folder of a study, got one without study.json. Give the folder that graft run printed.`,
      ),
    );
  });
});
