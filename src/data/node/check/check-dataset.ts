/** @file Looks a data set over: how many images of each class there are, which occur twice, and which look wrong. */

import { hash } from "node:crypto";
import { sizeOf } from "../../../core/index.ts";
import type { ImageDataset, LabelledImages } from "../../dataset.ts";
import { pixelBytes, readImage } from "../../pixels.ts";
import { type ImageLook, findBlurred, lookAtImage } from "./image-look.ts";
import { findNearDuplicates } from "./near-duplicates.ts";

/** What a data set is divided into, in the order in which images are compared. */
const partNames = ["train", "validation", "test"] as const;

/** Training images, images to choose by, test images. */
export type PartName = (typeof partNames)[number];

/** One part of a data set. */
export interface PartCheck {
  readonly part: PartName;
  readonly count: number;
  /** Images by class id. */
  readonly perClass: readonly number[];
  /** Images of which the same bytes came earlier in this part. */
  readonly repeated: number;
}

/** What there is to know about a data set before training on it. */
export interface DatasetCheck extends Equals {
  readonly name: string;
  readonly imageShape: readonly number[];
  /** Of all images together. */
  readonly sizeBytes: number;
  /** Those that it has: training images first, test images last. */
  readonly parts: readonly PartCheck[];
  /** Images that look like an earlier one, byte for byte different; each with the first of its kind. */
  readonly nearDuplicates: readonly ImagePair[];
  /** Images in which all channels are equal, where others have colour. */
  readonly grey: readonly ImagePlace[];
  /** Images of one value alone, or nearly. */
  readonly flat: readonly ImagePlace[];
  /** Images far less sharp than the others. */
  readonly blurred: readonly ImagePlace[];
}

/** Images whose bytes are the same. */
interface Equals {
  /** An image of a later part whose bytes are also in an earlier one, with the first such image. */
  readonly leaks: readonly ImagePair[];
  /** Images whose bytes came before with another class. */
  readonly conflicts: readonly ImagePair[];
}

/** An image of a data set. */
export interface ImagePlace {
  readonly part: PartName;
  readonly index: number;
}

/** An image, and a later one that is like it. */
export interface ImagePair {
  readonly first: ImagePlace;
  readonly second: ImagePlace;
}

/** An image with what is known of it. */
interface SeenImage extends ImagePlace {
  readonly label: number;
  /** Of its bytes. */
  readonly digest: string;
}

/** Counts the images of every class, compares all images byte by byte and by their looks, and looks at each. */
export function checkDataset(dataset: ImageDataset): DatasetCheck {
  const { name, imageShape, classNames } = dataset;
  const images: SeenImage[] = [];
  const looks: ImageLook[] = [];
  for (const { bytes, ...seen } of imagesOf(dataset)) {
    images.push(seen);
    looks.push(lookAtImage(bytes, imageShape));
  }
  const where = (wanted: (look: ImageLook, index: number) => boolean): ImagePlace[] =>
    images.filter((_, index) => wanted(looks[index], index)).map(placeOf);
  const isBlurred = findBlurred(looks);
  const someHaveColour = looks.some(({ isGrey, isFlat }) => !isGrey && !isFlat);
  return {
    name,
    imageShape,
    sizeBytes: partsOf(dataset).reduce((sum, { images: { pixels } }) => sum + pixelBytes(pixels), 0),
    parts: partsOf(dataset).map(({ part }) => checkPart(part, images, classNames.length)),
    ...compareBytes(images),
    nearDuplicates: findNearDuplicates(looks)
      .filter(({ first, second }) => images[first].digest !== images[second].digest)
      .map(({ first, second }) => ({ first: placeOf(images[first]), second: placeOf(images[second]) })),
    grey: someHaveColour ? where(({ isGrey, isFlat }) => isGrey && !isFlat) : [],
    flat: where(({ isFlat }) => isFlat),
    blurred: where((_, index) => isBlurred[index]),
  };
}

/** The images of a data set that are, byte for byte, also in an earlier part of it. */
export function findLeaks(dataset: ImageDataset): readonly ImagePair[] {
  const images: SeenImage[] = [];
  for (const { bytes: _bytes, ...seen } of imagesOf(dataset)) images.push(seen);
  return compareBytes(images).leaks;
}

function partsOf(dataset: ImageDataset): { part: PartName; images: LabelledImages }[] {
  return partNames.flatMap((part) => {
    const images = dataset[part];
    return images === undefined ? [] : [{ part, images }];
  });
}

/** Every image in order; its bytes are overwritten by the next one's. */
function* imagesOf(dataset: ImageDataset): Generator<SeenImage & { readonly bytes: Uint8Array }> {
  const bytes = new Uint8Array(sizeOf(dataset.imageShape));
  for (const { part, images } of partsOf(dataset)) {
    for (let index = 0; index < images.count; index++) {
      readImage(images.pixels, index, bytes);
      yield { part, index, label: images.labels[index], digest: hash("sha256", bytes, "base64"), bytes };
    }
  }
}

function placeOf({ part, index }: SeenImage): ImagePlace {
  return { part, index };
}

function compareBytes(images: readonly SeenImage[]): Equals {
  const firstWith = new Map<string, SeenImage>();
  const leaks: ImagePair[] = [];
  const conflicts: ImagePair[] = [];
  for (const image of images) {
    const first = firstWith.get(image.digest);
    if (first === undefined) {
      firstWith.set(image.digest, image);
      continue;
    }
    const pair = { first: placeOf(first), second: placeOf(image) };
    if (first.part !== image.part) leaks.push(pair);
    if (first.label !== image.label) conflicts.push(pair);
  }
  return { leaks, conflicts };
}

function checkPart(part: PartName, images: readonly SeenImage[], classes: number): PartCheck {
  const own = images.filter((image) => image.part === part);
  const perClass = Array.from({ length: classes }, () => 0);
  for (const { label } of own) perClass[label]++;
  return { part, count: own.length, perClass, repeated: own.length - new Set(own.map(({ digest }) => digest)).size };
}
