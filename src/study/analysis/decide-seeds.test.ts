/** @file Which seeds are added, and when no more are. */

import { describe, expect, test } from "vitest";
import { resolveStudy } from "../file/config.ts";
import type { StudyInput } from "../file/schema.ts";
import type { RunRecord } from "../records/records.ts";
import type { SeedsRecord } from "../records/answer-record.ts";
import { packAnswers } from "../../statistics/index.ts";
import { decideSeeds, firstSeeds } from "./decide-seeds.ts";
import { finishedRun, scoredRun } from "./finished-runs.fixture.ts";

// two of which other tasks say nothing, so that seeds and images alone decide
const strategies = ["scratch", "discriminative", "l2-sp", "B2B+"];
const configOf = (own: StudyInput = {}) => resolveStudy({ seeds: "auto", strategies, ...own });
const config = configOf();

/** Runs of one seed: one far behind, two close together. */
function roundOf(seed: number, own: Partial<RunRecord> = {}): RunRecord[] {
  return [
    scoredRun({ strategy: "scratch", seed, ...own }, { accuracy: 0.6 }),
    scoredRun({ strategy: "discriminative", seed, ...own }, { accuracy: 0.8 }),
    scoredRun({ strategy: "l2-sp", seed, ...own }, { accuracy: 0.801 }),
  ];
}

/** A run with 20 of 100 test images wrong, from `first` on. */
function wrongFrom(strategy: string, { first, trainImages = 1e8 }: { first: number; trainImages?: number }): RunRecord {
  const answers = Uint8Array.from({ length: 100 }, (_, image) => Number(image < first || image >= first + 20));
  return finishedRun({
    strategy,
    seed: 0,
    trainImages,
    testImages: 100,
    epochs: [{ epoch: 1, testAccuracy: 0.8 } as RunRecord["epochs"][number]],
    evaluation: { correct: packAnswers(answers) } as NonNullable<RunRecord["evaluation"]>,
  });
}

const decide = (runs: RunRecord[], { before = firstSeeds(config), elapsedMs = 0, of = config } = {}): SeedsRecord =>
  decideSeeds(of, { before, runs, elapsedMs });

describe("decideSeeds", () => {
  test("begins with every strategy", () => {
    expect(firstSeeds(config)).toEqual({
      rounds: [{ seed: 0, strategies: ["source", ...strategies], budgets: [] }],
      stopped: null,
    });
  });

  test("adds a seed of those in the running, and of what they start from", () => {
    const { rounds, stopped } = decide(roundOf(0));
    expect(stopped).toBeNull();
    expect(rounds).toHaveLength(2);
    expect(rounds[1]).toMatchObject({ seed: 1, strategies: ["source", "discriminative", "l2-sp"] });
    expect(rounds[1].budgets).toMatchObject([{ imagesPerClass: "all", state: "open" }]);
    expect(rounds[1].budgets[0].inTheRunning.toSorted()).toEqual(["discriminative", "l2-sp"]);
  });

  test("takes along a strategy that is out where another starts from it", () => {
    const again = scoredRun({ strategy: "B2B+", seed: 0 }, { accuracy: 0.802 });
    expect(decide([...roundOf(0), again]).rounds[1].strategies).toEqual(["source", ...strategies]);
  });

  test("leaves out the source where nothing in the running starts from it", () => {
    const of = configOf({ strategies: ["scratch", "B2B+", "discriminative"] });
    const runs = [
      scoredRun({ strategy: "scratch", seed: 0 }, { accuracy: 0.8 }),
      scoredRun({ strategy: "B2B+", seed: 0 }, { accuracy: 0.801 }),
      scoredRun({ strategy: "discriminative", seed: 0 }, { accuracy: 0.5 }),
    ];
    expect(decide(runs, { of, before: firstSeeds(of) }).rounds[1].strategies).toEqual(["scratch", "B2B+"]);
  });

  test("is a function of the records, whatever their order", () => {
    expect(decide(roundOf(0).toReversed())).toEqual(decide(roundOf(0)));
  });

  test("adds none where one strategy alone is in the running, or nothing was learned", () => {
    const [scratch, , full] = roundOf(0);
    expect(decide([scratch, full]).stopped).toMatchObject({ code: "settled", budgets: [{ state: "one-left" }] });
    const lost = roundOf(0, { outcome: "did-not-learn" });
    expect(decide(lost).stopped).toEqual({ code: "nothing-ranked" });
  });

  test("ends at ten seeds", () => {
    const rounds = Array.from({ length: 10 }, (_, seed) => ({
      seed,
      strategies: ["source", ...strategies],
      budgets: [],
    }));
    const { stopped, rounds: kept } = decide(roundOf(0), { before: { rounds, stopped: null } });
    expect(stopped).toMatchObject({ code: "most-seeds", seeds: 10 });
    expect(kept).toBe(rounds);
  });

  test("begins none that would end after the study's time, at the pace of the last", () => {
    const of = configOf({ time: "10s" });
    const runs = roundOf(0, { durationMs: 3000 });
    // two runs of three seconds are to come
    expect(decide(runs, { of, elapsedMs: 4000 }).stopped).toBeNull();
    expect(decide(runs, { of, elapsedMs: 4001 }).stopped).toMatchObject({
      code: "time",
      timeSeconds: 10,
      elapsedSeconds: 4.001,
      nextSeconds: 6,
    });
    const twice = [3000, 1000].flatMap((durationMs, seed) => roundOf(seed, { durationMs, trainImages: 4 }));
    const rounds = [0, 1].map((seed) => ({ seed, strategies: ["source", ...strategies], budgets: [] }));
    expect(decide(twice, { of, before: { rounds, stopped: null }, elapsedMs: 9000 }).stopped).toMatchObject({
      nextSeconds: 2,
    });
  });

  test("adds none where it is test images that leave the answer open", () => {
    // as many images wrong, but others: of a hundred alone, and hardly any luck in a seed
    expect(
      decide([wrongFrom("discriminative", { first: 0 }), wrongFrom("l2-sp", { first: 20 })]).stopped,
    ).toMatchObject({
      code: "settled",
      budgets: [{ state: "few-images" }],
    });
  });

  test("adds none where seeds could save less than half a point, whatever the images leave", () => {
    const runs = ["discriminative", "l2-sp"].map((strategy, index) =>
      wrongFrom(strategy, { first: 2 * index, trainImages: 500 }),
    );
    const { stopped } = decide(runs);
    expect(stopped).toMatchObject({ code: "settled", budgets: [{ state: "few-images" }] });
    const [{ expectedRegret, regretOfImages }] = stopped !== null && "budgets" in stopped ? stopped.budgets : [];
    expect(expectedRegret).toBeGreaterThan(0.005);
    expect(expectedRegret - regretOfImages).toBeLessThan(0.005);
    expect(regretOfImages).toBeLessThan(0.8 * expectedRegret);
  });

  test("looks at every budget: what is settled at one is not given seeds for it", () => {
    const of = configOf({ imagesPerClass: [5, 50] });
    const [scratch, last, full] = roundOf(0, { imagesPerClass: 5 });
    const settled = roundOf(0, { imagesPerClass: 50 }).slice(0, 2);
    const { rounds } = decide([scratch, last, full, ...settled], { of, before: firstSeeds(of) });
    expect(rounds[1].budgets.map(({ state }) => state)).toEqual(["open", "one-left"]);
    expect(rounds[1].strategies).toEqual(["source", "discriminative", "l2-sp"]);
  });
});
