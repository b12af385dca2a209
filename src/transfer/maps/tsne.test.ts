import { describe, expect, test } from "vitest";
import { ConfigError, stream } from "../../core/index.ts";
import { tsne } from "./tsne.ts";

/** Three clouds of 20 points in ten dimensions. */
const clouds = (() => {
  const random = stream(3, "clouds");
  return Float64Array.from({ length: 60 * 10 }, (_, index) => {
    const [row, axis] = [Math.floor(index / 10), index % 10];
    return (axis === row % 3 ? 8 : 0) + random.normal();
  });
})();

describe("tsne", () => {
  test("keeps what belongs together together: each point's five nearest are of its own cloud", () => {
    const places = tsne(clouds, 60);
    for (let row = 0; row < 60; row++) {
      const nearest = Array.from({ length: 60 }, (_, other) => other)
        .filter((other) => other !== row)
        .sort((a, b) => distance(places, row, a) - distance(places, row, b))
        .slice(0, 5);
      expect(nearest.map((other) => other % 3)).toEqual(Array(5).fill(row % 3));
    }
  });

  test("gives the same map every time, about the origin", () => {
    const places = tsne(clouds, 60);
    expect(tsne(Float32Array.from(clouds), 60).length).toBe(120);
    expect(tsne(clouds, 60)).toEqual(places);
    expect(Math.abs(places.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-6);
    expect(Math.max(...places.map(Math.abs))).toBeLessThan(1000);
  });

  test.each([
    ["equal points", new Float64Array(20), 10],
    ["one point", new Float64Array(3), 1],
    ["two points", Float64Array.of(0, 0, 1, 1), 2],
    ["points among which some are equal", clouds.map((value, index) => (index < 300 ? 1 : value)), 60],
  ])("stays finite with %s", (_name, values, count) => {
    const places = tsne(values, count);
    expect(places).toHaveLength(2 * count);
    expect(places.every(Number.isFinite)).toBe(true);
  });

  test("refuses more points than it is quick for", () => {
    expect(() => tsne(new Float64Array(2001), 2001)).toThrow(
      new ConfigError("t-SNE: expected at most 2000 points, got 2001. Take a part of them."),
    );
  });
});

function distance(places: Float64Array, a: number, b: number): number {
  return Math.hypot(places[2 * a] - places[2 * b], places[2 * a + 1] - places[2 * b + 1]);
}
