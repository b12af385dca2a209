/** @file shapes10: the built-in data set of ten textured shapes, painted from a seed. */

import { ConfigError, sizeOf, stream } from "../../core/index.ts";
import {
  type DatasetInMemory,
  type ImageShape,
  type ImagesInMemory,
  type Sha256,
  allocateImages,
  checksumOf,
} from "../dataset.ts";
import { IMAGE_SIDE, paintImage } from "./painter.ts";
import { shapes } from "./signed-distances.ts";

const IMAGE_SHAPE: ImageShape = [3, IMAGE_SIDE, IMAGE_SIDE];

/** How much of shapes10 to paint. */
export interface Shapes10Options {
  readonly seed?: number | undefined;
  readonly trainImagesPerClass?: number;
  readonly testImagesPerClass?: number;
  /** Makes the checksum, see `checksumOf`. */
  readonly hash?: Sha256;
}

/**
 * Ten classes of 32x32 RGB images, every image painted from its own random stream.
 *
 * Only the outline tells the class: colour, texture, place, size, angle,
 * background, clutter, light, noise and what hides a part of it are random.
 * Smaller sizes are the first images of larger ones.
 *
 * @throws ConfigError if a size is not a whole number from 1.
 */
export function createShapes10({
  seed = 0,
  trainImagesPerClass = 1000,
  testImagesPerClass = 200,
  hash,
}: Shapes10Options = {}): DatasetInMemory {
  const train = paintPart("train", trainImagesPerClass, seed);
  const test = paintPart("test", testImagesPerClass, seed);
  return {
    name: "shapes10",
    title: "shapes10 (built-in, procedural)",
    classNames: Object.keys(shapes),
    imageShape: IMAGE_SHAPE,
    train,
    test,
    checksum: checksumOf({ train, test }, hash),
    provenance: `shapes10, painted by Graft from seed ${seed}`,
  };
}

function paintPart(part: "train" | "test", imagesPerClass: number, seed: number): ImagesInMemory {
  if (!Number.isInteger(imagesPerClass) || imagesPerClass < 1) {
    throw new ConfigError(`shapes10 ${part} images per class: expected a whole number from 1, got ${imagesPerClass}.`);
  }
  const outlines = Object.values(shapes);
  const painted = allocateImages(imagesPerClass * outlines.length, IMAGE_SHAPE);
  const imageBytes = sizeOf(IMAGE_SHAPE);
  for (let index = 0; index < painted.count; index++) {
    const label = index % outlines.length;
    const image = painted.pixels.subarray(index * imageBytes, (index + 1) * imageBytes);
    paintImage(image, outlines[label], stream(seed, "shapes10", part, index));
    painted.labels[index] = label;
  }
  return painted;
}
