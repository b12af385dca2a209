import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../../../core/index.ts";
import type { ListedImage } from "./image-list.ts";
import { splitList } from "./split-list.ts";

function images(counts: readonly number[], part?: ListedImage["part"]): ListedImage[] {
  return counts.flatMap((count, id) =>
    Array.from({ length: count }, (_, index) => ({
      path: `${part ?? ""}${id}/${String(index).padStart(3, "0")}`,
      className: `class ${id}`,
      part,
      sizeBytes: 1,
      modifiedMs: 0,
      changedMs: 0,
    })),
  );
}

const paths = (list: readonly ListedImage[]): string[] => list.map(({ path }) => path);
const countOf = (list: readonly ListedImage[], id: number): number =>
  list.filter(({ className }) => className === `class ${id}`).length;

test("a test part is drawn from every class by its share", () => {
  const { train, test: held, phrase, drawn } = splitList({ images: images([10, 20]) }, { seed: 3 });
  expect([countOf(held, 0), countOf(held, 1), train.length]).toEqual([2, 4, 24]);
  expect([phrase, drawn]).toEqual(["0.2 of each class drawn as test images with seed 3", true]);
});

test("every class keeps a training image, and has a test image if it has two", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.integer(),
      (counts, testShare, seed) => {
        const all = images(counts);
        const { train, test: held } = splitList({ images: all }, { testShare, seed });
        counts.forEach((count, id) => {
          expect(countOf(train, id)).toBeGreaterThanOrEqual(1);
          expect(countOf(held, id)).toBeGreaterThanOrEqual(count >= 2 ? 1 : 0);
        });
        expect([...paths(train), ...paths(held)].sort()).toEqual(paths(all).sort());
        expect(paths(train)).toEqual(paths(train).toSorted());
      },
    ),
    { seed: 15 },
  );
});

test("the draw depends on the seed and not on the order of the list or on other classes", () => {
  const all = images([30]);
  const held = (list: ListedImage[], seed: number): string[] => paths(splitList({ images: list }, { seed }).test);
  expect(held(all.toReversed(), 1)).toEqual(held(all, 1));
  expect(held(all, 2)).not.toEqual(held(all, 1));
  expect(held(images([30, 7]), 1).filter((path) => path.startsWith("0/"))).toEqual(held(all, 1));
});

test("parts that are given stay as they are", () => {
  const given = splitList({ images: [...images([3], "train"), ...images([2], "test")] });
  expect([given.train.length, given.test.length, given.drawn]).toEqual([3, 2, false]);
  expect(given.phrase).toBe("training and test images as given");
});

test("validation images serve as test images where there are none", () => {
  const given = splitList({ images: [...images([3], "train"), ...images([2], "validation")] });
  expect([given.train.length, given.test.length]).toEqual([3, 2]);
  expect(given.phrase).toBe("its validation images serve as test images");
});

test("beside test images they are a part of their own", () => {
  const list = [...images([3], "train"), ...images([2], "validation"), ...images([4], "test")];
  const given = splitList({ images: list });
  expect([given.train.length, given.validation.length, given.test.length]).toEqual([3, 2, 4]);
  expect(given.phrase).toBe("training, validation and test images as given");
});

test.each([0, 1, Number.NaN, -1])("a test share of %d is refused", (testShare) => {
  expect(() => splitList({ images: images([3]) }, { testShare })).toThrow(
    new ConfigError(`test share: expected a number between 0 and 1, got ${testShare}.`),
  );
});

test("a seed that is no whole number is refused", () => {
  expect(() => splitList({ images: images([3]) }, { seed: 0.5 })).toThrow(
    new ConfigError("seed: expected a whole number, got 0.5."),
  );
});
