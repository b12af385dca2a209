/** @file A few images of every class, for people to look at. */

import { type RandomStream, sizeOf } from "../core/index.ts";
import type { ImageDataset, ImageShape } from "./dataset.ts";
import { readImage } from "./pixels.ts";
import { takePerClass } from "./subsets.ts";
import { takeClasses } from "./split-classes.ts";

/** One row a class, in order of class id. */
export interface ClassExamples {
  readonly classId: number;
  readonly className: string;
  /** [channels, height, width] bytes each. */
  readonly images: readonly Uint8Array[];
}

/**
 * `perClass` random training images of every class.
 *
 * @throws ConfigError if a class has fewer training images.
 */
export function exampleImages(
  dataset: ImageDataset,
  { perClass, stream }: { perClass: number; stream: RandomStream },
): { imageShape: ImageShape; classes: readonly ClassExamples[] } {
  const { train } = takeClasses(dataset, [...dataset.classNames.keys()]);
  const taken = takePerClass(train, perClass, stream);
  const imageBytes = sizeOf(dataset.imageShape);
  const classes = dataset.classNames.map((className, classId) => {
    const indices = [...taken.indices].filter((index) => dataset.train.labels[index] === classId);
    const images = indices.map((index) => {
      const image = new Uint8Array(imageBytes);
      readImage(dataset.train.pixels, index, image);
      return image;
    });
    return { classId, className, images };
  });
  return { imageShape: dataset.imageShape, classes };
}
