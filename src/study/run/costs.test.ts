/** @file What work costs: as it was measured last, or as other work of its group does. */

import { expect, test } from "vitest";
import { type Piece, createCosts, leftAfter } from "./costs.ts";

const step: Piece = { kind: "step a", group: "step", units: 60, fewest: 20, flops: 1e8, span: [0, 6] };
const other: Piece = { ...step, kind: "step b", fewest: 60, flops: 2e8 };

test("nothing is told before anything was measured, unless there is nothing to do", () => {
  expect(createCosts().timeOf([step])).toBeNull();
  expect(createCosts().rangeOf([step])).toBeNull();
  expect(createCosts().timeOf([{ ...step, units: 0, fewest: 0 }])).toBe(0);
});

test("a kind takes what it took last, another of its group as much for its operations", () => {
  const costs = createCosts();
  costs.measured(other, 10, 900);
  costs.measured(step, 10, 50);
  costs.measured(step, 0, 50);
  expect(costs.timeOf([{ ...step, fewest: 60 }])).toBe(60 * 5);
  expect(costs.timeOf([other])).toBe(60 * 90);
  expect(costs.timeOf([{ ...other, kind: "step c" }])).toBe(60 * 10);
});

test("a run that may stop early takes the middle of the least and the most, and its range has both", () => {
  const costs = createCosts();
  costs.measured(step, 1, 10);
  expect(costs.timeOf([step])).toBe(400);
  const range = costs.rangeOf([step]);
  expect(range?.lowMs).toBeCloseTo(200 / 1.35, 9);
  expect(range?.highMs).toBeCloseTo(600 * 1.35, 9);
});

test("what was not measured is told with more doubt", () => {
  const costs = createCosts();
  costs.measured(step, 1, 10);
  expect(costs.rangeOf([{ ...step, kind: "step b", fewest: 60 }])).toEqual({ lowMs: 300, highMs: 1200 });
});

test("what is left of a run is the part of its epochs that is to come, and what is done at once after them", () => {
  const once = { ...step, units: 1, fewest: 1, span: [0, 0] as const };
  const end = { ...once, kind: "finish", span: [6, 6] as const };
  expect(leftAfter([once, step, end], 0).map(({ units }) => units)).toEqual([1, 60, 1]);
  expect(leftAfter([once, step, end], 1.5)).toEqual([{ ...step, units: 45, fewest: 5 }, end]);
  expect(leftAfter([once, step, end], 6)).toEqual([end]);
});
