/** @file TrivialAugment: one change of a random strength for every image, with nothing to tune. */

import type { RandomStream } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import { defineAugmenter } from "./augmenter.ts";
import { checkChannels } from "./bounds.ts";
import {
  adjustBrightness,
  adjustColor,
  adjustContrast,
  adjustSharpness,
  autoContrast,
  equalize,
  posterize,
  solarize,
} from "./colour/tones.ts";
import { mapOf } from "./geometry/affine.ts";
import { warp } from "./geometry/warp.ts";

/** Strengths of an operation, in even steps. */
const BINS = 31;

interface Operation {
  /** The magnitudes of the first and of the last bin; left out where there is only one way to do it. */
  readonly range?: readonly [number, number];
  /** True if half of the magnitudes are made negative. */
  readonly signed?: boolean;
  readonly change: (image: Uint8Array, imageShape: ImageShape, magnitude: number) => void;
}

const turned = { right: 0, down: 0, scale: 1 };

/** Every operation, in the order in which they are numbered. */
const operations = {
  identity: { change: () => {} },
  // about the upper left corner
  shearX: { range: [0, 0.99], signed: true, change: (image, shape, m) => warp(image, shape, [1, m, 0, 0, 1, 0]) },
  shearY: { range: [0, 0.99], signed: true, change: (image, shape, m) => warp(image, shape, [1, 0, 0, m, 1, 0]) },
  // whole pixels to the right, or down
  translateX: {
    range: [0, 32],
    signed: true,
    change: (image, shape, m) => warp(image, shape, [1, 0, -Math.trunc(m), 0, 1, 0]),
  },
  translateY: {
    range: [0, 32],
    signed: true,
    change: (image, shape, m) => warp(image, shape, [1, 0, 0, 0, 1, -Math.trunc(m)]),
  },
  // degrees
  rotate: {
    range: [0, 135],
    signed: true,
    change: (image, shape, m) => warp(image, shape, mapOf({ ...turned, degrees: m }, shape)),
  },
  brightness: { range: [0, 0.99], signed: true, change: (image, _, m) => adjustBrightness(image, 1 + m) },
  color: { range: [0, 0.99], signed: true, change: (image, shape, m) => adjustColor(image, shape, 1 + m) },
  contrast: { range: [0, 0.99], signed: true, change: (image, shape, m) => adjustContrast(image, shape, 1 + m) },
  sharpness: { range: [0, 0.99], signed: true, change: (image, shape, m) => adjustSharpness(image, shape, 1 + m) },
  // bits that are kept
  posterize: { range: [8, 2], change: (image, _, m) => posterize(image, Math.round(m)) },
  solarize: { range: [255, 0], change: (image, _, m) => solarize(image, m) },
  autoContrast: { change: autoContrast },
  equalize: { change: equalize },
} satisfies Record<string, Operation>;

/** The name of an operation. */
export type TrivialOperation = keyof typeof operations;

/** The names of all operations. */
export const trivialOperations = Object.keys(operations) as readonly TrivialOperation[];

/** What is done to one image. */
export interface TrivialChange {
  readonly operation: TrivialOperation;
  /** In the operation's own unit: slope, pixels, degrees, factor − 1, bits or level; 0 where it has none. */
  readonly magnitude: number;
}

export const trivial = defineAugmenter({
  field: {
    kind: "switch",
    default: false,
    description: "one operation of TrivialAugment's wide set at a random strength (Müller and Hutter 2021)",
  },
  check: (_, [channels]) => checkChannels("trivial", channels, { among: [1, 3], which: "grey or red, green and blue" }),
  change: (image, _, { imageShape, stream }) => changeTrivially(image, imageShape, drawTrivialChange(stream)),
});

/**
 * Draws the operation, then its magnitude if it has one, then the sign if that may be negative; all are equally likely.
 *
 * Source: Müller and Hutter 2021, arXiv:2103.10158; operations, their order and magnitudes are those of torchvision's
 * TrivialAugmentWide, the wide space of the paper.
 */
export function drawTrivialChange(stream: RandomStream): TrivialChange {
  const operation = trivialOperations[stream.integer(trivialOperations.length)];
  const { range, signed = false }: Operation = operations[operation];
  if (range === undefined) return { operation, magnitude: 0 };
  const [first, last] = range;
  const magnitude = first + ((last - first) * stream.integer(BINS)) / (BINS - 1);
  return { operation, magnitude: signed && stream.integer(2) === 1 ? -magnitude : magnitude };
}

/**
 * Makes the change of an image of one or three channels. What moves an image is bilinear and repeats the edge.
 *
 * Colours and levels are Pillow's to the byte.
 */
export function changeTrivially(
  image: Uint8Array,
  imageShape: ImageShape,
  { operation, magnitude }: TrivialChange,
): void {
  operations[operation].change(image, imageShape, magnitude);
}
