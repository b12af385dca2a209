import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { pointSteps } from "./point-steps.ts";

interface Stop {
  series: string;
  x: number;
  y: number;
}

const stepTo = runInNewContext(`${pointSteps} stepTo`) as (stops: Stop[], at: number, key: string) => number;

const stop = (series: string, x: number, y: number): Stop => ({ series, x, y });
/** Two curves over three budgets, the second without the middle one, and a lone point. */
const stops = [
  stop("scratch", 0, 90),
  stop("scratch", 50, 60),
  stop("scratch", 100, 30),
  stop("full", 0, 50),
  stop("full", 100, 40),
  stop("frozen", 50, 80),
];

describe("stepTo", () => {
  it("begins at the first point with any key", () => {
    expect(["ArrowRight", "ArrowUp", "End"].map((key) => stepTo(stops, -1, key))).toEqual([0, 0, 0]);
  });

  it("moves along a series and stays at its ends", () => {
    expect([0, 1, 2, 3].map((at) => stepTo(stops, at, "ArrowRight"))).toEqual([1, 2, 2, 4]);
    expect([0, 2, 3, 4].map((at) => stepTo(stops, at, "ArrowLeft"))).toEqual([0, 1, 3, 3]);
  });

  it("finds a series whose points do not follow each other", () => {
    const mixed = [stop("a", 0, 0), stop("b", 0, 9), stop("a", 9, 0), stop("b", 9, 9)];
    expect([stepTo(mixed, 0, "ArrowRight"), stepTo(mixed, 3, "ArrowLeft")]).toEqual([2, 1]);
  });

  it("goes to the nearest point of the next series and of the one before", () => {
    expect([0, 2, 3, 4].map((at) => stepTo(stops, at, "ArrowDown"))).toEqual([3, 4, 5, 5]);
    expect([5, 4, 1].map((at) => stepTo(stops, at, "ArrowUp"))).toEqual([3, 2, 1]);
    expect(stepTo(stops, 5, "ArrowDown")).toBe(5);
  });

  it("jumps to the first point and the last", () => {
    expect([stepTo(stops, 3, "Home"), stepTo(stops, 3, "End")]).toEqual([0, 5]);
  });

  it("has nowhere to go in a figure whose series are all hidden", () => {
    expect(stepTo([], -1, "ArrowRight")).toBe(-1);
  });
});
