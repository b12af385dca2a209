import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../../../core/index.ts";
import { NEVER_HELD_OUT, stratifiedFolds } from "./folds.ts";

const FOLDS = 5;

function foldsOf(labels: readonly number[], seed = 1): number[] {
  return [...stratifiedFolds(labels, { folds: FOLDS, random: stream(seed, "folds") })];
}

describe("stratifiedFolds", () => {
  test("divides every class evenly, and all images", () => {
    const labels = fc.array(fc.nat({ max: 6 }), { maxLength: 80 });
    fc.assert(
      fc.property(labels, fc.nat({ max: 100 }), (drawn, seed) => {
        const folds = foldsOf(drawn, seed);
        for (const label of new Set(drawn)) {
          const own = folds.filter((_, image) => drawn[image] === label);
          const sizes = Array.from({ length: FOLDS }, (_, fold) => own.filter((other) => other === fold).length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          // one is left for training
          expect(own.length - Math.max(...sizes)).toBeGreaterThanOrEqual(1);
          expect(own.includes(NEVER_HELD_OUT)).toBe(own.length === 1);
        }
        const dealt = folds.filter((fold) => fold !== NEVER_HELD_OUT);
        const sizes = Array.from({ length: FOLDS }, (_, fold) => dealt.filter((other) => other === fold).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test("depends on the stream alone", () => {
    const labels = Array.from({ length: 40 }, (_, image) => image % 3);
    expect(foldsOf(labels, 4)).toEqual(foldsOf(labels, 4));
    expect(foldsOf(labels, 4)).not.toEqual(foldsOf(labels, 5));
  });
});
