/** @file What the defaults leave on the table, and the page that says so. */

import { describe, expect, test } from "vitest";
import { type Advice, adviceFrom } from "../../bench/answers/advice.ts";
import { adviceWorth, worthOf } from "../../bench/answers/advice-worth.ts";
import { pageText } from "../../bench/answers/page-text.ts";
import { orderAgreement, summaryByStrategy, summaryOf, taskRegrets } from "../../bench/answers/regret.ts";
import { packAnswers } from "../../src/statistics/index.ts";
import type { DefaultCell, DefaultsFile, OracleCell, OracleFile } from "../../bench/answers/results.ts";

const machine: DefaultsFile["machine"] = {
  platform: "linux x64",
  cpu: "Chip",
  device: "cpu",
  node: "v24.0.0",
  onnxruntime: "1.30.0",
  graft: "0.1.0",
};
const date = "2026-01-01T00:00:00.000Z";

function defaultCell(task: string, draw: number, accuracies: Record<string, number | null>): DefaultCell {
  const outcomes = Object.entries(accuracies).map(([strategy, accuracy]) => ({
    strategy,
    accuracy,
    logLoss: accuracy === null ? null : 0.5,
    seconds: 1,
    learningRate: 0.001,
    epochs: 6,
    ...(accuracy === null ? { failure: "it diverged." } : {}),
  }));
  return { task, draw, date, threads: 2, seconds: 10, outcomes };
}

function training(
  task: string,
  draw: number,
  { strategy, accuracy, rate = 0.002 }: Partial<OracleCell> & { strategy: string; rate?: number },
): OracleCell {
  const head = { task, draw, strategy, date, threads: 1, seconds: 2, logLoss: 0.3, accuracy: accuracy ?? null };
  return { ...head, rate, steps: 1000, augmentation: "none" };
}

function generation(label: string, cells: readonly DefaultCell[]): DefaultsFile {
  return { formatVersion: 1, label, machine, cells };
}

function oracleOf(...cells: OracleCell[]): OracleFile {
  return { formatVersion: 1, machine, cells };
}

const oracle = oracleOf(
  training("a", 0, { strategy: "full", accuracy: 0.8 }),
  training("a", 0, { strategy: "full", accuracy: 0.9, rate: 0.004 }),
  training("a", 1, { strategy: "full", accuracy: 0.7 }),
  { ...training("a", 0, { strategy: "last-layer", accuracy: 0.95 }), strength: 0.1 } as OracleCell,
  training("a", 1, { strategy: "last-layer", accuracy: 0.85 }),
  training("b", 0, { strategy: "full", accuracy: 0.5 }),
  training("b", 0, { strategy: "last-layer", accuracy: 0.52 }),
);

describe("taskRegrets", () => {
  test("takes the best cell of each draw, and pairs draws", () => {
    const [a] = taskRegrets(
      generation("x", [defaultCell("a", 0, { full: 0.6 }), defaultCell("a", 1, { full: 0.7 })]),
      oracle,
    );
    expect(a.draws).toEqual([0, 1]);
    expect(a.strategies[0].oracle).toBeCloseTo((0.9 + 0.7) / 2, 12);
    expect(a.strategies[0].regret).toBeCloseTo((0.3 + 0) / 2, 12);
  });

  test("leaves out draws, tasks and strategies that have no oracle", () => {
    const cells = [
      defaultCell("a", 0, { full: 0.6, scratch: 0.5 }),
      defaultCell("a", 7, { full: 0 }),
      defaultCell("unknown", 0, { full: 0.6 }),
    ];
    const found = taskRegrets(generation("x", cells), oracle);
    expect(found.map(({ task, draws }) => [task, draws])).toEqual([["a", [0]]]);
    expect(found[0].strategies.map(({ strategy }) => strategy)).toEqual(["full"]);
  });

  test("holds strategies without an oracle of their own against the one that trains the same layers", () => {
    const [a] = taskRegrets(
      generation("x", [defaultCell("a", 0, { "probe-then-full": 0.8, "linear-probe": 0.9 })]),
      oracle,
    );
    expect(a.strategies.map((one) => one.oracle)).toEqual([0.9, 0.95]);
  });

  test("counts a run that failed as an accuracy of 0", () => {
    const [a] = taskRegrets(generation("x", [defaultCell("a", 0, { full: null, "last-layer": 0.9 })]), oracle);
    expect(a.strategies[0]).toEqual({ strategy: "full", default: 0, oracle: 0.9, regret: 0.9 });
  });

  test("the answer is the best by default, held against the best of all oracles", () => {
    const [a] = taskRegrets(generation("x", [defaultCell("a", 0, { full: 0.85, "last-layer": 0.8 })]), oracle);
    expect(a.answer.strategy).toBe("full");
    expect(a.answer.regret).toBeCloseTo(0.95 - 0.85, 12);
  });

  test("defaults that beat a search are the oracle, those of another generation too", () => {
    const better = generation("new", [defaultCell("a", 0, { full: 0.97, "last-layer": 0.9, scratch: 0.99 })]);
    const worse = generation("old", [defaultCell("a", 0, { full: 0.6, "last-layer": 0.5 })]);
    const [after] = taskRegrets(better, oracle, [worse, better]);
    const [before] = taskRegrets(worse, oracle, [worse, better]);
    expect(after.strategies.map((one) => [one.strategy, one.oracle])).toEqual([
      ["full", 0.97],
      ["last-layer", 0.95],
    ]);
    expect(before.strategies[0].regret).toBeCloseTo(0.97 - 0.6, 12);
    // scratch was not searched, and yet is the best that was seen
    expect(before.answer).toEqual({ strategy: "full", regret: 0.99 - 0.6 });
    expect(after.answer).toEqual({ strategy: "scratch", regret: 0 });
  });

  test("defaults of other draws say nothing of these", () => {
    const elsewhere = generation("new", [defaultCell("a", 1, { full: 0.97 })]);
    const [found] = taskRegrets(generation("x", [defaultCell("a", 0, { full: 0.6 })]), oracle, [elsewhere]);
    expect(found.strategies[0].oracle).toBe(0.9);
  });

  test("the answer may be a strategy without an oracle", () => {
    const [a] = taskRegrets(generation("x", [defaultCell("a", 0, { full: 0.85, scratch: 0.9 })]), oracle);
    expect(a.answer.strategy).toBe("scratch");
    expect(a.answer.regret).toBeCloseTo(0.95 - 0.9, 12);
  });
});

