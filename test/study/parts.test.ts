/** @file A study whose batches do not fit into the memory that it began with. */

import { totalmem } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { StudyEvent } from "../../src/study/index.ts";
import { editJson, newFolder, readJson, resume, run, smallStudy } from "./study-folder.ts";

const study = smallStudy({ strategies: ["scratch", "last-layer"] });

/** Begun by a machine with so much memory for a step, and gone on with here. */
async function trainedWith(memoryBytes?: number) {
  const directory = newFolder();
  await run(study, { directory, signal: AbortSignal.abort(new Error("others train it")) });
  const pinned = readJson<{ memoryBytes: number }>(directory, "study.json").memoryBytes;
  expect(pinned).toBeGreaterThan(1e8);
  expect(pinned).toBeLessThanOrEqual(totalmem() / 3);
  if (memoryBytes !== undefined) editJson(join(directory, "study.json"), { memoryBytes });
  const events: StudyEvent[] = [];
  const { summary } = await resume(directory, { listener: (event) => void events.push(event) });
  const parts = events.flatMap((event) => (event.type === "parts" ? [event] : []));
  return { runs: summary.runs, parts };
}

test("computes them in parts, says so, and finds the same to rounding", async () => {
  const [whole, inParts] = [await trainedWith(), await trainedWith(1)];
  expect(whole.parts).toEqual([]);
  expect(inParts.parts.map(({ run: { id }, ...sizes }) => ({ id, ...sizes }))).toEqual(
    expect.arrayContaining([{ type: "parts", id: "M1-source-seed0", batchSize: 16, atATime: 1 }]),
  );
  for (const [index, { status, epochs }] of inParts.runs.entries()) {
    expect(status).toBe("done");
    for (const [place, { trainLoss, testLoss }] of epochs.entries()) {
      expect(trainLoss).toBeCloseTo(whole.runs[index].epochs[place].trainLoss, 4);
      expect(testLoss).toBeCloseTo(whole.runs[index].epochs[place].testLoss, 4);
    }
  }
});
