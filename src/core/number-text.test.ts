/** @file Numbers and lists as people read them. */

import { expect, it } from "vitest";
import {
  about,
  accuracyInterval,
  bytes,
  count,
  duration,
  levelText,
  list,
  loss,
  oddsText,
  pValue,
  percent,
  plural,
  points,
  regionText,
  time,
  times,
  unsignedPoints,
} from "./number-text.ts";

it("writes ratios as percent and differences as signed points", () => {
  expect(percent(0.8124)).toBe("81.2 %");
  expect(percent(0.5, 0)).toBe("50 %");
  expect(percent(Number.NaN)).toBe("–");
  expect(points(0.0321)).toBe("+3.2");
  expect(points(-0.004)).toBe("−0.4");
  expect(points(-0.0001)).toBe("0.0");
});

it.each([
  [0.03, "0.0 ms"],
  [4.83, "4.8 ms"],
  [37.2, "37 ms"],
  [420, "0.42 s"],
  [8_130, "8.1 s"],
  [99_960, "1 min 40 s"],
  [185_400, "3 min 05 s"],
  [3_599_600, "1 h 00 min"],
  [7_620_000, "2 h 07 min"],
])("writes %d ms as %s", (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});

it("writes losses, counts, factors and lists", () => {
  expect(loss(0.53249)).toBe("0.532");
  expect(loss(1.23e20)).toBe("1.2e+20");
  expect(loss(undefined)).toBe("–");
  expect(count(594_986)).toBe("594,986");
  expect(times(3.44)).toBe("3.4 times");
  expect(times(37.2)).toBe("37 times");
  expect(list(["a", "b", "c"])).toBe("a, b and c");
  expect(list(["a"])).toBe("a");
  expect(plural(1, "class", "classes")).toBe("1 class");
  expect(plural(8, "class", "classes")).toBe("8 classes");
});

it.each([
  [0, "0 s"],
  [-5, "0 s"],
  [420, "0.4 s"],
  [949, "0.9 s"],
  [950, "1 s"],
  [8_400, "8 s"],
  [59_499, "59 s"],
  [59_500, "1 min 00 s"],
  [185_000, "3 min 05 s"],
  [3_599_400, "59 min 59 s"],
  [3_600_000, "1 h 00 min"],
  [7_620_000, "2 h 07 min"],
])("%d ms is %s", (ms, text) => {
  expect(time(ms)).toBe(text);
});

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [170_052_171, "170.1 MB"],
  [25_300_000_000, "25.3 GB"],
])("%d bytes are %s", (value, text) => {
  expect(bytes(value)).toBe(text);
});

it("ratios are percent, losses have three decimals, and what is no number is a dash", () => {
  expect([percent(0.7812), percent(1, 0), percent(Number.NaN)]).toEqual(["78.1 %", "100 %", "–"]);
  expect([loss(0.51249), loss(123_456), loss(Number.POSITIVE_INFINITY)]).toEqual(["0.512", "1.2e+5", "–"]);
});

it("quantities have thousands and the right form of the noun", () => {
  expect([count(581_026), plural(1, "epoch"), plural(0, "epoch"), plural(8000, "class", "classes")]).toEqual([
    "581,026",
    "1 epoch",
    "0 epochs",
    "8,000 classes",
  ]);
});

it("p values, levels and interpolated numbers are no finer than they deserve", () => {
  expect([pValue(0.0123), pValue(0.0004), levelText(0.95), about(143), about(7.52), unsignedPoints(-0.0142)]).toEqual([
    "p = 0.012",
    "p < 0.001",
    "95 %",
    "140",
    "7.5",
    "1.4",
  ]);
});

it("nothing is certain, equal is what lies within a region, and accuracies end at 0 and 1", () => {
  expect([0.994, 0.905, 0.004].map(oddsText)).toEqual(["over 99 %", "91 %", "under 1 %"]);
  expect([0.01, 0.0333].map(regionText)).toEqual(["1 point", "3.3 points"]);
  expect([accuracyInterval([0.942, 0.97]), accuracyInterval([-0.01, 1.02])]).toEqual([
    "94.2 to 97.0 %",
    "0.0 to 100.0 %",
  ]);
});