describe("over tasks", () => {
  const cells = [
    defaultCell("a", 0, { full: 0.85, "last-layer": 0.8 }),
    defaultCell("b", 0, { full: 0.5, "last-layer": 0.5 }),
  ];
  const tasks = taskRegrets(generation("x", cells), oracle);

  test("the mean and the worst are told strategy by strategy", () => {
    const summary = summaryByStrategy(tasks).get("last-layer");
    expect(summary?.tasks).toBe(2);
    expect(summary?.mean).toBeCloseTo((0.15 + 0.02) / 2, 12);
    expect(summary?.worst.task).toBe("a");
    expect(summaryOf([{ task: "only", regret: -0.01 }])).toEqual({
      tasks: 1,
      mean: -0.01,
      worst: { task: "only", regret: -0.01 },
    });
  });

  test("pairs agree where the defaults keep the oracle's order; near oracles are not asked", () => {
    // a: 0.90 against 0.95, in the other order by default; b: 0.50 against 0.52, too near
    expect(orderAgreement(tasks)).toEqual({ agreeing: 0, pairs: 1 });
    const agreeing = taskRegrets(generation("x", [defaultCell("a", 0, { full: 0.8, "last-layer": 0.9 })]), oracle);
    expect(orderAgreement(agreeing)).toEqual({ agreeing: 1, pairs: 1 });
  });

  test("a tie by default does not agree", () => {
    const tied = taskRegrets(generation("x", [defaultCell("a", 0, { full: 0.8, "last-layer": 0.8 })]), oracle);
    expect(orderAgreement(tied)).toEqual({ agreeing: 0, pairs: 1 });
  });
});

