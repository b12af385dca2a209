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

test("a kind takes what it took last, another as much for its operations as the one of its group that does as much", () => {
  const costs = createCosts();
  costs.measured(other, 10, 900);
  costs.measured(step, 10, 50);
  costs.measured(step, 0, 50);
  expect(costs.timeOf([{ ...step, fewest: 60 }])).toBe(60 * 5);
  expect(costs.timeOf([other])).toBe(60 * 90);
  const unknown = { ...other, kind: "step c" };
  expect(costs.timeOf([unknown])).toBe(60 * 90);
  expect(costs.timeOf([{ ...unknown, flops: 1.2e8 }])).toBe(60 * 6);
  costs.measured(other, 10, 1000);
  expect(costs.timeOf([unknown])).toBe(60 * 100);
  // the calls of a step that does next to nothing say nothing of one that does much
  costs.measured({ ...step, kind: "step of a head", flops: 1e4 }, 1, 0.05);
  expect(costs.timeOf([unknown])).toBe(60 * 100);
  // but a kind that does as much does, once it is known
  costs.measured({ ...other, kind: "step d" }, 1, 50);
  expect(costs.timeOf([unknown])).toBe(60 * 50);
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
