/** @file Seeds that are left to Graft, and the time that they may take. */

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { resolveStudy, seedsOf } from "./config.ts";
import { timeSchema } from "./time.ts";

test("times are numbers of seconds, or of minutes or hours with their unit", () => {
  expect(["90s", "10m", "1.5h", 3].map((time) => timeSchema.parse(time))).toEqual([90, 600, 5400, 3]);
  for (const text of ["10", "m", "10 m", "-1s", "10min", "1h30m", 0, "0s", "0.0h"])
    expect(timeSchema.safeParse(text).success).toBe(false);
});

describe("seeds that are left to Graft", () => {
  test("begin with one, and may be given a time", () => {
    expect(seedsOf(resolveStudy({ seeds: "auto" }))).toEqual([0]);
    expect(resolveStudy({ seeds: "auto" }).time).toBeNull();
    expect(resolveStudy({ seeds: "auto", time: "10m" }).time).toBe(600);
    expect(resolveStudy({ preset: "photos", time: 90 })).toMatchObject({ seeds: "auto", time: 90 });
  });

  test("given over a study that left them to Graft, need no time", () => {
    expect(resolveStudy({ seeds: "auto", time: "10m" }, { seeds: 8 })).toMatchObject({ seeds: 8, time: null });
    expect(resolveStudy({ time: "10m" }, { seeds: "auto" }).time).toBe(600);
  });

  test("a time without them, or that is none, is refused", () => {
    expect(() => resolveStudy({ seeds: 3, time: "10m" })).toThrow(
      new ConfigError(
        "time: expected seeds: auto beside it, got fixed seeds, which all run however long they take. Set seeds to auto, or leave time out.",
      ),
    );
    expect(() => resolveStudy({ seeds: "auto", time: "soon" })).toThrow(
      new ConfigError('study: time: expected a number of seconds, or "90s", "10m", "1h", got "soon".'),
    );
  });
});
