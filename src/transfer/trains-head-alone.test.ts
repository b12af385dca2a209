import { expect, test } from "vitest";
import { strategyNamed } from "./strategies/table.ts";
import { trainsHeadAlone } from "./trains-head-alone.ts";

test.each([
  ["last-layer", true],
  ["linear-probe", true],
  ["last-1", true],
  ["last-2", false],
  ["last-9", false],
  ["full", false],
  ["scratch", false],
  ["probe-then-full", false],
  ["from-conv3", false],
  ["first-block", false],
])("%s: %s", (name, expected) => {
  expect(trainsHeadAlone(strategyNamed(name))).toBe(expected);
});
