/** @file What a worker says is what its coordinator hears. */

import { describe, expect, test } from "vitest";
import { ConfigError, DataError, DeviceError, NotYetError } from "../core/index.ts";
import type { RunRecord, StudyEvent } from "../study/index.ts";
import { type EventLine, errorOf, eventLine, eventReader, failureLine, parseUnit } from "./messages.ts";

const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("errors", () => {
  test.each([
    new ConfigError("a: expected b, got c."),
    new NotYetError("a: expected b, got c.", { isLocked: true }),
    new DataError("a: expected b, got c.", { location: { path: "a", offset: 3 } }),
    new DeviceError("cpu", { kind: "memory", reason: "no", where: "M1, epoch 2: ", fix: " Go on." }),
    new Error("internal: what should never be"),
  ])("%s is of its class again, with all that it says", (error) => {
    const heard = errorOf(sent(failureLine(error)));
    expect(heard).toBeInstanceOf(error.constructor);
    expect(heard).toEqual(error);
    expect(heard.stack).toBe(error.stack);
  });

  test("keep what the system says of a full disk", () => {
    const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write", path: "/x" });
    expect(errorOf(sent(failureLine(full)))).toMatchObject({ code: "ENOSPC", syscall: "write", path: "/x" });
  });
});

test("events name their run by its id, and have its record again, with the epochs so far", () => {
  const run = { id: "M1", epochs: [] } as unknown as RunRecord;
  const record = { epoch: 1 } as RunRecord["epochs"][number];
  const events: StudyEvent[] = [
    { type: "run-started", run, index: 0, count: 2, resumedAtEpoch: 0, studyTimeLeftMs: null },
    { type: "epoch", run, record, epochs: 3, stopped: null },
    { type: "stage", stage: "analysing", run: null, studyTimeLeftMs: 5 },
    { type: "tuning", strategy: "full", share: 0.5, studyTimeLeftMs: null },
  ];
  const lines: EventLine[] = events.map((event) => sent(eventLine(event)));
  expect(lines.map((line) => line.run)).toEqual([run, "M1", null, undefined]);
  const read = eventReader();
  const heard = lines.map(read);
  expect(heard[1]).toEqual({ ...events[1], run: { ...run, epochs: [record] } });
  expect(heard.slice(2)).toEqual(events.slice(2));
});

test.each(["", "M1-source-seed0", '{"kind":"run"}', '{"kind":"dance","id":"x"}'])("%j is no unit of work", (line) => {
  expect(() => parseUnit(line)).toThrow(
    `standard input: expected a unit of work such as {"kind":"run","id":"M1-source-seed0"}, got ${JSON.stringify(line)}. Write one a line.`,
  );
});
