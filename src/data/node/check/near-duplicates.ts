/** @file Images that look alike: written anew, of another size or brightness, slightly changed. */

import type { ImageLook } from "./image-look.ts";

/** Of 64 bits: at `LEAST_ALIKE`, and however much alike images must be. */
const FARTHEST = 10;
const NEAREST = 4;
/** Correlation of brightness, where images are as different as photographs are. */
const LEAST_ALIKE = 0.92;
/** Of the cube of the distance that is usual, 1 less the correlation: 0.92 at 0.45, 0.996 at 0.8. */
const SHARE_OF_DISTANCE = 0.48;
/** Of an image's nearest ones: nearer ones may be its copies. */
const USUAL_RANK = 5;
/** Images whose nearest ones are looked for to know what is usual, and those among which they are. */
const SAMPLED = 200;
const SAMPLED_AMONG = 1000;

/** Places in a list of looks. */
export interface LookPair {
  readonly first: number;
  readonly second: number;
}

/**
 * Every image that looks like an earlier one, with the first of its kind.
 *
 * Alike are images whose fingerprints differ in at most 10 of 64 bits and whose brightness, at 32x32, correlates by at
 * least 0.92: the same photograph as another file, smaller, brighter or with a mark on it, but not another part of it.
 * Where images are alike by nature, as digits are, more is asked, by the correlation with the fifth nearest image as it
 * is for half of them. Images are compared with the first of each kind alone, and flat ones with nothing.
 */
export function findNearDuplicates(looks: readonly ImageLook[]): LookPair[] {
  const least = leastAlike(looks.filter(({ isFlat }) => !isFlat));
  // fingerprints differ by the root of what correlations do
  const farthest = Math.max(NEAREST, Math.round(FARTHEST * Math.sqrt((1 - least) / (1 - LEAST_ALIKE))));
  const low = Int32Array.from(looks, ({ fingerprint }) => fingerprint[0]);
  const high = Int32Array.from(looks, ({ fingerprint }) => fingerprint[1]);
  const firsts = new Int32Array(looks.length);
  let kinds = 0;
  const firstLike = (second: number): number | undefined => {
    const [ownLow, ownHigh] = [low[second], high[second]];
    for (let kind = 0; kind < kinds; kind++) {
      const first = firsts[kind];
      const distance = countBits(low[first] ^ ownLow);
      if (distance > farthest || distance + countBits(high[first] ^ ownHigh) > farthest) continue;
      if (correlation(looks[first], looks[second]) >= least) return first;
    }
    return undefined;
  };
  return looks.flatMap(({ isFlat }, second) => {
    if (isFlat) return [];
    const first = firstLike(second);
    if (first !== undefined) return [{ first, second }];
    firsts[kinds++] = second;
    return [];
  });
}

/** The correlation from which on two images are one. */
function leastAlike(looks: readonly ImageLook[]): number {
  const among = spread(looks, SAMPLED_AMONG);
  const near = spread(among, SAMPLED).map((look) => {
    const all = among.flatMap((other) => (other === look ? [] : [correlation(look, other)]));
    return all.sort((a, b) => b - a)[USUAL_RANK - 1] ?? 0;
  });
  const usual = near.sort((a, b) => a - b)[Math.floor(near.length / 2)] ?? 0;
  return Math.max(LEAST_ALIKE, 1 - SHARE_OF_DISTANCE * (1 - usual) ** 3);
}

/** At most `count` of a list, evenly spread. */
function spread<T>(items: readonly T[], count: number): T[] {
  const taken = Math.min(count, items.length);
  return Array.from({ length: taken }, (_, place) => items[Math.floor((place * items.length) / taken)]);
}

function correlation({ small: a }: ImageLook, { small: b }: ImageLook): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/** Of 32 bits, by adding neighbours. */
function countBits(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
