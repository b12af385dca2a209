/** @file Numbers of files that JavaScript has no array for: 64-bit integers, halves and bfloat16. */

import type { Int64 } from "./proto.ts";

/** The nearest number to a 64-bit integer, itself up to 2^53. */
export function toNumber(value: Int64): number {
  return Number(value.toString());
}

/** The value of IEEE 754 half-precision bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
