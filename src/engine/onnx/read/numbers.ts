/** @file Numbers of files that JavaScript has no array for: 64-bit integers. */

import type { Int64 } from "../proto/proto.ts";

/** The nearest number to a 64-bit integer, itself up to 2^53. */
export function toNumber(value: Int64): number {
  return Number(value.toString());
}
