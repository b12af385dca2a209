/** @file Looks a data set over: how many images of each class there are, and which occur twice. */

import { hash } from "node:crypto";
import { sizeOf } from "../core/index.ts";
import type { ImageDataset, LabelledImages } from "./dataset.ts";
import { pixelBytes, readImage } from "./pixels.ts";

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
  /** Test images whose bytes are also among the training images, with the first such training image. */
  readonly leaks: readonly { testIndex: number; trainIndex: number }[];
}

/** Counts the images of every class and compares all images byte by byte. */
export function checkDataset(dataset: ImageDataset): DatasetCheck {
  const { name, imageShape, train, test, classNames } = dataset;
  const imageBytes = sizeOf(imageShape);
  const trainHashes = hashesOf(train, imageBytes);
  const testHashes = hashesOf(test, imageBytes);
  const firstWith = new Map<string, number>();
  trainHashes.forEach((digest, index) => firstWith.has(digest) || firstWith.set(digest, index));
  const leaks = testHashes.flatMap((digest, testIndex) => {
    const trainIndex = firstWith.get(digest);
    return trainIndex === undefined ? [] : [{ testIndex, trainIndex }];
  });
  return {
    name,
    imageShape,
    sizeBytes: pixelBytes(train.pixels) + pixelBytes(test.pixels),
    train: checkPart(train, trainHashes, classNames.length),
    test: checkPart(test, testHashes, classNames.length),
    leaks,
  };
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
