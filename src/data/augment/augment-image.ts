/** @file Changes one training image at random, in place. */

import type { RandomStream } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import type { Augmenter } from "./augmenter.ts";
import { type Augmentation, augmenters } from "./table.ts";

const inOrder = Object.entries(augmenters) as readonly [name: keyof typeof augmenters, Augmenter][];

/**
 * Changes one image in place, and draws from `stream`, in the order of the table. What is not asked for draws nothing.
 * Give every image its own stream, so that the result depends on nothing else.
 */
export function augmentImage(
  image: Uint8Array,
  augmentation: Augmentation,
  { imageShape, stream }: { imageShape: ImageShape; stream: RandomStream },
): void {
  const options = { imageShape, stream, fill: augmentation.cutoutFill };
  for (const { augmenter, asked } of askedOf(augmentation)) augmenter.change(image, asked, options);
}

/** True if an image can look different from one epoch to the next. */
export function changesImages(augmentation: Augmentation): boolean {
  return askedOf(augmentation).length > 0;
}

/** @throws ConfigError if images of this shape cannot be changed so. */
export function checkAugmentation(augmentation: Augmentation, imageShape: ImageShape): void {
  for (const { augmenter, asked } of askedOf(augmentation)) augmenter.check?.(asked, imageShape);
}

function askedOf(augmentation: Augmentation): { augmenter: Augmenter; asked: Parameters<Augmenter["change"]>[1] }[] {
  return inOrder.flatMap(([name, augmenter]) => {
    const asked = augmentation[name];
    return asked === undefined || asked === null || asked === false || asked === 0 ? [] : [{ augmenter, asked }];
  });
}
