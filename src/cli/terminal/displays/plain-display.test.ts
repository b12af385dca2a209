/** @file A study as plain lines. */

import { expect, test } from "vitest";
import type { StudyEvent } from "../../../study/index.ts";
import { createPlainDisplay } from "./plain-display.ts";
import { batchEvent, epochRecord, run, summary } from "./study.fixture.ts";

/** The lines of some events, each `[time in ms, event]`. */
function linesOf(events: readonly (readonly [atMs: number, event: StudyEvent])[]): string[] {
  const lines: string[] = [];
  let clock = 0;
  const display = createPlainDisplay(
    (line) => lines.push(line),
    () => clock,
  );
  for (const [atMs, event] of events) {
    clock = atMs;
    display.listener(event);
  }
  return lines;
}

test("every stage of a run is a line", () => {
  const done = { ...run, status: "done" as const, epochs: [epochRecord], durationMs: 185_000 };
  expect(
    linesOf([
      [0, { type: "study-started", directory: "runs/small", summary, resumed: false }],
      [1, { type: "run-started", run, index: 1, count: 4, resumedAtEpoch: 0, studyTimeLeftMs: null }],
      [2, { type: "epoch", run, record: epochRecord, epochs: 20, stopped: null }],
      [3, { type: "epoch", run, record: epochRecord, epochs: 20, stopped: "no better for 5 epochs" }],
      [4, { type: "run-finished", run: done, index: 1, count: 4 }],
      [5, { type: "study-finished", directory: "runs/small", summary, interrupted: false }],
    ]),
  ).toEqual([
    "Study small on Tiny: target bee; source ant. 1 run on cpu with 2 threads, into runs/small. Recipe: SGD.",
    "Run 2 of 4: From scratch, training 581,026 of 581,026 parameters on 10,000 images at learning rate 0.01.",
    "  epoch  2/20: train loss 0.512, accuracy 78.1 %; test loss 0.601, accuracy 75.3 %; 402 images/s",
    "  epoch  2/20: train loss 0.512, accuracy 78.1 %; test loss 0.601, accuracy 75.3 %; 402 images/s; " +
      "stopped: no better for 5 epochs",
    "Run 2 of 4: From scratch done in 3 min 05 s, test accuracy 75.3 %.",
  ]);
});

test("within an epoch there is a line every ten seconds, counted from the last line of any kind", () => {
  const line =
    "  epoch 2/20, batch 100/400: loss 0.457, accuracy 81.2 %, 1,235 images/s, run 1 min 05 s left, study 10 min 00 s left";
  const times = [9_999, 10_000, 19_000, 20_000];
  const batches = times.map((atMs) => [atMs, batchEvent] as const);
  const epoch: StudyEvent = { type: "epoch", run, record: epochRecord, epochs: 20, stopped: null };
  const started: StudyEvent = {
    type: "run-started",
    run,
    index: 0,
    count: 1,
    resumedAtEpoch: 3,
    studyTimeLeftMs: null,
  };
  const lines = linesOf([[0, started], ...batches, [25_000, epoch], [30_000, batchEvent], [35_000, batchEvent]]);
  expect(lines.map((text) => (text === line ? "batch" : text.trim().split(/[ :,]/)[0]))).toEqual([
    "Run",
    "batch",
    "batch",
    "epoch",
    "batch",
  ]);
  expect(lines[0]).toMatch(/ images at learning rate 0.01, going on after epoch 3\.$/);
});

test("long scoring has a line every ten seconds too", () => {
  const scoring = (images: number): StudyEvent => {
    return { type: "stage-progress", stage: "scoring", run, images, totalImages: 10_000, studyTimeLeftMs: 600_000 };
  };
  const stage: StudyEvent = { type: "stage", stage: "scoring", run, studyTimeLeftMs: null };
  const started: StudyEvent = {
    type: "run-started",
    run,
    index: 0,
    count: 1,
    resumedAtEpoch: 0,
    studyTimeLeftMs: null,
  };
  const events = [1000, 2000, 3000, 4000].map((images, at) => [5000 * (at + 1), scoring(images)] as const);
  expect(linesOf([[0, started], [1, stage], ...events]).slice(1)).toEqual([
    "  scoring on held-out images: 2,000 of 10,000 images, study 10 min 00 s left",
    "  scoring on held-out images: 4,000 of 10,000 images, study 10 min 00 s left",
  ]);
});

