/** @file Small data sets made out of larger ones: some classes, images turned or mirrored, test sets cut short. */

import { createHash } from "node:crypto";
import { sizeOf } from "../../src/core/index.ts";
import {
  type DatasetInMemory,
  type ImageDataset,
  type ImageShape,
  type ImagesInMemory,
  type LabelledImages,
  allocateImages,
  checksumOf,
  readImage,
} from "../../src/data/index.ts";

/** What becomes of an image; `into` is as long as the image. */
export type ImageChange = (image: Uint8Array, into: Uint8Array, imageShape: ImageShape) => void;

/** A class of the new data set: images of one class of the old one, as they are or changed. */
export interface DerivedClass {
  readonly name: string;
  readonly from: number;
  readonly change?: ImageChange;
}

/** How to make a data set out of another. */
export interface DeriveOptions {
  readonly name: string;
  readonly classes: readonly DerivedClass[];
  /** At most, over all classes, as many of each. */
  readonly testImages: number;
  /** At most, of each class. */
  readonly trainPerClass?: number;
}

/** Some classes of a data set as they are. */
export function classesOf({ classNames }: ImageDataset, ids: readonly number[]): DerivedClass[] {
  return ids.map((id) => ({ name: classNames[id], from: id }));
}

/**
 * The first images of the chosen classes, in the order of the data set.
 *
 * Where several new classes come from one old class its images are dealt out to them in turns, so that no image is in two.
 */
export function deriveDataset(
  base: ImageDataset,
  { name, classes, testImages, trainPerClass = 2000 }: DeriveOptions,
): DatasetInMemory {
  const { imageShape } = base;
  const train = derivePart(base.train, imageShape, { classes, perClass: trainPerClass });
  const test = derivePart(base.test, imageShape, { classes, perClass: Math.floor(testImages / classes.length) });
  return {
    name,
    title: name,
    classNames: classes.map((one) => one.name),
    imageShape,
    train,
    test,
    checksum: checksumOf({ train, test }, createHash("sha256")),
    provenance: `${base.provenance}; derived for the benchmark of answers`,
  };
}

/** The same images in the middle of larger ones of three channels; black around them, grey copied to every channel. */
export function padDataset(base: ImageDataset, imageShape: ImageShape): DatasetInMemory {
  const train = padPart(base.train, base.imageShape, imageShape);
  const test = padPart(base.test, base.imageShape, imageShape);
  return { ...base, imageShape, train, test, checksum: checksumOf({ train, test }, createHash("sha256")) };
}

/** Left to right. */
export const mirrored: ImageChange = (image, into, [channels, height, width]) => {
  for (let row = 0; row < channels * height; row++) {
    for (let x = 0; x < width; x++) into[row * width + x] = image[row * width + width - 1 - x];
  }
};

/** By a quarter, counterclockwise; images are square. */
export const turned: ImageChange = (image, into, [channels, side]) => {
  const plane = side * side;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        into[channel * plane + y * side + x] = image[channel * plane + x * side + side - 1 - y];
      }
    }
  }
};

function derivePart(
  part: LabelledImages,
  imageShape: ImageShape,
  { classes, perClass }: { classes: readonly DerivedClass[]; perClass: number },
): ImagesInMemory {
  const chosen = dealOut(part.labels, { classes, perClass });
  const made = allocateImages(chosen.length, imageShape);
  const size = sizeOf(imageShape);
  const image = new Uint8Array(size);
  for (const [place, { index, label }] of chosen.entries()) {
    const into = made.pixels.subarray(place * size, (place + 1) * size);
    const { change } = classes[label];
    readImage(part.pixels, index, change === undefined ? into : image);
    change?.(image, into, imageShape);
    made.labels[place] = label;
  }
  return made;
}

/** Which images are taken, and their new labels. */
function dealOut(
  labels: Uint16Array,
  { classes, perClass }: { classes: readonly DerivedClass[]; perClass: number },
): { index: number; label: number }[] {
  const takers = new Map<number, number[]>();
  for (const [label, { from }] of classes.entries()) takers.set(from, [...(takers.get(from) ?? []), label]);
  const seen = new Map<number, number>();
  const taken = classes.map(() => 0);
  return Array.from(labels).flatMap((old, index) => {
    const candidates = takers.get(old);
    if (candidates === undefined) return [];
    const turn = seen.get(old) ?? 0;
    seen.set(old, turn + 1);
    const label = candidates[turn % candidates.length];
    return taken[label]++ < perClass ? [{ index, label }] : [];
  });
}

function padPart(part: LabelledImages, from: ImageShape, to: ImageShape): ImagesInMemory {
  const [channels, height, width] = from;
  const [toChannels, toHeight, toWidth] = to;
  const [top, left] = [Math.floor((toHeight - height) / 2), Math.floor((toWidth - width) / 2)];
  const made = allocateImages(part.count, to);
  made.labels.set(part.labels);
  const image = new Uint8Array(sizeOf(from));
  for (let index = 0; index < part.count; index++) {
    readImage(part.pixels, index, image);
    for (let channel = 0; channel < toChannels; channel++) {
      const old = (channel % channels) * height * width;
      const plane = (index * toChannels + channel) * toHeight * toWidth;
      for (let y = 0; y < height; y++) {
        const row = image.subarray(old + y * width, old + (y + 1) * width);
        made.pixels.set(row, plane + (top + y) * toWidth + left);
      }
    }
  }
  return made;
}
