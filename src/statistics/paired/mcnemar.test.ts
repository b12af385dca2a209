import { describe, expect, it } from "vitest";
import { golden } from "../golden.fixture.ts";
import { comparePairedAnswers } from "./mcnemar.ts";

function answers({ images, onlyFirst, onlySecond }: { images: number; onlyFirst: number; onlySecond: number }) {
  const first = Uint8Array.from({ length: images }, (_, image) => Number(image < onlyFirst));
  const second = Uint8Array.from({ length: images }, (_, image) =>
    Number(image >= onlyFirst && image < onlyFirst + onlySecond),
  );
  return [first, second] as const;
}

describe("comparePairedAnswers", () => {
  it.each(golden.pairedAnswers)("agrees with SciPy: %j", ({ counts, p, low, high }) => {
    const found = comparePairedAnswers(...answers(counts));
    expect(found).toMatchObject(counts);
    expect(found.p).toBeCloseTo(p, 10);
    expect(found.interval.low).toBeCloseTo(low, 7);
    expect(found.interval.high).toBeCloseTo(high, 7);
  });

  it("changes its sign with the order", () => {
    const [first, second] = answers({ images: 100, onlyFirst: 9, onlySecond: 2 });
    const [one, other] = [comparePairedAnswers(first, second), comparePairedAnswers(second, first)];
    expect(other.difference).toBe(-one.difference);
    expect(other.interval.low).toBeCloseTo(-one.interval.high, 12);
    expect(other.p).toBe(one.p);
  });

  it("refuses answers to different images", () => {
    expect(() => comparePairedAnswers(new Uint8Array(3), new Uint8Array(4))).toThrow(RangeError);
    expect(() => comparePairedAnswers(new Uint8Array(0), new Uint8Array(0))).toThrow(RangeError);
  });
});
