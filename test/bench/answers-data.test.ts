/** @file Data sets of the benchmark of answers, made out of larger ones. */

import { describe, expect, test } from "vitest";
import {
  type DeriveOptions,
  classesOf,
  deriveDataset,
  mirrored,
  padDataset,
  turned,
} from "../../bench/answers/derive-dataset.ts";
import { tasks } from "../../bench/answers/tasks.ts";
import { type DatasetInMemory, allocateImages } from "../../src/data/index.ts";

/** Images of 2x2 pixels whose first one is their number; classes 0, 1, 2, 0, 1, 2, … */
function numbered(trainImages: number, testImages: number): DatasetInMemory {
  const part = (count: number) => {
    const images = allocateImages(count, [1, 2, 2]);
    for (let index = 0; index < count; index++) {
      images.pixels.set([index, 1, 2, 3], 4 * index);
      images.labels[index] = index % 3;
    }
    return images;
  };
  const train = part(trainImages);
  const common = { name: "numbered", title: "numbered", classNames: ["a", "b", "c"], checksum: "", provenance: "made" };
  return { ...common, imageShape: [1, 2, 2], train, test: part(testImages) };
}

function derived(options: Partial<DeriveOptions>): DatasetInMemory {
  const base = numbered(12, 30);
  return deriveDataset(base, { name: "small", classes: classesOf(base, [2, 0]), testImages: 1000, ...options });
}

/** The numbers of the images of a part, with their labels. */
function imagesOf({ pixels, labels }: DatasetInMemory["train"]): [number, number][] {
  return Array.from(labels, (label, index) => [pixels[4 * index], label]);
}

describe("deriveDataset", () => {
  test("takes the chosen classes in the data set's order, with new labels", () => {
    const small = derived({ trainPerClass: 2 });
    expect(small.classNames).toEqual(["c", "a"]);
    expect(imagesOf(small.train)).toEqual([
      [0, 1],
      [2, 0],
      [3, 1],
      [5, 0],
    ]);
  });

  test("takes as many test images of each class, and no more than it is told in all", () => {
    const { labels } = derived({ testImages: 7 }).test;
    expect([...labels].filter((label) => label === 0)).toHaveLength(3);
    expect(labels).toHaveLength(6);
  });

  test("puts no image into two classes of one origin", () => {
    const classes = [
      { name: "b", from: 1 },
      { name: "b mirrored", from: 1, change: mirrored },
    ];
    const { train } = derived({ classes });
    expect(imagesOf(train).map(([, label]) => label)).toEqual([0, 1, 0, 1]);
    expect([...train.pixels]).toEqual([1, 1, 2, 3, 1, 4, 3, 2, 7, 1, 2, 3, 1, 10, 3, 2]);
  });

  test("has a checksum that tells it from others", () => {
    expect(derived({}).checksum).not.toBe(derived({ trainPerClass: 1 }).checksum);
  });
});

test("a quarter counterclockwise brings the right column to the top", () => {
  const into = new Uint8Array(18);
  turned(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]), into, [2, 3, 3]);
  expect([...into]).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7, 13, 16, 19, 12, 15, 18, 11, 14, 17]);
});

test("padding puts grey images in the middle of every channel", () => {
  const { train, imageShape } = padDataset(numbered(1, 1), [3, 4, 4]);
  expect(imageShape).toEqual([3, 4, 4]);
  const plane = [0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 3, 0, 0, 0, 0, 0];
  expect([...train.pixels]).toEqual([...plane, ...plane, ...plane]);
});

test("there are at least fourteen tasks, each with a name of its own", () => {
  expect(tasks.length).toBeGreaterThanOrEqual(14);
  expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length);
});
