/** @file What a study says of transfer before and beside training: scores, maps and filters. */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { StudyEvent, StudyInput, StudySummary } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { editJson, newFolder, readJson, resume, run, smallStudy } from "./study-folder.ts";

type Analysis = Pick<StudySummary, "transferability" | "featureMaps" | "firstFilters">;

const nothing: Analysis = { transferability: [], featureMaps: [], firstFilters: [] };

/** A small study with little to train. */
function tiny(study: StudyInput): StudyInput {
  return smallStudy({ sourceImagesPerClass: 8, ...study, training: { epochs: 1 } });
}

function analysisOf({ transferability, featureMaps, firstFilters }: StudySummary): Analysis {
  return { transferability, featureMaps, firstFilters };
}

describe("a study whose runs start from a source", () => {
  test("scores each seed's source at every budget, in the layers at which a run begins to train", async () => {
    const strategies = ["scratch", "last-two-layers", "full"];
    const { summary } = await run(tiny({ seeds: 2, imagesPerClass: [4, 12], strategies }));
    const scores = ["leep null", "nce null", "logme dense1", "h-score dense1", "logme dense2", "h-score dense2"];
    expect(summary.transferability.map((one) => `${one.seed} ${one.imagesPerClass} ${one.score} ${one.layer}`)).toEqual(
      [0, 1].flatMap((seed) => [4, 12].flatMap((budget) => scores.map((score) => `${seed} ${budget} ${score}`))),
    );
    const valuesOf = (name: string): number[] =>
      summary.transferability.filter(({ score }) => score === name).map(({ value }) => value);
    for (const value of [...valuesOf("leep"), ...valuesOf("nce")]) expect(value).toBeLessThanOrEqual(0);
    for (const value of valuesOf("h-score")) expect(value).toBeGreaterThanOrEqual(0);
    for (const value of valuesOf("h-score")) expect(value).toBeLessThanOrEqual(1);
    expect(new Set(summary.transferability.map(({ value }) => value)).size).toBeGreaterThan(18);
  });

  test("maps images of every class of both tasks, as pixels and as its first seed's source sees them", async () => {
    const { summary } = await run(tiny({ seeds: [5, 6], imagesPerClass: 6, strategies: ["last-layer"] }));
    expect(summary.featureMaps.map(({ method, features }) => `${method} ${features}`)).toEqual([
      "pca raw pixels",
      "tsne raw pixels",
      "pca dense1",
      "tsne dense1",
    ]);
    for (const { method, explained = [] } of summary.featureMaps) {
      expect(explained).toHaveLength(method === "pca" ? 2 : 0);
      // the first direction holds the most, and both together no more than all
      expect([...explained].sort((a, b) => b - a)).toEqual(explained);
      for (const share of explained) expect(share).toBeGreaterThan(0);
      expect(explained.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1);
    }
    for (const { points } of summary.featureMaps) {
      const classes = new Map(points.map(({ className, task }) => [className, task]));
      expect([...classes.values()].filter((task) => task === "target")).toHaveLength(2);
      expect([...classes.values()].filter((task) => task === "source")).toHaveLength(8);
      expect(points.filter(({ task }) => task === "target")).toHaveLength(12);
      expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
      expect(new Set(points.map(({ x, y }) => `${x} ${y}`)).size).toBeGreaterThan(points.length - 5);
    }
  });

  test("keeps the first filters of the source and of the first seed's runs that trained them with most images", async () => {
    const strategies = ["scratch", "last-layer", "full"];
    const { summary } = await run(tiny({ seeds: 2, imagesPerClass: [4, 8], strategies }));
    expect(summary.firstFilters.map(({ runId }) => runId)).toEqual([
      "M1-source-seed0",
      "M2-scratch-n8-seed0",
      "M4-full-n8-seed0",
    ]);
    for (const { shape, base64 } of summary.firstFilters) {
      expect(shape).toEqual([32, 3, 3, 3]);
      const bytes = Buffer.from(base64, "base64");
      const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      expect(values).toHaveLength(32 * 27);
      expect(values.every((value) => Number.isFinite(value) && Math.abs(value) < 10)).toBe(true);
    }
    expect(new Set(summary.firstFilters.map(({ base64 }) => base64)).size).toBe(3);
  });

  test("knows its scores before the first run on the target trains", async () => {
    const directory = newFolder();
    const known: [string, number][] = [];
    const listener = (event: StudyEvent): void => {
      if (event.type !== "run-started") return;
      const { transferability } = readJson<StudySummary>(directory, "summary.json");
      known.push([event.run.strategy, transferability.length]);
    };
    await run(tiny({ strategies: ["scratch", "last-layer"] }), { directory, listener });
    expect(known).toEqual([
      ["source", 0],
      ["scratch", 4],
      ["last-layer", 4],
    ]);
  });

  test("computes what a stopped process did not write down, and gets the same", async () => {
    const study = tiny({ strategies: ["last-layer", "full"] });
    const unbroken = analysisOf((await run(study)).summary);
    const directory = newFolder();
    const controller = new AbortController();
    const listener = ({ type }: StudyEvent): void => {
      if (type === "run-finished") controller.abort();
    };
    const stopped = await run(study, { directory, listener, signal: controller.signal });
    expect(analysisOf(stopped.summary)).toEqual(nothing);
    expect(analysisOf((await resume(directory)).summary)).toEqual(unbroken);
    // a study that lost them, and its last run
    editJson(join(directory, "summary.json"), { ...nothing, finishedAt: null });
    expect(analysisOf((await resume(directory)).summary)).toEqual(unbroken);
  });

  test("never looks at the test images", async () => {
    const study = tiny({ strategies: ["last-layer"] });
    const dataset = smallDataset();
    const pixels = dataset.test.pixels.map((byte) => 255 - byte);
    const darkened = { ...dataset, test: { ...dataset.test, pixels } };
    const [one, other] = [await run(study), await run(study, { dataset: darkened })];
    expect(other.summary.runs[1].epochs).not.toEqual(one.summary.runs[1].epochs);
    expect(analysisOf(other.summary)).toEqual(analysisOf(one.summary));
  });
});

describe("nothing is analysed", () => {
  test("where no run starts from the source", async () => {
    const { summary } = await run(tiny({ strategies: ["scratch"] }));
    expect(analysisOf(summary)).toEqual(nothing);
  });

  test("of a source that failed", async () => {
    const { summary } = await run(tiny({ strategies: ["last-layer"], trainingOf: { source: { learningRate: 1e6 } } }));
    expect(summary.runs[0].status).toBe("failed");
    expect(analysisOf(summary)).toEqual(nothing);
  });
});
