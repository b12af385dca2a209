import { existsSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { smallDataset } from "../../../test/study/small-dataset.ts";
import { newFolder, smallStudy } from "../../../test/study/study-folder.ts";
import { int64, zeros } from "../../core/index.ts";
import { preparedStudy } from "../conduct/prepared-study.fixture.ts";
import type { StudyInput } from "../file/schema.ts";
import { groupsOf, measureCosts } from "./measure-costs.ts";
import type { StudyContext } from "./study-context.ts";

afterEach(() => void vi.restoreAllMocks());

/** A study of two seeds and four kinds of work: on images, on features, solved for, and both in turn. */
const fields: StudyInput = {
  strategies: ["scratch", "last-layer", "linear-probe", "probe-then-full"],
  seeds: 2,
  training: { epochs: 4 },
};

async function study(options: { signal?: AbortSignal } = {}) {
  const directory = newFolder();
  const { context } = await preparedStudy(smallStudy(fields), { dataset: smallDataset(), directory, ...options });
  const measured: { kind: string; units: number; ms: number }[] = [];
  const { costs } = context;
  const spied: StudyContext = {
    ...context,
    costs: {
      ...costs,
      measured: (piece, units, ms) => {
        measured.push({ kind: piece.kind, units, ms });
        costs.measured(piece, units, ms);
      },
    },
  };
  return { directory, context: spied, measured };
}

/** Kinds of the study's work without what no step tells: solving and a run's files. */
function kindsOf({ works }: StudyContext): Set<string> {
  const kinds = works.flat().map(({ kind }) => kind);
  return new Set(kinds.filter((kind) => /^(step|open|score|features) /.test(kind)));
}

test("every kind of step, evaluation and feature is measured, so that all of the study can be told", async () => {
  const { context, measured } = await study();
  expect(context.costs.timeOf(context.works.flat())).toBeNull();
  await measureCosts(context);
  expect(new Set(measured.map(({ kind }) => kind))).toEqual(kindsOf(context));
  expect(measured.every(({ units, ms }) => units > 0 && ms > 0)).toBe(true);
  expect(context.costs.timeOf(context.works.flat())).toBeGreaterThan(0);
});

test("a kind is measured once for all seeds, until its steps have taken a fifth of a second", async () => {
  const { context, measured } = await study();
  await measureCosts(context);
  const opened = measured.filter(({ kind }) => kind.startsWith("open ")).map(({ kind }) => kind);
  expect(new Set(opened).size).toBe(opened.length);
  for (const kind of new Set(measured.map((one) => one.kind).filter((one) => one.startsWith("step ")))) {
    const last = measured.findLast((one) => one.kind === kind);
    expect(last?.ms).toBeGreaterThan(200);
  }
});

test("the last batch of an epoch, which is compiled for itself, is not among them", async () => {
  const batchOf = (images: number) => ({
    input: zeros([images, 1]),
    labels: int64(Array.from({ length: images }, () => 0)),
  });
  const source = {
    epoch: async function* (epoch: number) {
      yield* [32, 32, 32, 4].map(batchOf);
      if (epoch === 2) throw new Error("enough");
    },
  };
  const groups: number[][] = [];
  const collect = async (): Promise<void> => {
    for await (const group of groupsOf(source, { stepsAtOnce: () => 2 }))
      groups.push(group.map(({ labels }) => labels.data.length));
  };
  await expect(collect()).rejects.toThrow("enough");
  expect(groups).toEqual([[32, 32], [32], [32, 32], [32], [32, 32]]);
});

test("nothing is written, and no weight or feature is kept", async () => {
  const { directory, context } = await study();
  await measureCosts(context);
  expect(existsSync(directory)).toBe(false);
  expect(context.found.records.size).toBe(0);
});

test("what takes most arithmetic comes first, and after five seconds nothing more is begun", async () => {
  const { context, measured } = await study();
  // a clock that is six seconds on whenever it is looked at
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 6000));
  await measureCosts(context);
  const most = context.works
    .flat()
    .filter(({ kind }) => kind.startsWith("step "))
    .reduce((a, b) => (a.units * a.flops >= b.units * b.flops ? a : b));
  // the first is passed over too: the time is up when it is asked
  expect(measured).toEqual([]);
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 2000));
  await measureCosts(context);
  expect(new Set(measured.map(({ kind }) => kind.split(" ")[1]))).toEqual(new Set([most.kind.split(" ")[1]]));
});

test("a network that cannot be evaluated leaves the others to be measured; the run will say what is wrong", async () => {
  const { context, measured } = await study();
  const broken: StudyContext = {
    ...context,
    // pixels that are no numbers
    tasksOf: (seed) => ({ ...context.tasksOf(seed), normalization: { mean: [0, 0, 0], std: [NaN, NaN, NaN] } }),
  };
  await measureCosts(broken);
  const kinds = measured.map(({ kind }) => kind);
  expect(kinds.some((kind) => kind.startsWith("score scratch"))).toBe(false);
  // made-up features are numbers whatever the pixels are
  expect(kinds.some((kind) => kind.startsWith("score last-layer"))).toBe(true);
});

test("a signal stops it", async () => {
  const controller = new AbortController();
  const { context } = await study({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(measureCosts(context)).rejects.toThrow("enough");
});
