/** @file Numbers as the command line writes them. */

import { expect, test } from "vitest";
import { bytes, count, loss, percent, plural, time } from "./format.ts";

test.each([
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

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [170_052_171, "170.1 MB"],
  [25_300_000_000, "25.3 GB"],
])("%d bytes are %s", (value, text) => {
  expect(bytes(value)).toBe(text);
});

test("ratios are percent, losses have three decimals, and what is no number is a dash", () => {
  expect([percent(0.7812), percent(1, 0), percent(Number.NaN)]).toEqual(["78.1 %", "100 %", "–"]);
  expect([loss(0.51249), loss(123_456), loss(Number.POSITIVE_INFINITY)]).toEqual(["0.512", "1.2e+5", "–"]);
});

test("quantities have thousands and the right form of the noun", () => {
  expect([count(581_026), plural(1, "epoch"), plural(0, "epoch"), plural(8000, "class", "classes")]).toEqual([
    "581,026",
    "1 epoch",
    "0 epochs",
    "8,000 classes",
  ]);
});
