/** @file Looks a data set over: how many images of each class there are, and which occur twice. */

import { hash } from "node:crypto";
import { sizeOf } from "../../core/index.ts";
import type { ImageDataset, LabelledImages } from "../dataset.ts";
import { pixelBytes, readImage } from "../pixels.ts";

/** One part of a data set. */
export interface PartCheck {
  readonly count: number;
  /** Images by class id. */
  readonly perClass: readonly number[];
  /** Images of which the same bytes came earlier in this part. */
  readonly repeated: number;
}

/** What there is to know about a data set before training on it. */
export interface DatasetCheck {
  readonly name: string;
  readonly imageShape: readonly number[];
  /** Of all images together. */
  readonly sizeBytes: number;
  readonly train: PartCheck;
  readonly test: PartCheck;
  readonly leaks: readonly Leak[];
  /** Images whose bytes came before with another class: training images first, then test images. */
  readonly conflicts: readonly { readonly first: ImagePlace; readonly second: ImagePlace }[];
}

/** A test image whose bytes are also among the training images, with the first such training image. */
export interface Leak {
  readonly testIndex: number;
  readonly trainIndex: number;
}

/** An image of a data set. */
export interface ImagePlace {
  readonly part: "train" | "test";
  readonly index: number;
}

/** Counts the images of every class and compares all images byte by byte. */
export function checkDataset(dataset: ImageDataset): DatasetCheck {
  const { name, imageShape, train, test, classNames } = dataset;
  const imageBytes = sizeOf(imageShape);
  const trainHashes = hashesOf(train, imageBytes);
  const testHashes = hashesOf(test, imageBytes);
  return {
    name,
    imageShape,
    sizeBytes: pixelBytes(train.pixels) + pixelBytes(test.pixels),
    train: checkPart(train, trainHashes, classNames.length),
    test: checkPart(test, testHashes, classNames.length),
    leaks: leaksBetween(trainHashes, testHashes),
    conflicts: conflictsIn(dataset, trainHashes, testHashes),
  };
}

/** The test images of a data set that are, byte for byte, also among its training images. */
export function findLeaks({ imageShape, train, test }: ImageDataset): readonly Leak[] {
  const imageBytes = sizeOf(imageShape);
  return leaksBetween(hashesOf(train, imageBytes), hashesOf(test, imageBytes));
}

function leaksBetween(trainHashes: readonly string[], testHashes: readonly string[]): readonly Leak[] {
  const firstWith = new Map<string, number>();
  trainHashes.forEach((digest, index) => firstWith.has(digest) || firstWith.set(digest, index));
  return testHashes.flatMap((digest, testIndex) => {
    const trainIndex = firstWith.get(digest);
    return trainIndex === undefined ? [] : [{ testIndex, trainIndex }];
  });
}

function conflictsIn(
  dataset: ImageDataset,
  trainHashes: readonly string[],
  testHashes: readonly string[],
): DatasetCheck["conflicts"] {
  const labelOf = ({ part, index }: ImagePlace): number => dataset[part].labels[index];
  const firstWith = new Map<string, ImagePlace>();
  const conflicts: { first: ImagePlace; second: ImagePlace }[] = [];
  const look = (part: ImagePlace["part"], hashes: readonly string[]): void =>
    hashes.forEach((digest, index) => {
      const second = { part, index };
      const first = firstWith.get(digest);
      if (first === undefined) firstWith.set(digest, second);
      else if (labelOf(first) !== labelOf(second)) conflicts.push({ first, second });
    });
  look("train", trainHashes);
  look("test", testHashes);
  return conflicts;
}

function checkPart({ count, labels }: LabelledImages, hashes: readonly string[], classes: number): PartCheck {
  const perClass = Array.from({ length: classes }, () => 0);
  for (const label of labels) perClass[label]++;
  return { count, perClass, repeated: count - new Set(hashes).size };
}

function hashesOf({ count, pixels }: LabelledImages, imageBytes: number): readonly string[] {
  const image = new Uint8Array(imageBytes);
  return Array.from({ length: count }, (_, index) => {
    readImage(pixels, index, image);
    return hash("sha256", image, "base64");
  });
}
