/** @file Folds: every image once, every class in its share. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../core/index.ts";
import { dealFolds } from "./folds.ts";

const labelLists = fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 80 });

test("hold every image back once, but for the only one of a class", () => {
  fc.assert(
    fc.property(labelLists, fc.integer({ min: 2, max: 6 }), fc.nat(), (labels, folds, seed) => {
      const foldOf = dealFolds(labels, { folds, random: stream(seed, "folds") });
      labels.forEach((label, position) => {
        const isOnly = labels.filter((other) => other === label).length === 1;
        expect(foldOf[position] === -1).toBe(isOnly);
        expect(foldOf[position]).toBeLessThan(folds);
      });
    }),
    { seed: 1 },
  );
});

test("differ by at most one image of any class, and in all", () => {
  fc.assert(
    fc.property(labelLists, fc.integer({ min: 2, max: 6 }), (labels, folds) => {
      const foldOf = dealFolds(labels, { folds, random: stream(2, "folds") });
      const spread = (kept: (position: number) => boolean): number => {
        const sizes = Array.from(
          { length: folds },
          (_, fold) => foldOf.filter((own, at) => own === fold && kept(at)).length,
        );
        return Math.max(...sizes) - Math.min(...sizes);
      };
      for (const label of new Set(labels)) expect(spread((at) => labels[at] === label)).toBeLessThanOrEqual(1);
      expect(spread(() => true)).toBeLessThanOrEqual(1);
    }),
    { seed: 2 },
  );
});

test("are drawn from their stream", () => {
  const labels = Array.from({ length: 40 }, (_, index) => index % 2);
  const dealt = (seed: number): number[] => [...dealFolds(labels, { folds: 5, random: stream(seed, "folds") })];
  expect(dealt(1)).toEqual(dealt(1));
  expect(dealt(1)).not.toEqual(dealt(2));
});
