import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError, stream } from "../core/index.ts";
import type { ImageSubset } from "./image-subset.ts";
import { splitValidation, takePerClass } from "./subsets.ts";
import { tinyPart } from "./tiny-dataset.fixture.ts";

function subsetOf(labels: readonly number[]): ImageSubset {
  return {
    part: tinyPart(labels.map(() => 0)),
    indices: Uint32Array.from(labels, (_, position) => 2 * position),
    labels: Uint16Array.from(labels),
    classNames: ["ant", "bee", "cat"],
  };
}

const perClass = (subset: ImageSubset): number[] =>
  subset.classNames.map((_, label) => subset.labels.filter((own) => own === label).length);

const labelLists = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 60 });

test("validation takes its share of every class", () => {
  const subset = subsetOf([...Array(20).fill(0), ...Array(10).fill(1), ...Array(4).fill(2)]);
  const { train, validation } = splitValidation(subset, 0.2, stream(1, "validation"));
  expect(perClass(validation)).toEqual([4, 2, 1]);
  expect(perClass(train)).toEqual([16, 8, 3]);
});

test("both parts together are the subset, without an image in both, in its order and with its labels", () => {
  fc.assert(
    fc.property(labelLists, fc.double({ min: 0.05, max: 0.5 }), (labels, fraction) => {
      const subset = subsetOf([...labels, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
      const { train, validation } = splitValidation(subset, fraction, stream(1, "validation"));
      for (const part of [train, validation]) {
        expect([...part.indices]).toEqual([...part.indices].sort((a, b) => a - b));
        part.indices.forEach((index, row) => expect(part.labels[row]).toBe(subset.labels[index / 2]));
      }
      const all = [...train.indices, ...validation.indices].sort((a, b) => a - b);
      expect(all).toEqual([...subset.indices]);
    }),
    { seed: 4 },
  );
});

test("the same stream splits alike and another otherwise", () => {
  const subset = subsetOf(Array(50).fill(0));
  const held = (seed: number) => [...splitValidation(subset, 0.3, stream(seed, "validation")).validation.indices];
  expect(held(1)).toEqual(held(1));
  expect(held(1)).not.toEqual(held(2));
});

test("a class with one image cannot be split", () => {
  expect(() => splitValidation(subsetOf([0, 0, 1]), 0.1, stream(1, "validation"))).toThrow(
    new ConfigError(
      'validation fraction: expected at least one image of class "bee" on each side, ' +
        "got 1 in all and a fraction of 0.1. Take more images or another fraction.",
    ),
  );
});

test.each([0, 1, -0.5, Number.NaN])("a validation fraction of %d is refused", (fraction) => {
  expect(() => splitValidation(subsetOf([0, 0]), fraction, stream(1))).toThrow(
    new ConfigError(`validation fraction: expected a number between 0 and 1, got ${fraction}.`),
  );
});

test("every class gives as many images as asked for", () => {
  const taken = takePerClass(subsetOf([0, 1, 0, 1, 0, 1, 0, 1]), 3, stream(1, "subset"));
  expect(perClass(taken)).toEqual([3, 3, 0]);
});

test("more images per class include those of fewer", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer(), (fewer, seed) => {
      const subset = subsetOf([...Array(12).fill(0), ...Array(10).fill(1), ...Array(11).fill(2)]);
      const few = takePerClass(subset, fewer, stream(seed, "subset"));
      const more = takePerClass(subset, 10, stream(seed, "subset"));
      expect([...few.indices].every((index) => more.indices.includes(index))).toBe(true);
    }),
    { seed: 5 },
  );
});

test("a class with fewer images than asked for is named", () => {
  expect(() => takePerClass(subsetOf([0, 0, 1]), 2, stream(1))).toThrow(
    new ConfigError('images per class: expected at most 1, the images of class "bee", got 2.'),
  );
});

test.each([0, 1.5])("%d images per class are refused", (count) => {
  expect(() => takePerClass(subsetOf([0]), count, stream(1))).toThrow(
    new ConfigError(`images per class: expected a whole number from 1, got ${count}.`),
  );
});
