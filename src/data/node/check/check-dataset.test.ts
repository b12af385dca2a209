import { expect, test } from "vitest";
import { tinyDataset } from "../../tiny-dataset.fixture.ts";
import { checkDataset, findLeaks } from "./check-dataset.ts";

test("counts, sizes, repetitions and leaks are found", () => {
  const dataset = tinyDataset({ train: [0, 1, 1, 2], test: [2, 0] });
  // Training image 3 repeats image 1; test image 1 is both, test image 0 is none of them.
  dataset.train.pixels.copyWithin(12, 4, 8);
  dataset.test.pixels.set([200, 201, 202, 203, 10, 11, 12, 13]);
  const leaks = [{ first: { part: "train", index: 1 }, second: { part: "test", index: 1 } }];
  expect(checkDataset(dataset)).toMatchObject({
    name: "tiny",
    imageShape: [1, 2, 2],
    sizeBytes: 24,
    parts: [
      { part: "train", count: 4, perClass: [1, 2, 1], repeated: 1 },
      { part: "test", count: 2, perClass: [1, 0, 1], repeated: 0 },
    ],
    leaks,
    // it is a bee, a cat, and in the test an ant
    conflicts: [{ first: { part: "train", index: 1 }, second: { part: "train", index: 3 } }, ...leaks],
  });
  expect(findLeaks(dataset)).toEqual(leaks);
});

test("validation images are a part of their own, which must not be trained on either", () => {
  const { validation: _none, ...dataset } = tinyDataset({ train: [0, 1], test: [1, 0] });
  const validation = {
    ...dataset.train,
    pixels: dataset.train.pixels.slice().map((value, at) => (at < 4 ? value : 99)),
  };
  const check = checkDataset({ ...dataset, validation });
  expect(check.parts.map(({ part, count }) => [part, count])).toEqual([
    ["train", 2],
    ["validation", 2],
    ["test", 2],
  ]);
  expect(check.leaks).toContainEqual({ first: { part: "train", index: 0 }, second: { part: "validation", index: 0 } });
});
