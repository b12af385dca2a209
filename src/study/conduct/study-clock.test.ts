/** @file What is left of a study, told by its events. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StudyEvent } from "../records/events.ts";
import type { RunRecord } from "../records/records.ts";
import { type Piece, createCosts } from "../run/costs.ts";
import { timeStudy } from "./study-clock.ts";

const step: Piece = { kind: "step a/0", group: "step", units: 40, fewest: 40, flops: 1, span: [0, 4] };
const apart = ["a", "b", "c"].map((id) => ({ id, strategy: id, task: "target", startsFrom: null, seed: 0 }));
/** The last starts from the one before it. */
const chained = apart.map((one) => (one.id === "c" ? { ...one, startsFrom: "b" } : one));
const run = { id: "b" } as RunRecord;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A study of three runs, the first of them over, and the times left that are told of it. */
function follow({ jobs = 1, chain = false } = {}) {
  const costs = createCosts();
  const told: (number | null)[] = [];
  const runs = chain ? chained : apart;
  const context = {
    runs,
    works: runs.map(() => [step]),
    costs,
    found: { records: new Map([["a", { status: "done" }]]), analysis: { transferability: [], featureMaps: [] } },
    study: { config: { tuning: null, seeds: [0] } },
    data: {},
    jobs,
  };
  const listener = timeStudy(context as unknown as Parameters<typeof timeStudy>[0], (event) => {
    if ("studyTimeLeftMs" in event) told.push(event.studyTimeLeftMs);
  });
  return { costs, told, listener };
}

function batchAfter(ms: number, { epoch = 1, batch }: { epoch?: number; batch: number }): StudyEvent {
  vi.advanceTimersByTime(ms);
  const place = { epoch, epochs: 4, batch, batches: 10 };
  return {
    type: "batch",
    run,
    ...place,
    loss: 1,
    accuracy: 0,
    imagesPerSecond: 1,
    runTimeLeftMs: null,
    studyTimeLeftMs: null,
  };
}

const started: StudyEvent = { type: "run-started", run, index: 1, count: 3, resumedAtEpoch: 0, studyTimeLeftMs: null };

test("the first steps, which are slow, say nothing of the others", () => {
  const { told, listener } = follow();
  listener(started);
  listener(batchAfter(5000, { batch: 1 }));
  listener(batchAfter(10, { batch: 2 }));
  expect(told).toEqual([null, null, null]);
  listener(batchAfter(10, { batch: 3 }));
  expect(told.at(-1)).toBe(370 + 400);
});

test("steps that were made at once are measured from group to group", () => {
  const { told, listener } = follow();
  listener(started);
  for (const batch of [1, 2]) listener(batchAfter(batch === 1 ? 5000 : 0, { batch }));
  for (const batch of [3, 4]) listener(batchAfter(batch === 3 ? 20 : 0, { batch }));
  listener(batchAfter(20, { batch: 5 }));
  expect(told.at(-1)).toBe(350 + 400);
});

test("what was measured before is told from the first event on, without runs that are over", () => {
  const { costs, told, listener } = follow();
  costs.measured(step, 1, 2);
  listener({ type: "stage", stage: "analysing", run: null, studyTimeLeftMs: null });
  listener(started);
  listener({ ...started, resumedAtEpoch: 3 });
  expect(told).toEqual([160, 160, 100]);
});

test("runs under way at once are measured each for itself, and share the work", () => {
  const { costs, told, listener } = follow({ jobs: 2 });
  const other = { id: "c" } as RunRecord;
  costs.measured(step, 1, 1);
  listener(started);
  listener({ ...started, run: other, index: 2 });
  const batchOf = (which: RunRecord, ms: number, batch: number): void =>
    listener({ ...batchAfter(ms, { batch }), run: which } as StudyEvent);
  for (const batch of [1, 2, 3]) for (const which of [run, other]) batchOf(which, 5, batch);
  // a step takes ten milliseconds in both, and 37 are left in each
  expect(told.at(-1)).toBe(370);
});

test("runs that start from each other take as long as all of them, however many jobs there are", () => {
  const { costs, told, listener } = follow({ jobs: 8, chain: true });
  costs.measured(step, 1, 2);
  listener({ type: "stage", stage: "analysing", run: null, studyTimeLeftMs: null });
  expect(told).toEqual([160]);
});
