/** @file How transferred layers move depends on how near the source turns out to be, where that is left to Graft. */

import { describe, expect, test } from "vitest";
import { recipeText } from "../../src/report/index.ts";
import type { RunRecord, StudySummary } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, resultsOf, resume, run, smallStudy } from "./study-folder.ts";

const left = { learningRate: "auto", optimizer: "auto", transferredRate: "auto", statistics: "auto" } as const;
const fields = {
  target: [2, 5, 8],
  strategies: ["last-layer", "last-two-layers", "probe-then-full", "full"],
  trainingOf: { source: { epochs: 4, learningRate: 0.05 } },
};
const study = smallStudy({ ...fields, training: left });

function recordOf({ runs }: StudySummary, strategy: string): RunRecord {
  const found = runs.find((one) => one.strategy === strategy);
  if (found === undefined) throw new Error(`no run of ${strategy}`);
  return found;
}

describe("a run whose transferred layers move", () => {
  test("asks the source first, on training images that are held out, once for all runs on the same images", async () => {
    const { summary } = await run(study);
    const accuracies = ["last-two-layers", "probe-then-full", "full"].map(
      (name) => recordOf(summary, name).sourceProbe?.accuracy,
    );
    const [accuracy = NaN] = accuracies;
    expect(accuracy).toBeGreaterThan(0);
    expect(accuracies).toEqual([accuracy, accuracy, accuracy]);
    expect(accuracy).toBeLessThan(0.88);
    for (const name of ["last-two-layers", "probe-then-full", "full"]) {
      expect(recordOf(summary, name).training).toMatchObject({ transferredRate: 1, statistics: "follow" });
    }
    const { sourceProbe, training } = recordOf(summary, "last-layer");
    expect(sourceProbe?.accuracy).toBe(accuracy);
    expect(training?.optimizer.weightDecay).toBeGreaterThan(0);
  });

  test("moves little on images that the source tells apart, and keeps the statistics of a solved head", async () => {
    const dataset = smallDataset();
    const size = dataset.train.pixels.length / dataset.train.count;
    for (const { pixels, labels } of [dataset.train, dataset.test]) {
      // every class has a brightness of its own
      pixels.forEach((_, at) => (pixels[at] = 20 + 20 * labels[Math.floor(at / size)]));
    }
    const { summary } = await run(
      smallStudy({ ...fields, target: [0, 9], architecture: "resnet-20", training: left }),
      { dataset },
    );
    for (const name of ["last-two-layers", "probe-then-full", "full"]) {
      const { status, sourceProbe, training } = recordOf(summary, name);
      expect(status).toBe("done");
      const statistics = name === "probe-then-full" ? "keep" : "follow";
      expect(sourceProbe?.accuracy).toBe(1);
      expect(training).toMatchObject({ transferredRate: 0.01, statistics });
    }
    expect(recordOf(summary, "probe-then-full").freezeProof?.frozen.map(({ name }) => name)).toContain(
      "bn1.running_mean",
    );
    expect(recipeText(summary)).toContain("0.01 times the rate below new layers, batch statistics kept");
  });

  test("does not ask where the study says how they move", async () => {
    const { summary } = await run(
      smallStudy({ ...fields, training: { ...left, transferredRate: 0.5, statistics: "keep" } }),
    );
    const { training, sourceProbe } = recordOf(summary, "full");
    expect(training).toMatchObject({ transferredRate: 0.5, statistics: "keep" });
    expect(sourceProbe).toBeUndefined();
  });

  test("moves on with what it was told when it is resumed", async () => {
    const whole = await run(study);
    const directory = newFolder();
    const stop = new AbortController();
    const { interrupted } = await run(study, {
      directory,
      signal: stop.signal,
      listener: (event) => {
        if (event.type === "epoch" && event.run.strategy === "full") stop.abort();
      },
    });
    expect(interrupted).toBe(true);
    const { summary } = await resume(directory);
    expect(recordOf(summary, "full").sourceProbe).toEqual(recordOf(whole.summary, "full").sourceProbe);
    const ids = summary.runs.map(({ id }) => id);
    expect(resultsOf(directory, ids)).toEqual(resultsOf(whole.directory, ids));
  });
});
