import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { checksumOf } from "../dataset.ts";
import { checkDataset } from "../node/check/check-dataset.ts";
import { fromThreadData, toThreadData } from "../node/thread-data.ts";
import { type PixelStore, readImage } from "../pixels.ts";
import { channelStatistics } from "../statistics.ts";
import { createShapes10, openShapes10 } from "./shapes10.ts";

const small = { trainImagesPerClass: 20, testImagesPerClass: 5 };

test("every class has as many images as asked for, and none occurs twice", () => {
  const check = checkDataset(createShapes10(small));
  expect(check.parts).toEqual([
    { part: "train", count: 200, perClass: Array(10).fill(20), repeated: 0 },
    { part: "test", count: 50, perClass: Array(10).fill(5), repeated: 0 },
  ]);
  expect(check.leaks).toEqual([]);
});

test("a seed always paints the same bytes, which are written down here", () => {
  // Painted by this code on x64 Linux; a change of the painter makes another data set and must change this.
  expect(createShapes10(small).checksum).toBe("81135564654b89908c521313936f6b154fa9afc80b6e044855d7e14f60049c16");
});

test("the usual images have the checksum that is written down, and an opened set knows it without painting them", () => {
  const opened = openShapes10();
  expect(checksumOf(opened, createHash("sha256"))).toBe(opened.checksum);
  expect(opened.checksum).not.toBe(openShapes10({ seed: 1, hash: createHash("sha256") }).checksum);
});

test("an image that is painted when it is read is the same in any order, in a piece of many, and in another thread's hands", () => {
  const whole = createShapes10({ ...small, trainImagesPerClass: 2 }).train.pixels;
  const { pixels } = openShapes10().train;
  const image = new Uint8Array(3 * 32 * 32);
  readImage(pixels, 17, image);
  expect(Buffer.compare(image, whole.subarray(17 * image.length, 18 * image.length))).toBe(0);
  const { handed } = fromThreadData(toThreadData({ handed: pixels })) as { handed: PixelStore };
  readImage(handed, 3, image);
  expect(Buffer.compare(image, whole.subarray(3 * image.length, 4 * image.length))).toBe(0);
  const pair = new Uint8Array(2 * image.length);
  readImage(pixels, 1, pair);
  expect(Buffer.compare(pair, whole.subarray(2 * image.length, 4 * image.length))).toBe(0);
});

test("another seed paints other images", () => {
  expect(createShapes10({ ...small, seed: 1 }).checksum).not.toBe(createShapes10(small).checksum);
});

test("a smaller set is the beginning of a larger one", () => {
  const few = createShapes10({ trainImagesPerClass: 2, testImagesPerClass: 1 });
  const more = createShapes10({ trainImagesPerClass: 3, testImagesPerClass: 1 });
  expect(Buffer.compare(few.train.pixels, more.train.pixels.subarray(0, few.train.pixels.length))).toBe(0);
});

test("no class is told by its brightness", () => {
  const { train, classNames, imageShape } = createShapes10({ trainImagesPerClass: 40, testImagesPerClass: 1 });
  const indices = Uint32Array.from({ length: train.count }, (_, index) => index);
  const means = classNames.map((_, classId) => {
    const own = indices.filter((index) => train.labels[index] === classId);
    const subset = { part: train, indices: own, labels: new Uint16Array(own.length), classNames: ["any"] };
    return channelStatistics(subset, imageShape).mean[0];
  });
  // The mean of one image varies by 0.18, so of 150 by 0.015: ten classes stay within six of those.
  expect(Math.max(...means) - Math.min(...means)).toBeLessThan(0.09);
});

test("an impossible size is refused", () => {
  expect(() => createShapes10({ testImagesPerClass: 0 })).toThrow(
    new ConfigError("shapes10 test images per class: expected a whole number from 1, got 0."),
  );
});
