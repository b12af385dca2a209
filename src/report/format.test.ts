import { expect, it } from "vitest";
import { count, duration, list, loss, percent, plural, points, times } from "./format.ts";

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
