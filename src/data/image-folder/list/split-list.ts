/** @file Which images of a list train, which test, and which choose. */

import { type DrawnSplit, type SplitOptions, drawTestPlaces, resolveSplit } from "../../drawn-split.ts";
import type { ImageList, ListedImage } from "./image-list.ts";

/** The images of all parts, each in order of paths. */
export interface SplitList {
  readonly train: readonly ListedImage[];
  readonly test: readonly ListedImage[];
  /** To choose by; often none. */
  readonly validation: readonly ListedImage[];
  /** How that was decided, as a phrase. */
  readonly phrase: string;
  /** True if it was drawn, so that it depends on which images there are. */
  readonly drawn: boolean;
}

/**
 * The parts that the list itself names, or parts drawn class by class.
 *
 * Validation images serve as test images where there are none. What is drawn leaves every class at least one training image, and
 * a test image if the class has two.
 */
export function splitList(list: Pick<ImageList, "images">, options: SplitOptions = {}): SplitList {
  const { testShare, seed } = resolveSplit(options);
  const images = list.images.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const of = (part: ListedImage["part"]): ListedImage[] => images.filter((image) => image.part === part);
  const [train, validation, test] = [of("train"), of("validation"), of("test")];
  if (test.length > 0) {
    const parts = validation.length > 0 ? "training, validation and test images" : "training and test images";
    return { train, test, validation, phrase: `${parts} as given`, drawn: false };
  }
  if (validation.length > 0) {
    return {
      train,
      test: validation,
      validation: [],
      phrase: "its validation images serve as test images",
      drawn: false,
    };
  }
  return {
    ...drawParts(images, { testShare, seed }),
    validation: [],
    phrase: `${testShare} of each class drawn as test images with seed ${seed}`,
    drawn: true,
  };
}

function drawParts(images: readonly ListedImage[], split: DrawnSplit): Pick<SplitList, "train" | "test"> {
  const ofClass = Map.groupBy(images, ({ className }) => className);
  const test = new Set<ListedImage>();
  for (const [className, own] of ofClass) {
    for (const place of drawTestPlaces(className, own.length, split)) test.add(own[place]);
  }
  return { train: images.filter((image) => !test.has(image)), test: images.filter((image) => test.has(image)) };
}
