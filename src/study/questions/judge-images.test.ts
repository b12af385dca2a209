import { expect, test } from "vitest";
import { judgeImages } from "./judge-images.ts";

const labels = [0, 0, 1, 1, 2];
const asked = [0, 1, 2, 3, 4];
const first = Float64Array.from(
  [
    [0.8, 0.1, 0.1],
    [0.1, 0.8, 0.1],
    [0.2, 0.4, 0.4],
    [0.6, 0.1, 0.3],
    [0.5, 0.1, 0.4],
  ].flat(),
);
const second = Float64Array.from(
  [
    [0.2, 0.7, 0.1],
    [0.3, 0.6, 0.1],
    [0.9, 0.05, 0.05],
    [0.1, 0, 0.9],
    [0.3, 0.3, 0.4],
  ].flat(),
);

test("an image is a suspect if every strategy finds another class likelier, the surest contradiction first", () => {
  const { suspects } = judgeImages([first, second], { labels, numClasses: 3, asked });
  expect(suspects.map(({ position }) => position)).toEqual([3, 1]);
  expect(suspects[1]).toEqual({
    position: 1,
    given: 0,
    likely: 1,
    givenProbability: expect.closeTo(0.2, 12),
    likelyProbability: expect.closeTo(0.7, 12),
  });
});

test("what the strategies together take it for counts, even where they disagree", () => {
  const { suspects } = judgeImages([first, second], { labels, numClasses: 3, asked: [3] });
  expect(suspects).toMatchObject([{ given: 1, likely: 2, likelyProbability: 0.6 }]);
});

test("a tie with its own class contradicts nothing, and shares of confirmed classes are those of the images asked", () => {
  const { accuracies } = judgeImages([first, second], { labels, numClasses: 3, asked });
  expect(accuracies).toEqual([2 / 5, 1 / 5]);
  expect(judgeImages([first, second], { labels, numClasses: 3, asked: [0, 2] }).accuracies).toEqual([1, 0]);
});
