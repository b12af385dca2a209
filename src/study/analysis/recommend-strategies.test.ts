/** @file Recommendations from the records of finished runs. */

import { expect, test } from "vitest";
import { gainOfDoubling } from "../../statistics/index.ts";
import { finishedRun, scoredRun } from "./finished-runs.fixture.ts";
import { recommendStrategies, rememberRecommendations, resultsOf } from "./recommend-strategies.ts";

const seeds = [0, 1, 2];
const cheap = seeds.map((seed) => scoredRun({ strategy: "last-layer", seed, durationMs: 1000 }, { accuracy: 0.9 }));
const dear = seeds.map((seed) => scoredRun({ strategy: "full", seed, durationMs: 90_000 }, { accuracy: 0.9 }));
const poor = seeds.map((seed) => scoredRun({ strategy: "scratch", seed, durationMs: 90_000 }, { accuracy: 0.7 }));

test("of two that are as good the cheaper one is recommended", () => {
  const [recommendation] = recommendStrategies([...poor, ...dear, ...cheap]);
  expect(recommendation).toMatchObject({ imagesPerClass: "all", recommended: "last-layer", isSure: true });
  expect(recommendation.equals).toEqual(["full"]);
  const scratch = recommendation.prospects.find(({ strategy }) => strategy === "scratch");
  expect(scratch).toMatchObject({ seeds: 3, seconds: 90, inTheRunning: false });
});

test("what is usual counts where other tasks say something of a strategy", () => {
  expect(recommendStrategies([...dear, ...cheap])[0].knowsUsual).toBe(true);
  const unknown = scoredRun({ strategy: "l2-sp", seed: 0 }, { accuracy: 0.9 });
  expect(recommendStrategies([unknown])[0].knowsUsual).toBe(false);
});

test("what twice the images would bring is foretold from the probe's curve, the mean over seeds", () => {
  const probed = (seed: number, half: number) => ({
    ...scoredRun({ strategy: "linear-probe", seed }, { accuracy: 0.85 }),
    probe: {
      strength: 1,
      crossValidated: { logLoss: 0.3, accuracy: 0.85 },
      curve: [
        { images: 25, accuracy: 0.7 },
        { images: 50, accuracy: half },
        { images: 80, accuracy: 0.85 },
      ],
    },
  });
  const [recommendation] = recommendStrategies([...cheap, probed(0, 0.76), probed(1, 0.8)]);
  const points = [0.7, 0.78, 0.85].map((accuracy, index) => ({ images: [25, 50, 80][index], accuracy }));
  expect(recommendation.recommended).toBe("last-layer");
  expect(recommendation.doubling).toEqual(gainOfDoubling(points, recommendation.prospects[0].accuracy));
  expect(recommendStrategies(cheap)[0].doubling).toBeNull();
});

test("the order in which runs ended does not matter", () => {
  const runs = [...cheap, ...dear, ...poor];
  expect(recommendStrategies(runs.toReversed())).toEqual(recommendStrategies(runs));
});

test("only finished runs on the target count, of a layer curve's controls none", () => {
  const others = [
    finishedRun({ strategy: "source", seed: 0, task: "source" }),
    { ...cheap[0], id: "a", strategy: "l2-sp", status: "running" as const },
    { ...cheap[0], id: "b", strategy: "B3B", layerCurve: { from: "target", layers: 3, fineTuned: false } as never },
  ];
  const [recommendation] = recommendStrategies([...others, ...cheap]);
  expect(recommendation.prospects.map(({ strategy }) => strategy)).toEqual(["last-layer"]);
  expect(recommendStrategies(others)).toEqual([]);
});

test("every budget has its own, from few images to many", () => {
  const runs = [...cheap, ...cheap.map((run) => ({ ...run, id: `${run.id}-n5`, imagesPerClass: 5 }))];
  expect(recommendStrategies(runs).map(({ imagesPerClass }) => imagesPerClass)).toEqual([5, "all"]);
});

test("weights that were kept are those that count; records of earlier versions have no answers", () => {
  const epochs = [0.8, 0.7].map((testAccuracy, index) => ({ epoch: index + 1, testAccuracy })) as never;
  const run = finishedRun({ strategy: "scratch", seed: 4, epochs, keptEpoch: 1 });
  const transferred = finishedRun({ strategy: "full", seed: 4, epochs, startsFrom: "M1-source-seed4" });
  const [{ budget, strategies }] = resultsOf([run, transferred], ["all"]);
  expect(budget).toBeNull();
  expect(strategies).toMatchObject([
    { strategy: "full", transfers: true, results: [{ seed: 4, accuracy: 0.7 }] },
    { strategy: "scratch", transfers: false, results: [{ seed: 4, accuracy: 0.8 }], outcome: "converged" },
  ]);
});

test("what was recommended is kept until another run is done", () => {
  const recommend = rememberRecommendations();
  const first = recommend([...cheap, { ...poor[0], status: "running" }]);
  expect(recommend([...cheap, poor[1]].slice(0, 3))).toBe(first);
  expect(recommend([...cheap, poor[0]])).not.toBe(first);
});
