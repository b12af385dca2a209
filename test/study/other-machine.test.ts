/** @file Machines of another kind than the one that began a study: asked for the same bits, they refuse or say so. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { joinStudy, machineProblem, readSummary, resumeStudy, trainOne } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { CLASSIC_RUNS, editJson, newFolder, readJson, resultsOf, run, smallStudy } from "./study-folder.ts";

const openData = async (): Promise<{ dataset: ReturnType<typeof smallDataset> }> => ({ dataset: smallDataset() });

/** A study that another machine began: its first run is over. */
async function begunElsewhere(): Promise<string> {
  const directory = newFolder();
  const stop = new AbortController();
  await run(smallStudy(), {
    directory,
    signal: stop.signal,
    listener: ({ type }) => (type === "run-finished" ? stop.abort(new Error("stopped")) : undefined),
  });
  editJson(join(directory, "fingerprint.json"), { blockSize: 4, onnxruntime: "1.0.0" });
  return directory;
}

const refusal =
  /^.*: expected a machine like the one that began the study \(blocks of 4 channels and onnxruntime 1\.0\.0\), got another \((blocks of \d+ channels|no blocked images) and onnxruntime .*\)\. Bits and times would not compare; allow it by --any-machine, and the report says so\.$/;

test("refuse, whoever asks them", async () => {
  const directory = await begunElsewhere();
  await expect(resumeStudy({ directory, openData })).rejects.toThrow(refusal);
  await expect(joinStudy(directory, { openData })).rejects.toThrow(refusal);
  await expect(trainOne(directory, CLASSIC_RUNS[1], { openData })).rejects.toThrow(refusal);
  expect(await machineProblem(directory, {})).toMatch(refusal);
  expect(await machineProblem(directory, { anyMachine: true })).toBeNull();
});

test("train where that is allowed, and the runs say where", async () => {
  const directory = await begunElsewhere();
  await resumeStudy({ directory, openData, anyMachine: true });
  const summary = await readSummary(directory);
  expect(summary.runs.map(({ status, trainedOn }) => [status, trainedOn?.cpu])).toEqual([
    ["done", undefined],
    ...CLASSIC_RUNS.slice(1).map(() => ["done", summary.machine.cpu]),
  ]);
});

test("of the same kind leave the same bytes, and no word of it", async () => {
  const { directory } = await run(smallStudy());
  expect(readJson(directory, "fingerprint.json")).toMatchObject({ platform: expect.any(String) as string });
  expect((await readSummary(directory)).runs.some(({ trainedOn }) => trainedOn !== undefined)).toBe(false);
  expect(Object.keys(resultsOf(directory))).toHaveLength(CLASSIC_RUNS.length);
});

test("on another device than the study's are another kind, which the study then is of; on its own they are not", async () => {
  const directory = await begunElsewhere();
  await expect(resumeStudy({ directory, openData, device: "cpu" })).rejects.toThrow(refusal);
  editJson(join(directory, "study.json"), { device: "webgpu" });
  await resumeStudy({ directory, openData, device: "cpu" });
  expect(readJson<{ onnxruntime: string }>(directory, "fingerprint.json").onnxruntime).not.toBe("1.0.0");
});
