import { expect, it } from "vitest";
import type { ImageSubset } from "../../data/index.ts";
import { evaluationRecord } from "./evaluation-record.ts";

/** Four images of one pixel, the first of which is not of the task. */
const subset: ImageSubset = {
  part: { count: 4, pixels: Uint8Array.of(9, 10, 20, 30), labels: Uint16Array.of(2, 0, 1, 1) },
  files: ["test/c/0.png", "test/a/1.png", "test/b/2.png", "test/b/3.png"],
  indices: Uint32Array.of(1, 2, 3),
  labels: Uint16Array.of(0, 1, 1),
  classNames: ["a", "b", "c", "d", "e", "f"],
};
const probabilities = Float64Array.from(
  [
    [0.9, 0.02, 0.02, 0.02, 0.02, 0.02],
    [0.5, 0.3, 0.1, 0.05, 0.03, 0.02],
    [0.1, 0.1, 0.7, 0.05, 0.03, 0.02],
  ].flat(),
);

it("names the files of the surest wrong answers, with the likeliest classes", () => {
  const { mistakes = [] } = evaluationRecord({ subset, probabilities, imageShape: [1, 1, 1], detailed: true });
  expect(mistakes.map(({ index, file, trueClass, answer }) => [index, file, trueClass, answer])).toEqual([
    [3, "test/b/3.png", "b", "c"],
    [2, "test/b/2.png", "b", "a"],
  ]);
  expect(mistakes[1].probabilities?.map(({ className, probability }) => [className, probability])).toEqual([
    ["a", 0.5],
    ["b", 0.3],
    ["c", 0.1],
    ["d", 0.05],
    ["e", 0.03],
  ]);
});

it("leaves the file out where images are none of their own", () => {
  const { files: _, ...arrays } = subset;
  const { mistakes = [] } = evaluationRecord({ subset: arrays, probabilities, imageShape: [1, 1, 1], detailed: true });
  expect(mistakes.map((mistake) => Object.hasOwn(mistake, "file"))).toEqual([false, false]);
});
