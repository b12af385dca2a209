import { expect, test } from "vitest";
import { type ImageFolderDataset, createShapes10 } from "../../data/node/index.ts";
import { imageNotices } from "./image-notices.ts";

const shapes = createShapes10({ trainImagesPerClass: 4, testImagesPerClass: 2 });

test("images that are as they should be need no word", () => {
  expect(imageNotices(shapes, { validation: 0.1 })).toEqual([]);
});

test("unreadable files, test images that are trained on, and small classes are named", () => {
  const pixels = shapes.train.pixels.slice();
  pixels.set(shapes.test.pixels.subarray(0, 3 * 32 * 32), 0);
  const labels = shapes.train.labels.map((label, index) => (index % 4 === 0 ? label : 1));
  const files = (part: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${part}/${index}.jpg`);
  const folder: ImageFolderDataset = {
    ...shapes,
    title: "photos",
    train: { ...shapes.train, pixels, labels },
    files: { train: files("train", 40), test: files("test", 20) },
    unreadable: [{ path: "train/x.jpg", reason: "it is empty" }],
  };
  expect(imageNotices(folder, { validation: 0 })).toEqual([
    "photos: 1 file cannot be read and is left out, the first train/x.jpg: it is empty.",
    "photos: no training images of ring, star, heart and bars.",
    "photos: 1 test image of 20 also among the training images (the first: test/0.jpg is train/0.jpg); " +
      "accuracies come out too high. Take them out of one part.",
    `photos: ${shapes.classNames[1]} has 30 training images, ${shapes.classNames[8]} 2; accuracy says little of ` +
      "small classes. Look at each class in the report, or balance them: --class-weights balanced.",
  ]);
});

test("validation images of its own are used in place of those that a study would hold back", () => {
  const own = {
    ...shapes,
    title: "photos",
    validation: { ...shapes.test, pixels: shapes.test.pixels.map((value) => 255 - value) },
  };
  expect(imageNotices(own, { validation: 0.1 })).toEqual([
    "photos: its own 20 validation images choose; none of the training images are held back.",
  ]);
  expect(imageNotices(own, { validation: 0 })).toEqual([]);
});
