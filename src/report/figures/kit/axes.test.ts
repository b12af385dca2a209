/** @file Ticks of logarithmic axes. */

import { expect, test } from "vitest";
import { logAxis } from "./axes.ts";

test.each([
  ["over decades", [0.3, 200], [0.5, 1, 2, 5, 10, 20, 50, 100, 200]],
  ["within a decade", [2.5, 5.9], [3, 4, 5, 6]],
  ["of nearly one number", [2.34], [2.1, 2.2, 2.3, 2.4, 2.5, 2.6]],
])("an axis %s has ticks that tell its scale", (_, values, wanted) => {
  const { domain, ticks } = logAxis(values, { title: "seconds" });
  expect(ticks).toEqual(wanted);
  expect(Math.min(...wanted)).toBeGreaterThanOrEqual(Number(domain?.[0]));
});
