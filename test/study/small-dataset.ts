/** @file A data set small enough to train on in a test: shapes10 at a quarter of its size. */

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

/** Ten classes of 8x8 images; `seed` decides the images. */
export function smallDataset({
  seed = 0,
  trainImagesPerClass = 16,
  testImagesPerClass = 4,
}: { seed?: number; trainImagesPerClass?: number; testImagesPerClass?: number } = {}): DatasetInMemory {
  const full = createShapes10({ seed, trainImagesPerClass, testImagesPerClass });
  const [channels, height, width] = full.imageShape;
  const imageShape = [channels, height / STRIDE, width / STRIDE] as const;
  const parts = { train: shrunk(full.train, full.imageShape), test: shrunk(full.test, full.imageShape) };
  return { ...full, name: "small", title: "Small", imageShape, ...parts, checksum: checksumOf(parts) };
}

function shrunk({ count, pixels, labels }: ImagesInMemory, [channels, height, width]: ImageDataset["imageShape"]) {
  const part = allocateImages(count, [channels, height / STRIDE, width / STRIDE]);
  part.labels.set(labels);
  let at = 0;
  for (let plane = 0; plane < count * channels; plane++) {
    for (let y = 0; y < height; y += STRIDE) {
      for (let x = 0; x < width; x += STRIDE) part.pixels[at++] = pixels[(plane * height + y) * width + x];
    }
  }
  return part;
}
