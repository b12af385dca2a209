import { expect, test } from "vitest";
import { hashSymmetric } from "../../../test/golden/hash-data.ts";
import { findPresentClasses, withAbsentClasses } from "./absent-classes.ts";
import { logitsOf, rowsIn, softmax } from "./probe-data.fixture.ts";

test("classes that occur are numbered in order of their ids", () => {
  expect(findPresentClasses([7, 2, 2, 9, 7])).toEqual({
    present: [2, 7, 9],
    labels: Uint16Array.from([1, 0, 0, 2, 1]),
  });
});

test("the others' logits stay as they are, and an absent class is never more probable than 1 / (n + 1)", () => {
  const classes = findPresentClasses([1, 1, 3, 4]);
  const classifier = { weight: hashSymmetric(1, 6, 3), bias: hashSymmetric(2, 3, 3) };
  const all = withAbsentClasses(classifier, { ...classes, numClasses: 6 });
  const rows = rowsIn(hashSymmetric(3, 200, 10), 2);
  const solved = logitsOf(rows, classifier);
  for (const [row, logits] of logitsOf(rows, all).entries()) {
    expect([1, 3, 4].map((label) => logits[label])).toEqual(solved[row]);
    const probabilities = softmax(logits);
    for (const label of [0, 2, 5]) expect(probabilities[label]).toBeLessThanOrEqual(1 / 5);
  }
});

test("where all classes have images nothing is added", () => {
  const classifier = { weight: [1, 2, 3, 4], bias: [5, 6] };
  const all = withAbsentClasses(classifier, { ...findPresentClasses([0, 1]), numClasses: 2 });
  expect(all).toEqual({ weight: Float64Array.from([1, 2, 3, 4]), bias: Float64Array.from([5, 6]) });
});
