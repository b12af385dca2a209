import { expect, test } from "vitest";
import type { ImageSubset } from "../../../data/index.ts";
import { MAPPED_IMAGES, shownAnswers } from "./heat-map-record.ts";

/** Images of two classes with how sure the model is of the first of them. */
function answers(images: readonly (readonly [label: number, ofFirst: number])[]) {
  const labels = Uint16Array.from(images, ([label]) => label);
  const indices = Uint32Array.from(images.keys());
  const part = { count: images.length, pixels: new Uint8Array(images.length), labels };
  const subset: ImageSubset = { part, indices, labels, classNames: ["a", "b"] };
  const probabilities = Float64Array.from(images.flatMap(([, ofFirst]) => [ofFirst, 1 - ofFirst]));
  return shownAnswers({ subset, probabilities }).map(({ place, answer }) => [place, answer]);
}

test("the surest mistakes come first, then right answers, one of each class after another", () => {
  expect(
    answers([
      [0, 0.8],
      [0, 0.9],
      [0, 0.7],
      [1, 0.4],
      [1, 0.6],
      [1, 0.95],
      [0, 0.3],
    ]),
  ).toEqual([
    [5, 0],
    [6, 1],
    [4, 0],
    // the surest of class a and of class b, then the next of a, and the last
    [1, 0],
    [3, 1],
    [0, 0],
    [2, 0],
  ]);
});

test("there are so many of each at most", () => {
  const many = Array.from({ length: 3 * MAPPED_IMAGES }, (_, place) => [0, place % 3 === 0 ? 0.1 : 0.9] as const);
  const shown = answers(many).map(([, answer]) => answer);
  expect(shown).toEqual([...Array(MAPPED_IMAGES).fill(1), ...Array(MAPPED_IMAGES).fill(0)]);
});
