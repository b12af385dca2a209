import { expect, test } from "vitest";
import { ConfigError, stream } from "../core/index.ts";
import { exampleImages } from "./examples.ts";
import { tinyDataset } from "./tiny-dataset.fixture.ts";

const dataset = tinyDataset({ train: [2, 0, 1, 0, 2, 1, 0], test: [0, 1, 2] });

test("every class gives images of its own, in class order", () => {
  const { imageShape, classes } = exampleImages(dataset, { perClass: 2, stream: stream(1, "examples") });
  expect(imageShape).toEqual([1, 2, 2]);
  expect(classes.map(({ classId, className }) => [classId, className])).toEqual([
    [0, "ant"],
    [1, "bee"],
    [2, "cat"],
  ]);
  expect(classes[1].images).toEqual([Uint8Array.of(20, 21, 22, 23), Uint8Array.of(50, 51, 52, 53)]);
  for (const image of classes[0].images) expect([10, 30, 60]).toContain(image[0]);
  expect(classes[0].images.length).toBe(2);
});

test("too few images of a class are named", () => {
  expect(() => exampleImages(dataset, { perClass: 3, stream: stream(1) })).toThrow(
    new ConfigError('images per class: expected at most 2, the images of class "bee", got 3.'),
  );
});
