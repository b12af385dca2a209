import { describe, expect, test } from "vitest";
import { type SignedDistance, shapes } from "./signed-distances.ts";

const STEP = 0.02;

/** Points of a grid over [-1.6, 1.6]². */
function* grid(): Generator<[number, number]> {
  for (let y = -1.6; y <= 1.6; y += STEP) for (let x = -1.6; x <= 1.6; x += STEP) yield [x, y];
}

describe.each(Object.entries<SignedDistance>(shapes))("%s", (_, distance) => {
  test("covers between 1.4 and 2 of its square of 4, and nothing beyond a radius of 1.2", () => {
    const inside = [...grid()].filter(([x, y]) => distance(x, y) < 0);
    const area = inside.length * STEP * STEP;
    expect(area).toBeGreaterThan(1.4);
    expect(area).toBeLessThan(2);
    expect(Math.max(...inside.map(([x, y]) => Math.hypot(x, y)))).toBeLessThan(1.2);
  });

  test("changes by one unit a unit along its outline, so that its edges are evenly soft", () => {
    const h = 1e-4;
    const slopes = [...grid()]
      .filter(([x, y]) => Math.abs(distance(x, y)) < 0.02)
      .map(([x, y]) => {
        const dx = (distance(x + h, y) - distance(x - h, y)) / (2 * h);
        const dy = (distance(x, y + h) - distance(x, y - h)) / (2 * h);
        return Math.hypot(dx, dy);
      })
      .sort((a, b) => a - b);
    // Corners and creases, where the slope is not defined, are few.
    expect(slopes[Math.floor(slopes.length * 0.08)]).toBeCloseTo(1, 3);
    expect(slopes[Math.floor(slopes.length * 0.92)]).toBeCloseTo(1, 3);
  });
});

test("the outlines pass through the points that define them", () => {
  expect(shapes.disc(0.78, 0)).toBeCloseTo(0, 12);
  expect(shapes.square(0.3, -0.7)).toBeCloseTo(0, 12);
  expect(shapes.ring(0, 0)).toBeGreaterThan(0);
  expect(shapes.star(0, 1.05)).toBeCloseTo(0, 12);
  expect(shapes.star(0, -0.5)).toBeCloseTo(0, 12);
  expect(shapes.crescent(0.6, 0)).toBeGreaterThan(0);
  expect(shapes.heart(0, -0.55 / 0.68)).toBeCloseTo(0, 12);
  expect([-0.62, 0, 0.62].map((y) => shapes.bars(0, y) < 0)).toEqual([true, true, true]);
  expect([-0.31, 0.31].map((y) => shapes.bars(0, y) > 0)).toEqual([true, true]);
});
