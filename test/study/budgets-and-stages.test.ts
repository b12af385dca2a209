/** @file Studies of several budgets, and strategies in stages. */

import { describe, expect, test } from "vitest";
import type { StudyListener, StudySummary } from "../../src/study/index.ts";
import { newFolder, resultsOf, resume, run, smallStudy } from "./study-folder.ts";

/** Stops a study after so many epochs of the runs whose id begins so. */
function stopAfter(id: string, epochs: number): { listener: StudyListener; signal: AbortSignal } {
  const controller = new AbortController();
  const listener: StudyListener = (event) => {
    if (event.type === "epoch" && event.run.id.startsWith(id) && event.record.epoch === epochs) controller.abort();
  };
  return { listener, signal: controller.signal };
}

describe("several budgets", () => {
  const study = smallStudy({ imagesPerClass: [2, 8], strategies: ["scratch", "last-layer", "full"] });
  let known: StudySummary | undefined;
  const whole = async (): Promise<StudySummary> => (known ??= (await run(study)).summary);

  test("have a run of every strategy each, from one source", async () => {
    const summary = await whole();
    expect(summary.budgets).toEqual([2, 8]);
    expect(summary.runs.map(({ id, imagesPerClass, trainImages }) => [id, imagesPerClass, trainImages])).toEqual([
      ["M1-source-seed0", "all", 128],
      ["M2-scratch-n2-seed0", 2, 4],
      ["M3-last-layer-n2-seed0", 2, 4],
      ["M4-full-n2-seed0", 2, 4],
      ["M2-scratch-n8-seed0", 8, 16],
      ["M3-last-layer-n8-seed0", 8, 16],
      ["M4-full-n8-seed0", 8, 16],
    ]);
    expect(summary.runs.every(({ status }) => status === "done")).toBe(true);
  });

  test("are each what a study of that budget alone would have been", async () => {
    const both = await whole();
    const alone = (await run({ ...study, imagesPerClass: 2 })).summary;
    const histories = (ids: readonly string[], { runs }: StudySummary): unknown[] =>
      ids.map((id) => {
        const { epochs, freezeProof } = runs.filter((record) => record.id === id)[0];
        return [epochs.map(({ testLoss, trainLoss }) => [testLoss, trainLoss]), freezeProof];
      });
    const names = ["M2-scratch", "M3-last-layer", "M4-full"];
    expect(
      histories(
        names.map((name) => `${name}-n2-seed0`),
        both,
      ),
    ).toEqual(
      histories(
        names.map((name) => `${name}-seed0`),
        alone,
      ),
    );
  });

  test("a budget larger than the data is refused before anything is written", async () => {
    await expect(run(smallStudy({ imagesPerClass: [2, 17] }))).rejects.toThrow(
      /^images per class: expected at most 16, the images of class ".+", got 17\.$/,
    );
  });

  test("small sets are passed over until an epoch has its steps", async () => {
    const { summary } = await run(
      smallStudy({ imagesPerClass: 2, strategies: ["scratch"], training: { minStepsPerEpoch: 5, batchSize: 2 } }),
    );
    // four images are two batches; five steps take three passes
    const [, scratch] = summary.runs;
    const once = await run(
      smallStudy({ imagesPerClass: 2, strategies: ["scratch"], training: { epochs: 6, batchSize: 2 } }),
    );
    expect(scratch.epochs.at(-1)?.testLoss).toBe(once.summary.runs[1].epochs.at(-1)?.testLoss);
  });
});

describe("strategies in stages", () => {
  const study = smallStudy({
    strategies: ["probe-then-full", "gradual-unfreezing", "l2-sp"],
    training: { epochs: 4, schedule: { name: "one-cycle" } },
  });
  const ids = ["M1-source", "M2-probe-then-full", "M3-gradual-unfreezing", "M4-l2-sp"].map((id) => `${id}-seed0`);
  let known: { summary: StudySummary; results: Record<string, unknown> } | undefined;
  const whole = async (): Promise<NonNullable<typeof known>> => (known ??= await runWhole());

  async function runWhole(): Promise<NonNullable<typeof known>> {
    const { summary, directory } = await run(study);
    return { summary, results: resultsOf(directory, ids) };
  }

  test("say what they trained when, what they cost, and what they made the source forget", async () => {
    const { summary } = await whole();
    const [source, probe, gradual, l2] = summary.runs;
    expect(probe.stages?.map(({ label, epochs }) => [label, epochs])).toEqual([
      ["head solved", 1],
      ["everything", 3],
    ]);
    expect(gradual.stages?.map(({ epochs }) => epochs)).toEqual([1, 1, 2]);
    expect(l2.stages).toBeUndefined();
    expect(probe.epochs).toHaveLength(4);
    expect(probe.flops.backward).toBeLessThan(l2.flops.backward);
    expect(probe.flops.backward).toBeGreaterThan(0);
    for (const each of [probe, gradual, l2]) {
      expect(each.sourceAccuracy).toBeGreaterThanOrEqual(0);
      expect(each.weightChange?.every(({ relative }) => relative > 0)).toBe(true);
      expect(each.evaluation?.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(each.testImages);
    }
    expect(source.sourceAccuracy).toBeUndefined();
  });

  test.each([
    ["in the first stage", "M2", 1],
    ["between two stages", "M2", 2],
    ["in a later stage", "M3", 3],
  ])("stopped %s they end as if they had never been", async (_where, id, epochs) => {
    const { results: unbroken } = await whole();
    const directory = newFolder();
    const { interrupted } = await run(study, { directory, ...stopAfter(id, epochs) });
    expect(interrupted).toBe(true);
    await resume(directory);
    expect(resultsOf(directory, ids)).toEqual(unbroken);
  });
});
