/** @file Tells from the training images alone whether they may be mirrored. */

import { type RandomStream, sizeOf, stream } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import { type ImageSubset, positionsByLabel, requireImages, shufflePositions } from "../image-subset.ts";
import { readImage } from "../pixels.ts";
import { handednessOf } from "./handedness.ts";
import { isGrey } from "./is-grey.ts";

const MOST_IMAGES = 1000;
/** Images of a class that are taken even where there are so many classes that not every class is. */
const FEWEST_OF_A_CLASS = 20;
const PERMUTATIONS = 200;

/** A weaker agreement does not forbid flips, however certain it is: horses look to one side a little more often. */
const STRONG_AGREEMENT = 0.6;
/** Grey images are often letters, digits or X-rays, so that less evidence is needed. */
const LARGEST_P_VALUE = { grey: 0.05, color: 0.01 };
/** With fewer images even letters may show nothing. */
const FEWEST_IMAGES = 40;

/** What the images say about flips from left to right. */
export interface MirrorTest {
  /** Share of the images that are the way round that the others are, of their class or all: the larger of the two. */
  readonly agreement: number;
  /** Of so much agreement, if mirror images were as likely as originals. */
  readonly pValue: number;
  /** Images that were looked at. */
  readonly images: number;
  /** False also where too few grey images leave it open; photographs, which are in colour, are usually safe. */
  readonly flipsSafe: boolean;
}

/**
 * Tests whether mirror images are as likely as the originals, from at most 1,000 images.
 *
 * What tells an image from its mirror image is a vector (see `handednessOf`) whose sign is then arbitrary. An image
 * agrees if its vector has a positive product with the sum of the others' of its class, or of all. The p-value is that
 * of the larger squared sums, among 200 draws of the signs, and doubled, since there are two.
 *
 * Measured on 2026-11-28, on 5 to 135 random subsets of each kind, by which the thresholds were chosen. Unsafe, and found
 * to be: MNIST, all subsets, from 1 to 50 images of its ten classes, from 5 to 50 of two (below 40 images in all partly
 * for being few and grey); its digits against mirrored ones, all, from 10 to 200 of each; ten digits of any colour on any,
 * all, from 10 of each, and two, 39 of 45 with 10, all with 50; ten on photographs, 39 of 40. Safe, but found unsafe:
 * CIFAR-10's ten classes, 1 of 20 with 10 images each, none with 50; pairs of them, 1 of 135 with 10 and with 50, none
 * with 500; ants and bees, none; shapes10, none.
 *
 * @throws ConfigError if there are no images.
 */
export function mirrorTest(subset: ImageSubset, imageShape: ImageShape, { seed }: { seed: number }): MirrorTest {
  requireImages(subset, "mirror test");
  const random = stream(seed, "mirror-test");
  const classes = sampleByClass(subset, random).map((positions) => handednessesOf(subset, imageShape, positions));
  const images = classes.reduce((sum, { length }) => sum + length, 0);
  const agreement = agreementOf(classes);
  const pValue = permutationTest(classes, random);
  const grey = isGrey(subset, imageShape);
  const isHanded = agreement >= STRONG_AGREEMENT && pValue <= LARGEST_P_VALUE[grey ? "grey" : "color"];
  return { agreement, pValue, images, flipsSafe: !isHanded && (images >= FEWEST_IMAGES || !grey) };
}

/** Vectors of the images of a class. */
type Vectors = readonly Float64Array[];

/** Positions of random images, class by class. */
function sampleByClass(subset: ImageSubset, random: RandomStream): Uint32Array[] {
  const classes = positionsByLabel(subset).filter(({ length }) => length > 0);
  const ofEach = Math.max(FEWEST_OF_A_CLASS, Math.floor(MOST_IMAGES / classes.length));
  return Array.from(random.permutation(classes.length).subarray(0, MOST_IMAGES / ofEach), (place) =>
    shufflePositions(classes[place], random).subarray(0, ofEach),
  );
}

function handednessesOf({ part, indices }: ImageSubset, imageShape: ImageShape, positions: Uint32Array): Vectors {
  const image = new Uint8Array(sizeOf(imageShape));
  return Array.from(positions, (position) => {
    readImage(part.pixels, indices[position], image);
    return handednessOf(image, imageShape);
  });
}

function agreementOf(classes: readonly Vectors[]): number {
  const sums = classes.map((vectors) => sumOf(vectors));
  const total = sumOf(sums);
  const within = classes.flatMap((vectors, place) => (vectors.length > 1 ? votesOf(vectors, sums[place]) : []));
  return Math.max(meanOf(within), meanOf(classes.flatMap((vectors) => votesOf(vectors, total))));
}

/** 1 for a vector that has a positive product with the rest of a sum, 0 for a negative one. */
function votesOf(vectors: Vectors, sum: Float64Array): number[] {
  return vectors.map((vector) => (1 + Math.sign(product(vector, sum) - product(vector, vector))) / 2);
}

/** At least as much agreement within classes, or of all, as observed: |sum|² is its measure, but for a constant. */
function permutationTest(classes: readonly Vectors[], random: RandomStream): number {
  const observed = squaredSums(classes.map((vectors) => sumOf(vectors)));
  const reached = { within: 1, overall: 1 };
  for (let permutation = 0; permutation < PERMUTATIONS; permutation++) {
    const drawn = squaredSums(classes.map((vectors) => sumOf(vectors, () => 2 * random.integer(2) - 1)));
    if (drawn.within >= observed.within) reached.within++;
    if (drawn.overall >= observed.overall) reached.overall++;
  }
  return Math.min(1, (2 * Math.min(reached.within, reached.overall)) / (PERMUTATIONS + 1));
}

function squaredSums(sums: Vectors): { within: number; overall: number } {
  const total = sumOf(sums);
  return { within: sums.reduce((squares, sum) => squares + product(sum, sum), 0), overall: product(total, total) };
}

function sumOf(vectors: Vectors, sign = (): number => 1): Float64Array {
  const sum = new Float64Array(vectors[0].length);
  for (const vector of vectors) {
    const factor = sign();
    for (let at = 0; at < sum.length; at++) sum[at] += factor * vector[at];
  }
  return sum;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

function meanOf(votes: readonly number[]): number {
  return votes.length === 0 ? 0.5 : votes.reduce((sum, vote) => sum + vote, 0) / votes.length;
}
