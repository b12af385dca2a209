/** @file A study as JSON lines. */

import { expect, test } from "vitest";
import { createJsonDisplay } from "./json-display.ts";
import { batchEvent, epochRecord, run, summary } from "./study.fixture.ts";

function collect(): { display: ReturnType<typeof createJsonDisplay>; events: () => unknown[]; clock: { now: number } } {
  const lines: string[] = [];
  const clock = { now: 0 };
  const display = createJsonDisplay(
    (line) => lines.push(line),
    () => clock.now,
  );
  return { display, clock, events: () => lines.map((line): unknown => JSON.parse(line)) };
}

test("runs are named by their id where they go on, and whole where they start and finish", () => {
  const { display, events } = collect();
  display.listener({ type: "run-started", run, index: 0, count: 1, resumedAtEpoch: 0, studyTimeLeftMs: null });
  display.listener({ type: "epoch", run, record: epochRecord, epochs: 20, stopped: null });
  expect(events()).toEqual([
    { type: "run-started", run, index: 0, count: 1, resumedAtEpoch: 0, studyTimeLeftMs: null },
    { type: "epoch", run: "M2-scratch-seed0", record: epochRecord, epochs: 20, stopped: null },
  ]);
});

test("the study comes without its example images, maps and filters", () => {
  const { display, events } = collect();
  display.listener({ type: "study-started", directory: "runs/small", summary, resumed: false });
  const { examples: _examples, featureMaps: _featureMaps, firstFilters: _firstFilters, ...rest } = summary;
  expect(events()).toEqual([{ type: "study-started", directory: "runs/small", summary: rest, resumed: false }]);
});

test("of batches one a second is told", () => {
  const { display, events, clock } = collect();
  for (clock.now = 0; clock.now < 2500; clock.now += 100) display.listener({ ...batchEvent, batch: clock.now / 100 });
  expect(events()).toEqual([0, 10, 20].map((batch) => ({ ...batchEvent, run: "M2-scratch-seed0", batch })));
});

test("notices, downloads and the report are events of their own", () => {
  const { display, events } = collect();
  display.notice("Look.");
  display.download("Tiny", { receivedBytes: 1, totalBytes: 2 });
  display.ended({ summary, directory: "runs/small", files: ["report.html"] });
  expect(events()).toEqual([
    { type: "notice", message: "Look." },
    { type: "download", dataset: "Tiny", receivedBytes: 1, totalBytes: 2 },
    { type: "report", directory: "runs/small", files: ["report.html"] },
  ]);
});
