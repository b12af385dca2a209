/** @file Everything that can be done to training images. */

import type { ValuesOf } from "../../core/index.ts";
import type { Augmenter } from "./augmenter.ts";
import { colorJitter } from "./colour/color-jitter.ts";
import { cutout } from "./cutout.ts";
import { affine } from "./geometry/affine.ts";
import { crop } from "./geometry/crop.ts";
import { flip, flipVertical } from "./geometry/flips.ts";
import { resizedCrop } from "./geometry/resized-crop.ts";
import { rotation } from "./geometry/rotation.ts";
import { trivial } from "./trivial.ts";

/** Augmentations by name, in the order in which they are done. */
export const augmenters = {
  crop,
  flip,
  flipVertical,
  resizedCrop,
  rotation,
  affine,
  trivial,
  colorJitter,
  cutout,
} satisfies Readonly<Record<string, Augmenter>>;

/** The field of each, as a study file has it. */
export const augmentationFields = Object.fromEntries(
  Object.entries(augmenters).map(([name, { field }]) => [name, field]),
) as { readonly [Name in keyof typeof augmenters]: (typeof augmenters)[Name]["field"] };

/** What is done to training images, differently in every epoch; what is left out is not done. */
export interface Augmentation extends Partial<ValuesOf<typeof augmentationFields>> {
  /** The byte of every channel that covers a cutout; mid-grey when left out. */
  readonly cutoutFill?: readonly number[];
}
