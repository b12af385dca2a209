/** @file Small data sets for tests. */

import { type DatasetInMemory, type ImageShape, type ImagesInMemory, allocateImages, checksumOf } from "./dataset.ts";

/** Images of 1x2x2 whose pixels are 10·index + 0, 1, 2, 3 (modulo 256), with these labels. */
export function tinyPart(labels: readonly number[], imageShape: ImageShape = [1, 2, 2]): ImagesInMemory {
  const part = allocateImages(labels.length, imageShape);
  part.labels.set(labels);
  const imageBytes = part.pixels.length / labels.length;
  part.pixels.forEach((_, at) => (part.pixels[at] = 10 * Math.floor(at / imageBytes) + (at % imageBytes)));
  return part;
}

/** A data set with classes `ant`, `bee` and `cat`, of which these are the labels. */
export function tinyDataset({
  train,
  test,
  imageShape = [1, 2, 2],
}: {
  train: readonly number[];
  test: readonly number[];
  imageShape?: ImageShape;
}): DatasetInMemory {
  const parts = { train: tinyPart(train, imageShape), test: tinyPart(test, imageShape) };
  return {
    name: "tiny",
    title: "Tiny",
    classNames: ["ant", "bee", "cat"],
    imageShape,
    ...parts,
    checksum: checksumOf(parts),
    provenance: "made in a test",
  };
}
