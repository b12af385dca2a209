/** @file The runs of a study and their order. */

import { describe, expect, test } from "vitest";
import { resolveStudy } from "./config.ts";
import { firstRounds, planStudy } from "./plan.ts";

describe("planStudy", () => {
  test("the classic study trains M1 to M4", () => {
    const rows = planStudy(resolveStudy()).map(({ id, model, label, task, seed, startsFrom }) => [
      id,
      model,
      label,
      task,
      seed,
      startsFrom,
    ]);
    expect(rows).toEqual([
      ["M1-source-seed0", "M1", "source", "source", 0, null],
      ["M2-scratch-seed0", "M2", "no transfer", "target", 0, null],
      ["M3-last-layer-seed0", "M3", "fine-tune one layer", "target", 0, "M1-source-seed0"],
      ["M4-last-two-layers-seed0", "M4", "fine-tune two layers", "target", 0, "M1-source-seed0"],
    ]);
  });

  test("the published M4 goes on from M3", () => {
    const [, , m3, m4] = planStudy(resolveStudy({ preset: "as-published" }));
    expect(m3).toMatchObject({ id: "M3-unfrozen-last-layer-seed0", startsFrom: "M1-source-seed0" });
    expect(m4).toMatchObject({ id: "M4-unfrozen-last-two-layers-seed0", startsFrom: m3.id });
  });

  test("three seeds are three times the runs, seed by seed, each from its own source", () => {
    const runs = planStudy(resolveStudy({ seeds: 3 }));
    expect(runs).toHaveLength(12);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(12);
    expect(runs.map(({ seed }) => seed)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(runs[10]).toMatchObject({ id: "M3-last-layer-seed2", startsFrom: "M1-source-seed2" });
  });

  test("each run comes after the one it starts from, however the strategies are listed", () => {
    const strategies = ["unfrozen-last-two-layers", "last-layer", "unfrozen-last-layer", "scratch"];
    const runs = planStudy(resolveStudy({ strategies, seeds: [5] }));
    const isInOrder = runs.every(
      ({ startsFrom }, index) => startsFrom === null || runs.slice(0, index).some(({ id }) => id === startsFrom),
    );
    expect(isInOrder).toBe(true);
    // numbers follow the list
    expect(runs.map(({ id }) => id).sort()).toEqual([
      "M1-source-seed5",
      "M2-unfrozen-last-two-layers-seed5",
      "M3-last-layer-seed5",
      "M4-unfrozen-last-layer-seed5",
      "M5-scratch-seed5",
    ]);
    expect(runs.find(({ model }) => model === "M2")?.startsFrom).toBe("M4-unfrozen-last-layer-seed5");
  });

  test("a strategy trains by its own settings, the source by those of `source`", () => {
    const trainingOf = { source: { epochs: 3 }, "last-layer": { learningRate: 0.5 } };
    const runs = planStudy(resolveStudy({ trainingOf }));
    expect(runs.map(({ training }) => [training.epochs, training.learningRate])).toEqual([
      [3, 0.01],
      [20, 0.01],
      [20, 0.5],
      [20, 0.01],
    ]);
  });
});

describe("planStudy of rounds", () => {
  const config = resolveStudy({
    seeds: "auto",
    strategies: ["scratch", "last-layer", "full"],
    imagesPerClass: [5, 50],
  });

  test("a study that leaves its seeds to Graft begins with one of every strategy", () => {
    expect(firstRounds(config)).toEqual([{ seed: 0, strategies: ["source", "scratch", "last-layer", "full"] }]);
    const fixed = resolveStudy({ seeds: 1, strategies: ["scratch", "last-layer", "full"], imagesPerClass: [5, 50] });
    expect(planStudy(config)).toEqual(planStudy(fixed));
  });

  test("a round has the strategies that it names, at every budget, under the names of a fixed study", () => {
    const rounds = [...firstRounds(config), { seed: 1, strategies: ["source", "full"] }];
    const ids = planStudy(config, rounds)
      .filter(({ seed }) => seed === 1)
      .map(({ id }) => id);
    expect(ids).toEqual(["M1-source-seed1", "M4-full-n5-seed1", "M4-full-n50-seed1"]);
  });
});
