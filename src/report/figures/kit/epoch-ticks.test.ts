import { expect, it } from "vitest";
import { epochDomain, epochTicks } from "./epoch-ticks.ts";

it("lists up to 20 epochs one by one", () => {
  expect(epochTicks(1)).toEqual([1]);
  expect(epochTicks(3)).toEqual([1, 2, 3]);
  expect(epochTicks(20)).toHaveLength(20);
});

it("takes 1 and multiples of a round step beyond", () => {
  expect(epochTicks(21)).toEqual([1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  expect(epochTicks(100)).toEqual([1, ...Array.from({ length: 20 }, (_, index) => 5 * (index + 1))]);
});

it("never has more than 21 ticks, and only whole epochs inside the axis", () => {
  for (let epochs = 1; epochs < 5000; epochs += 7) {
    const ticks = epochTicks(epochs);
    expect(ticks.length).toBeLessThanOrEqual(21);
    expect(ticks.every((tick) => Number.isInteger(tick) && tick >= 1 && tick <= epochs)).toBe(true);
  }
});

it("leaves room around the first and last epoch", () => {
  expect(epochDomain(1)).toEqual([0.5, 1.5]);
  const [low, high] = epochDomain(20);
  expect(low).toBeLessThan(1);
  expect(high).toBeGreaterThan(20);
});
