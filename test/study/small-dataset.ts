/** @file A data set small enough to train on in a test: shapes10 at a quarter of its size. */

import { sizeOf } from "../../src/core/index.ts";
import {
  type DatasetInMemory,
  type ImageDataset,
  type ImagesInMemory,
  allocateImages,
  checksumOf,
  createShapes10,
} from "../../src/data/index.ts";

/** Every fourth pixel of a row and column is kept. */
const STRIDE = 4;

/** Ten classes of 8x8 images, or larger ones where fewer pixels are left out; `seed` decides the images. */
export function smallDataset({
  seed = 0,
  trainImagesPerClass = 16,
  testImagesPerClass = 4,
  stride = STRIDE,
}: {
  seed?: number;
  trainImagesPerClass?: number;
  testImagesPerClass?: number;
  stride?: number;
} = {}): DatasetInMemory {
  const full = createShapes10({ seed, trainImagesPerClass, testImagesPerClass });
  const [channels, height, width] = full.imageShape;
  const imageShape = [channels, height / stride, width / stride] as const;
  const parts = {
    train: shrunk(full.train, { from: full.imageShape, stride }),
    test: shrunk(full.test, { from: full.imageShape, stride }),
  };
  return { ...full, name: "small", title: "Small", imageShape, ...parts, checksum: checksumOf(parts) };
}

/** The same with classes that differ in brightness, though not so much that every image tells: short runs learn something. */
export function tellingDataset(): DatasetInMemory {
  const dataset = smallDataset({ trainImagesPerClass: 24, testImagesPerClass: 200 });
  const parts = { train: dataset.train, test: dataset.test };
  const size = sizeOf(dataset.imageShape);
  for (const { pixels, labels } of [parts.train, parts.test])
    pixels.forEach((value, at) => (pixels[at] = value / 1.5 + 10 * labels[Math.floor(at / size)]));
  return { ...dataset, ...parts, checksum: checksumOf(parts) };
}

function shrunk(
  { count, pixels, labels }: ImagesInMemory,
  { from: [channels, height, width], stride }: { from: ImageDataset["imageShape"]; stride: number },
) {
  const part = allocateImages(count, [channels, height / stride, width / stride]);
  part.labels.set(labels);
  let at = 0;
  for (let plane = 0; plane < count * channels; plane++) {
    for (let y = 0; y < height; y += stride) {
      for (let x = 0; x < width; x += stride) part.pixels[at++] = pixels[(plane * height + y) * width + x];
    }
  }
  return part;
}
