/** @file Small data sets for tests. */

import { type ImageDataset, type ImageShape, type LabelledImages, allocateImages, checksumOf } from "./dataset.ts";

/** Images of 1x2x2 whose pixels are 10·index + 0, 1, 2, 3 (modulo 256), with these labels. */
export function tinyPart(labels: readonly number[], imageShape: ImageShape = [1, 2, 2]): LabelledImages {
  const part = allocateImages(labels.length, imageShape);
  part.labels.set(labels);
  const imageBytes = part.images.length / labels.length;
  part.images.forEach((_, at) => (part.images[at] = 10 * Math.floor(at / imageBytes) + (at % imageBytes)));
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
}): ImageDataset {
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