test("batches that are computed in parts are told of, whatever was told just before", () => {
  const parts: StudyEvent = { type: "parts", run, batchSize: 32, atATime: 12 };
  expect(
    linesOf([
      [0, batchEvent],
      [1, parts],
    ]).at(-1),
  ).toBe(
    "  12 images at a time, their gradients summed: a step of 32 images would take more than a third of the memory",
  );
});

test("times that cannot be told yet are left out", () => {
  const [line] = linesOf([[0, { ...batchEvent, runTimeLeftMs: null, studyTimeLeftMs: null }]]);
  expect(line).toMatch(/, 1,235 images\/s$/);
});

test("a run that did not learn, or was cut short, says so beside its accuracy", () => {
  const done = { ...run, status: "done" as const, epochs: [epochRecord], durationMs: 1000 };
  const lines = linesOf(
    (["did-not-learn", "still-improving", "converged"] as const).map((outcome) => [
      0,
      { type: "run-finished", run: { ...done, outcome }, index: 0, count: 1 },
    ]),
  );
  expect(lines.map((line) => line.split("test accuracy ")[1])).toEqual([
    "75.3 % (did not learn).",
    "75.3 % (still improving).",
    "75.3 %.",
  ]);
});

test("failed and interrupted runs say so", () => {
  const failed = { ...run, status: "failed" as const, failure: "loss: expected a finite number, got NaN." };
  const interrupted = { ...run, status: "interrupted" as const, epochs: [epochRecord] };
  expect(
    linesOf([
      [0, { type: "run-finished", run: failed, index: 0, count: 2 }],
      [0, { type: "run-finished", run: interrupted, index: 1, count: 2 }],
    ]),
  ).toEqual([
    "Run 1 of 2: From scratch failed: loss: expected a finite number, got NaN.",
    "Run 2 of 2: From scratch stopped after 1 epoch.",
  ]);
});

test("the seed is named where there are several", () => {
  const lines = linesOf([
    [0, { type: "study-started", directory: "d", summary: { ...summary, seeds: [0, 1] }, resumed: true }],
    [
      0,
      { type: "run-started", run: { ...run, seed: 1 }, index: 0, count: 1, resumedAtEpoch: 0, studyTimeLeftMs: null },
    ],
  ]);
  expect(lines[0]).toMatch(/^Going on with study small /);
  expect(lines[1]).toMatch(/^Run 1 of 1: From scratch, seed 1, training /);
});

test("a download tells its share once every ten seconds", () => {
  const lines: string[] = [];
  let clock = 0;
  const display = createPlainDisplay(
    (line) => lines.push(line),
    () => clock,
  );
  for (clock = 0; clock <= 20_000; clock += 5000) {
    display.download("Tiny", { receivedBytes: clock * 1000, totalBytes: 40_000_000 });
  }
  expect(lines).toEqual([
    "  Tiny: 0 bytes of 40.0 MB (0 %)",
    "  Tiny: 10.0 MB of 40.0 MB (25 %)",
    "  Tiny: 20.0 MB of 40.0 MB (50 %)",
  ]);
});

test("once several runs train at once, lines say whose they are", () => {
  const other = { ...run, id: "M3-last-layer-seed0", strategy: "last-layer", label: "last layer" };
  const start = { type: "run-started", count: 4, resumedAtEpoch: 0, studyTimeLeftMs: null } as const;
  const epoch = { type: "epoch", run, record: epochRecord, epochs: 20, stopped: null } as const;
  const lines = linesOf([
    [0, { ...start, run, index: 1 }],
    [1, epoch],
    [2, { ...start, run: other, index: 2 }],
    [3, epoch],
    [4, { ...epoch, run: other }],
    [20_000, { ...batchEvent, run: other }],
    [40_000, { type: "stage", stage: "scoring", run: other, studyTimeLeftMs: null }],
    [40_001, { type: "run-finished", run: { ...other, status: "done" }, index: 2, count: 4 }],
    [40_002, epoch],
  ]);
  const told = lines.map((line) => line.slice(0, 28));
  expect(told[1]).toBe("  epoch  2/20: train loss 0.");
  expect(told.slice(3)).toEqual([
    "  From scratch: epoch  2/20:",
    "  Last layer only: epoch  2/",
    "  Last layer only: epoch 2/2",
    "  Last layer only: scoring o",
    "Run 3 of 4: Last layer only ",
    "  From scratch: epoch  2/20:",
  ]);
});
