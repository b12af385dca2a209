/** @file The generator against published vectors, and its streams' independence and evenness. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { philox4x32, stream } from "./random.ts";

const hex = (words: Uint32Array): string[] => Array.from(words, (word) => word.toString(16).padStart(8, "0"));

/** How far counts are from equal ones, in units in which chance alone makes 1 per cell on average. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("philox4x32", () => {
  // Source: Random123 1.14, tests/kat_vectors, philox4x32 with 10 rounds.
  test.each([
    {
      counter: [0, 0, 0, 0] as const,
      key: [0, 0] as const,
      words: ["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"],
    },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff] as const,
      key: [0xffffffff, 0xffffffff] as const,
      words: ["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const,
      key: [0xa4093822, 0x299f31d0] as const,
      words: ["d16cfe09", "94fdcceb", "5001e420", "24126ea1"],
    },
  ])("gives the published words for counter $counter", ({ counter, key, words }) => {
    const out = new Uint32Array(4);
    philox4x32(out, counter, key);
    expect(hex(out)).toEqual(words);
  });
});

describe("stream", () => {
  test("gives the same numbers for the same seed and purpose, for ever", () => {
    const words = (): Uint32Array => {
      const random = stream(7, "shuffle", 3);
      return Uint32Array.from({ length: 6 }, () => random.bits());
    };
    expect(words()).toEqual(words());
    // written down once: a change here changes every study ever run
    expect(hex(words())).toEqual(["607e9510", "3d50f1d5", "102129dc", "cc25a89c", "3b66ec0e", "6bc182e5"]);
  });

  test("does not depend on what other streams drew", () => {
    const before = stream(1, "init").bits();
    const other = stream(1, "shuffle");
    for (let i = 0; i < 100; i++) other.normal();
    expect(stream(1, "init").bits()).toBe(before);
  });

  test("tells seeds, purposes and their parts apart", () => {
    const purposes: [number, ...(string | number)[]][] = [
      [1, "init"],
      [2, "init"],
      [1, "shuffle"],
      [1, "init", 0],
      [1, "init", 1],
      [1, "init", "1"],
      [1, "init1"],
      [1, "init", 1, 0],
    ];
    const firsts = purposes.map(([seed, ...purpose]) => stream(seed, ...purpose).bits());
    expect(new Set(firsts).size).toBe(purposes.length);
  });

  test("is uncorrelated with the stream of the next seed", () => {
    const [a, b] = [stream(1, "noise"), stream(2, "noise")];
    const count = 20_000;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += a.normal() * b.normal();
    // the mean of n products of independent normals has standard deviation 1 / sqrt(n)
    expect(Math.abs(sum / count)).toBeLessThan(4 / Math.sqrt(count));
  });

  test("draws uniform numbers in [0, 1), evenly", () => {
    const random = stream(1, "uniform");
    const counts = Array.from({ length: 20 }, () => 0);
    for (let i = 0; i < 20_000; i++) {
      const value = random.uniform();
      expect(value >= 0 && value < 1).toBe(true);
      counts[Math.floor(value * 20)]++;
    }
    // 19 degrees of freedom: above 43.8 once in a thousand seeds
    expect(chiSquare(counts)).toBeLessThan(43.8);
  });

  test("draws whole numbers below the bound, evenly, where the bound divides no power of 2", () => {
    const random = stream(1, "integer");
    const counts = Array.from({ length: 7 }, () => 0);
    for (let i = 0; i < 14_000; i++) counts[random.integer(7)]++;
    // 6 degrees of freedom: above 22.5 once in a thousand seeds
    expect(chiSquare(counts)).toBeLessThan(22.5);
    expect(random.integer(1)).toBe(0);
  });

  test("draws normal numbers of mean 0, variance 1 and no skew", () => {
    const random = stream(1, "normal");
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    // four standard deviations of each moment's estimate: sqrt(1, 2, 15 and 96 over n)
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / 20_000));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / 20_000));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / 20_000));
  });

  test("permutes: every number once", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer(), (length, seed) => {
        const order = stream(seed, "permutation").permutation(length);
        expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, index) => index));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("gives every order equally often", () => {
    const random = stream(1, "orders");
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.permutation(4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: above 49.7 once in a thousand seeds
    expect(chiSquare([...counts.values()])).toBeLessThan(49.7);
  });
});