describe("recommendations", () => {
  const advice = (probability: number, [head, full]: [number, number], isSure = true): Advice => ({
    recommended: "last-layer",
    isSure,
    region: 0.02,
    strategies: [
      { strategy: "last-layer", probability, accuracy: head },
      { strategy: "full", probability: 0.5, accuracy: full },
    ],
  });
  /** Of 80 images the first strategy has every eighth wrong and `full` every fourth. */
  const answers = {
    testImages: 80,
    trainImages: 20,
    strategies: [
      { strategy: "last-layer", seconds: 1, every: 8 },
      { strategy: "full", seconds: 9, every: 4 },
    ].map(({ every, ...one }) => ({
      ...one,
      correct: [packAnswers(Array.from({ length: 80 }, (_, image) => Number(image % every !== 0)))],
    })),
  };

  test("are right within the region, and cost what the best has more", () => {
    const worth = worthOf([
      [advice(0.8, [0.88, 0.9]), advice(0.9, [0.8, 0.9])],
      [advice(0.6, [0.9, 0.7], false), advice(0.6, [0.9, 0.7], false)],
    ]);
    expect(worth).toMatchObject({ studies: 2, sure: 0.5, rightOfSure: 0.5 });
    expect(worth.regret.mean).toBeCloseTo(0.03, 12);
    expect(worth.regret.worst).toBeCloseTo(0.06, 12);
    expect(worth.regretOfAlways.worst).toBeCloseTo(0.2, 12);
    expect(worth.brier).toBeCloseTo((0.2 ** 2 + 0.9 ** 2 + 2 * 0.4 ** 2) / 4, 12);
    expect(worth.brierOfAlways).toBeCloseTo(2 / 4, 12);
  });

  test("come from the images that are shown and are held against the others", () => {
    const [some, others] = [0, 1].map((draw) => adviceFrom(answers, { shown: 40, knowsUsual: true }, draw));
    for (const { recommended, strategies } of [some, others]) {
      expect(recommended).toBe("last-layer");
      expect(strategies[0].accuracy).toBeGreaterThan(strategies[1].accuracy);
    }
    expect(some.strategies).not.toEqual(others.strategies);
    // two of the images that are shown
    expect(adviceFrom(answers, { shown: 20, knowsUsual: true }, 0).region).toBeCloseTo(2 / 20, 12);
    const all = adviceFrom(answers, { shown: 79, knowsUsual: true }, 0).strategies.map(({ accuracy }) => accuracy);
    for (const accuracy of all) expect([0, 1]).toContain(accuracy);
    expect(
      adviceWorth({ cells: [{ ...defaultCell("a", 0, { full: 1 }), answers }] }, { shown: 41, knowsUsual: true }),
    ).toBeNull();
    expect(adviceWorth({ cells: [defaultCell("a", 0, { full: 1 })] }, { shown: 10, knowsUsual: true })).toBeNull();
  });

  test("are held against the oracle by what they reach by default", () => {
    const kept = { ...defaultCell("a", 0, { full: 0.75, "last-layer": 0.875 }), answers };
    expect(taskRegrets(generation("x", [kept]), oracle)[0].recommended).toBeCloseTo(0.95 - 0.875, 12);
    expect(taskRegrets(generation("x", [defaultCell("a", 0, { full: 0.75 })]), oracle)[0].recommended).toBeNull();
  });

  test("have their part of the page", () => {
    const generations = [generation("today", [{ ...defaultCell("a", 0, { full: 1 }), answers }])];
    expect(pageText({ tasks: [], generations, oracle })).not.toContain("## The recommendation");
    const twice = answers.strategies.map((one) => ({
      ...one,
      correct: [packAnswers(Array.from({ length: 160 }, () => Number(one.strategy === "full")))],
    }));
    const large = { ...answers, testImages: 160, strategies: twice };
    const text = pageText({
      tasks: [],
      generations: [generation("today", [{ ...defaultCell("a", 0, { full: 1 }), answers: large }])],
      oracle,
    });
    expect(text).toContain("| today | 50 | no | 1 | 0.0, 0.0 | 0.0, 0.0 | 0.00 | 0.00 | 100.0 % | 100.0 % |");
  });
});

describe("pageText", () => {
  const tasks = [
    { name: "a", title: "Task A", imagesPerClass: 10 },
    { name: "b", title: "Task B", imagesPerClass: "all" as const },
  ];
  const before = generation("before", [defaultCell("a", 0, { full: 0.6, "last-layer": null })]);
  const after = generation("after", [defaultCell("a", 0, { full: 0.88, "last-layer": 0.9 })]);
  const text = pageText({ tasks, generations: [before, after], oracle });

  test("puts generations side by side, strategy by strategy", () => {
    expect(text).toContain("| strategy | before: mean | before: worst | after: mean | after: worst |");
    expect(text).toContain("| full | 30.0 (1 task) | 30.0 (a) | 2.0 (1 task) | 2.0 (a) |");
  });

  test("tells the regret of the answer, the order and the seconds of each", () => {
    expect(text).toContain("| before | 35.0 (1 task) | 35.0 (a) | – | – | 0 of 1 | 10 |");
    expect(text).toContain("| after | 5.0 (1 task) | 5.0 (a) | – | – | 1 of 1 | 10 |");
  });

  test("has each task with its defaults and oracles, and what reached these", () => {
    expect(text).toContain("| Task A | 10 | 60.0 % (90.0 %) | 0.0 % (95.0 %) | 35.0 | 1 |");
    expect(text).toContain("| Task A | 10 | 90.0 %: strength 0.1 | – | 80.0 %: 0.0040, 1000 steps | – | 10 |");
  });

  test("lists what failed, and only that", () => {
    expect(text).toContain("## Failed\n\n- `before`, `a`, draw 0, last-layer: it diverged.");
    expect(pageText({ tasks, generations: [after], oracle })).not.toContain("Failed");
  });

  test("says how many tasks there are and on what they were measured", () => {
    expect(text).toContain("On 2 small tasks");
    expect(text).toContain(
      "- defaults `after`: linux x64, Chip, threads 2, Node v24.0.0, onnxruntime 1.30.0, Graft 0.1.0",
    );
  });
});
