/** @file Progress bars on terminals of any width. */

import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { StudyEvent } from "../../../study/index.ts";
import { barLine, createBarsDisplay } from "./bars-display.ts";
import { batchEvent, epochRecord, run, summary } from "./study.fixture.ts";

describe("barLine", () => {
  const text = { before: "M2 · no transfer", after: ["epoch 2/20", "1 min 05 s left", "loss 0.457"] };

  test.each([
    [100, "M2 · no transfer  █████░░░░░░░░░░░░░░░  25 %  epoch 2/20  1 min 05 s left  loss 0.457"],
    [80, "M2 · no transfer  ███░░░░░░░░░  25 %  epoch 2/20  1 min 05 s left  loss 0.457"],
    [75, "M2 · no transfer  ██░░░░░░  25 %  epoch 2/20  1 min 05 s left  loss 0.457"],
    [64, "M2 · no transfer  ██░░░░░░  25 %  epoch 2/20  1 min 05 s left"],
    [40, "M2 · no transfer  ████░░░░░░░░░░░░  25 %"],
    [20, "M2 · no transfer  ██"],
  ])("in %d columns shortens the bar, then leaves out what is said last", (width, line) => {
    expect(barLine(text, 0.25, width)).toBe(line);
    expect(line.length).toBeLessThanOrEqual(width);
  });
});

describe("createBarsView", () => {
  /** A terminal of 80 columns that keeps what is written, also with what moves its cursor. */
  function fakeTerminal(): { stream: NodeJS.WriteStream; written: () => string; raw: () => string } {
    let text = "";
    const writable = new Writable({
      write: (chunk, _encoding, done) => {
        text += String(chunk);
        done();
      },
    });
    const stream = Object.assign(writable, { isTTY: true, columns: 80 }) as unknown as NodeJS.WriteStream;
    return { stream, written: () => stripVTControlCharacters(text), raw: () => text };
  }

  function show(events: readonly StudyEvent[]): string {
    const { stream, written } = fakeTerminal();
    const display = createBarsDisplay(stream);
    for (const event of events) display.listener(event);
    display.close();
    const atEnd = written();
    display.close();
    expect(written()).toBe(atEnd);
    return atEnd;
  }

  const started: StudyEvent = {
    type: "run-started",
    run,
    index: 1,
    count: 4,
    resumedAtEpoch: 0,
    studyTimeLeftMs: null,
  };

  test("shows the run's progress above the study's, with the time left of both", () => {
    const text = show([started, { ...batchEvent, batch: 400 }]);
    expect(text).toContain("From scratch  ██░░░░░░░░░░░░░░  10 %  epoch 2/20  1 min 05 s left  loss 0.457");
    expect(text).toContain("run 2 of 4    ██████░░░░░░░░░░░░░░  28 %  10 min 00 s left");
  });

  test("after an epoch shows its test accuracy", () => {
    const text = show([started, { type: "epoch", run, record: epochRecord, epochs: 20, stopped: null }]);
    expect(text).toMatch(/From scratch {2}[█░]{20} {2}10 % {2}epoch 2\/20 {2}test 75\.3 %/);
  });

  test("lines that are logged leave nothing of the bars below them", () => {
    const { stream, raw } = fakeTerminal();
    const display = createBarsDisplay(stream);
    display.listener(started);
    display.notice("many words ".repeat(20).trim());
    display.close();
    const lines = raw()
      .split("\n")
      .filter((line) => line.includes("many words"));
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.endsWith("words\u001B[K")).toBe(true);
  });

  test("lines on runs that are over stay above the bars", () => {
    const done = { ...run, status: "done" as const, epochs: [epochRecord], durationMs: 8000 };
    const text = show([
      { type: "study-started", directory: "runs/small", summary, resumed: false },
      started,
      { type: "run-finished", run: done, index: 1, count: 4 },
    ]);
    expect(text).toMatch(/^Study small on Tiny: .*\n/);
    expect(text).toContain("Run 2 of 4: From scratch done in 8 s, test accuracy 75.3 %.\n");
  });

  test("runs that train at once have a bar each above the study's, and the next one takes the bar of one that is over", () => {
    const jobs = { ...summary, machine: { ...summary.machine, jobs: 2 }, runs: [] };
    const [second, third] = ["M3-last-layer-seed0", "M4-full-seed0"].map((id) => ({
      ...run,
      id,
      strategy: id.includes("full") ? "full" : "last-layer",
    }));
    const text = show([
      { type: "study-started", directory: "runs/small", summary: jobs, resumed: false },
      started,
      { ...started, run: second, index: 2 },
      { ...batchEvent, batch: 400 },
      { ...batchEvent, run: second, epoch: 11, batch: 400 },
      { type: "run-finished", run: { ...second, status: "failed", failure: "it diverged." }, index: 2, count: 4 },
      { type: "run-finished", run: { ...run, id: "M5", status: "failed", failure: "so did M3." }, index: 3, count: 4 },
      { ...started, run: third, index: 3 },
      { ...batchEvent, run: third, epoch: 5, batch: 400 },
    ]);
    const last = text.slice(text.lastIndexOf("From scratch  "));
    expect(last).toMatch(/^From scratch +[█░]+ +10 % {2}epoch 2\/20/);
    expect(last).toMatch(/\n *Full fine-tuning +[█░]+ +25 % {2}epoch 5\/20/);
    // two of four are over, and two under way, by 10 % and 25 %
    expect(last).toMatch(/\n *2 of 4 runs +[█░]+ +59 %/);
  });

  test("a download has a bar of its own", () => {
    const { stream, written } = fakeTerminal();
    const display = createBarsDisplay(stream);
    display.download("Tiny", { receivedBytes: 5_000_000, totalBytes: 10_000_000 });
    display.downloadEnded();
    expect(written()).toContain("Tiny  ██████████░░░░░░░░░░  50 %  5.0 MB of 10.0 MB");
  });
});
