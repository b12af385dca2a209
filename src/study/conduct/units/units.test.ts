/** @file Which units of a study can begin, and which of them a free worker takes. */

import { expect, test } from "vitest";
import { smallDataset } from "../../../../test/study/small-dataset.ts";
import { newFolder, smallStudy } from "../../../../test/study/study-folder.ts";
import type { StudyContext } from "../../context/study-context.ts";
import type { StudyInput } from "../../file/schema.ts";
import type { RunRecord, TuningRecord } from "../../records/records.ts";
import { preparedStudy } from "../prepared-study.fixture.ts";
import { chooseUnit } from "./choose-unit.ts";
import { readyUnits } from "./ready-units.ts";
import { type Unit, nameOf } from "./unit.ts";

type Status = RunRecord["status"];

/** A study of two seeds, and how far some of its runs are. */
async function study(
  input: StudyInput,
  { status = {}, tuned = [] }: { status?: Record<string, Status>; tuned?: string[] } = {},
): Promise<StudyContext> {
  const fields = { seeds: 2, target: [2, 5], ...input };
  const dataset = smallDataset({ trainImagesPerClass: 30 });
  const { context } = await preparedStudy(smallStudy(fields), { dataset, directory: newFolder() });
  const records = Object.entries(status).map(([id, one]): [string, RunRecord] => {
    const { imagesPerClass } = context.runs.find((run) => run.id === id) ?? { imagesPerClass: "all" };
    return [id, { id, status: one, imagesPerClass, epochs: [] } as unknown as RunRecord];
  });
  const tuning = tuned.map((strategy) => ({ strategy, imagesPerClass: "all" }) as TuningRecord);
  context.found = { ...context.found, records: new Map(records), tuning };
  return context;
}

const names = (units: readonly Unit[]): string[] => units.map(nameOf);

test("a run can begin once the one that it starts from is over, in the order of one process", async () => {
  const strategies = ["scratch", "last-layer", "B2B"];
  const before = await study({ strategies });
  expect(names(readyUnits(before))).toEqual([
    "M1-source-seed0",
    "M2-scratch-seed0",
    "M1-source-seed1",
    "M2-scratch-seed1",
  ]);
  const after = await study({ strategies }, { status: { "M1-source-seed0": "done", "M2-scratch-seed0": "running" } });
  expect(names(readyUnits(after))).toEqual([
    "M2-scratch-seed0",
    "M3-last-layer-seed0",
    "M1-source-seed1",
    "M2-scratch-seed1",
  ]);
});

test("runs of a failed one can begin, so that somebody says that they fail", async () => {
  const status = { "M1-source-seed0": "failed" } as const;
  expect(names(readyUnits(await study({ strategies: ["probe-then-full"], seeds: 1 }, { status })))).toEqual([
    "M2-probe-then-full-seed0",
  ]);
});

test("a strategy is tuned once the runs of every seed can be, and its runs come after that", async () => {
  const tuning = { factors: [1, 2] };
  const one = await study({ strategies: ["last-layer"], tuning }, { status: { "M1-source-seed0": "done" } });
  expect(names(readyUnits(one))).toEqual(["M1-source-seed1"]);
  const status = { "M1-source-seed0": "done", "M1-source-seed1": "done" } as const;
  const both = { strategies: ["last-layer"], tuning };
  expect(names(readyUnits(await study(both, { status })))).toEqual(["tuning:last-layer"]);
  expect(names(readyUnits(await study(both, { status, tuned: ["last-layer"] })))).toEqual([
    "M2-last-layer-seed0",
    "M2-last-layer-seed1",
  ]);
});

test("a recipe that asks the source waits for that of the first seed, whichever is trained first", async () => {
  const input: StudyInput = { strategies: ["full"], training: { transferredRate: "auto" } };
  const second = await study(input, { status: { "M1-source-seed1": "done" } });
  expect(names(readyUnits(second))).toEqual(["M1-source-seed0"]);
  const failed = await study(input, { status: { "M1-source-seed0": "failed", "M1-source-seed1": "done" } });
  expect(names(readyUnits(failed))).toEqual(["M2-full-seed0", "M2-full-seed1"]);
});

test("one worker takes units in their order, of several the first takes what most work waits for", async () => {
  const context = await study({ strategies: ["scratch", "full", "last-layer"] });
  const ready = readyUnits(context);
  expect(chooseUnit(context, ready, { worker: 0, holdings: [null] })).toEqual(ready[0]);
  const scratchFirst = ready.toReversed();
  expect(chooseUnit(context, scratchFirst, { worker: 0, holdings: [null, null] })).toMatchObject({
    id: expect.stringMatching(/^M1-source/),
  });
});

test("runs on the same frozen layers stay with the worker that has their features, unless much waits", async () => {
  const status = { "M1-source-seed0": "done", "M2-scratch-seed0": "done" } as const;
  const context = await study({ strategies: ["scratch", "last-layer", "linear-probe"], seeds: 1 }, { status });
  const ready = readyUnits(context);
  expect(names(ready)).toEqual(["M3-last-layer-seed0", "M4-linear-probe-seed0"]);
  const holdings = ["M1-source-seed0", null];
  const cost = (kind: string, ms: number): void => {
    for (const piece of context.works.flat()) if (piece.kind.startsWith(kind)) context.costs.measured(piece, 1, ms);
  };
  for (const kind of ["step ", "score ", "open ", "solve ", "finish", "heat maps"]) cost(kind, 1e-6);
  cost("features ", 1000);
  expect(chooseUnit(context, ready, { worker: 1, holdings })).toBeUndefined();
  expect(chooseUnit(context, ready, { worker: 0, holdings })).toBeDefined();
  cost("step ", 1e6);
  expect(chooseUnit(context, ready, { worker: 1, holdings })).toBeDefined();
});
