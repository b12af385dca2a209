/** @file Seeded, counter-based random numbers: one independent stream per named purpose. */

import { sha256 } from "@noble/hashes/sha2.js";

const PHILOX_M0 = 0xd2511f53;
const PHILOX_M1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/**
 * A stream of random numbers addressed by a 64-bit key and a position, so that
 * any part of it can be drawn again without drawing what came before.
 */
export interface RandomStream {
  /** The next 32 random bits as an integer in [0, 2^32). */
  bits(): number;
  /** Uniform in [0, 1), 24 random bits. */
  uniform(): number;
  /** Uniform integer in [0, bound), without modulo bias. */
  integer(bound: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** A uniformly random order of 0 … length-1 (Fisher–Yates). */
  permutation(length: number): Uint32Array;
}

/**
 * The stream named by `purpose` under `seed`.
 *
 * Streams with different purposes are independent: `stream(1, "shuffle", epoch)`
 * never depends on how much of `stream(1, "init")` was drawn.
 * The generator is Philox 4x32 with ten rounds.
 *
 * Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
 */
export function stream(seed: number, ...purpose: readonly (string | number)[]): RandomStream {
  const digest = sha256(new TextEncoder().encode(JSON.stringify([seed, ...purpose])));
  const words = new DataView(digest.buffer, digest.byteOffset);
  return philoxStream([words.getUint32(0, true), words.getUint32(4, true)]);
}

/** Words drawn at once: few at first, since many streams are short. */
const FIRST_DRAW = 16;
const LARGEST_DRAW = 1024;

function philoxStream(key: readonly [number, number]): RandomStream {
  let words = new Uint32Array(FIRST_DRAW);
  let used = words.length;
  let nextBlock = 0;
  let spareNormal: number | undefined;

  const draw = (): void => {
    if (nextBlock > 0 && words.length < LARGEST_DRAW) words = new Uint32Array(4 * words.length);
    philox4x32(words, [nextBlock >>> 0, Math.floor(nextBlock / 0x100000000), 0, 0], key);
    nextBlock += words.length / 4;
    used = 0;
  };
  const bits = (): number => {
    if (used === words.length) draw();
    return words[used++];
  };
  const uniform = (): number => (bits() >>> 8) / 0x1000000;
  const integer = (bound: number): number => {
    // Reject the incomplete last interval so that every value is equally likely.
    const limit = 0x100000000 - (0x100000000 % bound);
    let value = bits();
    while (value >= limit) value = bits();
    return value % bound;
  };
  const normal = (): number => {
    if (spareNormal !== undefined) {
      const value = spareNormal;
      spareNormal = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const permutation = (length: number): Uint32Array => {
    const order = Uint32Array.from({ length }, (_, index) => index);
    for (let i = length - 1; i > 0; i--) {
      const j = integer(i + 1);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  };
  return { bits, uniform, integer, normal, permutation };
}

/**
 * Fills `out` with blocks of four words, from the one that a 128-bit counter addresses on; words are least significant first.
 *
 * The lowest word of the counter counts the blocks and carries into the next.
 */
export function philox4x32(
  out: Uint32Array,
  [first, second, third, fourth]: readonly [number, number, number, number],
  key: readonly [number, number],
): void {
  for (let block = 0; block < out.length / 4; block++) {
    const position = first + block;
    // whole numbers of 32 bits with a sign, which is what the processor multiplies fastest
    let c0 = position | 0;
    let c1 = (second + Math.floor(position / 0x100000000)) | 0;
    let c2 = third | 0;
    let c3 = fourth | 0;
    let k0 = key[0] | 0;
    let k1 = key[1] | 0;
    for (let round = 0; round < 10; round++) {
      const high0 = multiplyHigh(PHILOX_M0, c0);
      const low0 = Math.imul(PHILOX_M0, c0);
      const high1 = multiplyHigh(PHILOX_M1, c2);
      const low1 = Math.imul(PHILOX_M1, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + WEYL_0) | 0;
      k1 = (k1 + WEYL_1) | 0;
    }
    out[4 * block] = c0;
    out[4 * block + 1] = c1;
    out[4 * block + 2] = c2;
    out[4 * block + 3] = c3;
  }
}

/** The upper 32 bits of the product of two unsigned 32-bit integers, as a signed one; every step fits 32 bits. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) >>> 0;
  const cross = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (cross >>> 16)) | 0;
}
