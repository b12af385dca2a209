import { expect, test } from "vitest";
import { checkDataset, findLeaks } from "./check.ts";
import { tinyDataset } from "../tiny-dataset.fixture.ts";

test("counts, sizes, repetitions and leaks are found", () => {
  const dataset = tinyDataset({ train: [0, 1, 1, 2], test: [2, 0] });
  // Training image 3 repeats image 1; test image 1 is both, test image 0 is none of them.
  dataset.train.pixels.copyWithin(12, 4, 8);
  dataset.test.pixels.set([200, 201, 202, 203, 10, 11, 12, 13]);
  expect(checkDataset(dataset)).toEqual({
    name: "tiny",
    imageShape: [1, 2, 2],
    sizeBytes: 24,
    train: { count: 4, perClass: [1, 2, 1], repeated: 1 },
    test: { count: 2, perClass: [1, 0, 1], repeated: 0 },
    leaks: [{ testIndex: 1, trainIndex: 1 }],
    // it is a bee, a cat, and in the test an ant
    conflicts: [
      { first: { part: "train", index: 1 }, second: { part: "train", index: 3 } },
      { first: { part: "train", index: 1 }, second: { part: "test", index: 1 } },
    ],
  });
  expect(findLeaks(dataset)).toEqual([{ testIndex: 1, trainIndex: 1 }]);
});
