/** @file shapes10: the built-in data set of ten textured shapes, painted from a seed. */

import { ConfigError } from "../../core/index.ts";
import { type DatasetInMemory, type ImageDataset, type LabelledImages, type Sha256, checksumOf } from "../dataset.ts";
import { PAINTED_SHAPE, type PaintedPixels, classOf, unpainted } from "./painted-pixels.ts";
import { shapes } from "./signed-distances.ts";

/** How much of shapes10 there is. */
export interface Shapes10Options {
  readonly seed?: number | undefined;
  readonly trainImagesPerClass?: number;
  readonly testImagesPerClass?: number;
  /** Makes the checksum, see `checksumOf`. */
  readonly hash?: Sha256;
}

/** Images that are painted when they are looked at. */
interface PaintedImages extends LabelledImages {
  readonly pixels: PaintedPixels;
}

const usual = { seed: 0, trainImagesPerClass: 1000, testImagesPerClass: 200 };

/** Of the usual images, so that nobody has to paint all of them to know it. */
const USUAL_CHECKSUM = "4d2bf84b7f232b824b882e5602373157eef5e34a2a8a9d46dd9606b60b1ff8d3";

/**
 * Ten classes of 32x32 RGB images, every image painted from its own random stream.
 *
 * Only the outline tells the class: colour, texture, place, size, angle,
 * background, clutter, light, noise and what hides a part of it are random.
 * Smaller sizes are the first images of larger ones.
 *
 * @throws ConfigError if a size is not a whole number from 1.
 */
export function createShapes10(options: Shapes10Options = {}): DatasetInMemory {
  const dataset = partsOf(options);
  const [train, test] = [dataset.train, dataset.test].map((part) => ({ ...part, pixels: part.pixels.paintAll() }));
  return { ...dataset, train, test, checksum: checksumOf({ train, test }, options.hash) };
}

/** The usual size of the same data set; an image is painted when it is first read. */
export function openShapes10({ seed = usual.seed, hash }: Pick<Shapes10Options, "seed" | "hash"> = {}): ImageDataset {
  const dataset = partsOf({ seed });
  return { ...dataset, checksum: seed === usual.seed ? USUAL_CHECKSUM : checksumOf(dataset, hash) };
}

function partsOf(options: Shapes10Options): Omit<ImageDataset, "checksum"> & Record<"train" | "test", PaintedImages> {
  const { seed = usual.seed, trainImagesPerClass, testImagesPerClass } = { ...usual, ...options };
  return {
    name: "shapes10",
    title: "shapes10 (built-in, procedural)",
    classNames: Object.keys(shapes),
    imageShape: PAINTED_SHAPE,
    train: partOf("train", trainImagesPerClass, seed),
    test: partOf("test", testImagesPerClass, seed),
    provenance: `shapes10, painted by Graft from seed ${seed}`,
  };
}

function partOf(part: "train" | "test", imagesPerClass: number, seed: number): PaintedImages {
  if (!Number.isInteger(imagesPerClass) || imagesPerClass < 1) {
    throw new ConfigError(`shapes10 ${part} images per class: expected a whole number from 1, got ${imagesPerClass}.`);
  }
  const count = imagesPerClass * Object.keys(shapes).length;
  const labels = new Uint16Array(new SharedArrayBuffer(count * Uint16Array.BYTES_PER_ELEMENT));
  labels.forEach((_, index) => (labels[index] = classOf(index)));
  return { count, pixels: unpainted({ seed, part, count }), labels };
}
