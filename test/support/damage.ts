/** @file Damages bytes for property-based tests of parsers, and holds what parsers may do against what they did. */

import * as fc from "fast-check";
import { expect } from "vitest";
import { ConfigError, DataError } from "../../src/core/index.ts";

/** One change of bytes, at a place that is a share of their length. */
export interface Damage {
  readonly at: number;
  readonly byte: number;
  readonly kind: string;
}

/** One to five changes; most set a byte. */
export const damages = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff)),
    kind: fc.constantFrom("set", "set", "set", "cut", "insert", "remove"),
  }),
  { minLength: 1, maxLength: 5 },
);

/** The bytes with these changes, one after another. */
export function damaged(bytes: Uint8Array, changes: readonly Damage[]): Uint8Array {
  let result = [...bytes];
  for (const { at, byte, kind } of changes) {
    const place = Math.floor(at * result.length);
    if (kind === "set") result[place] = byte;
    else if (kind === "insert") result.splice(place, 0, byte);
    else if (kind === "remove") result.splice(place, 1);
    else result = result.slice(0, Math.max(place, 1));
  }
  return Uint8Array.from(result);
}

/** Random bytes behind a beginning that may get them further, or one of these files, damaged. */
export function hostileBytes(
  files: readonly Uint8Array[],
  beginnings: readonly Uint8Array[] = [],
): fc.Arbitrary<Uint8Array> {
  const random = fc
    .tuple(fc.constantFrom(Uint8Array.of(), ...beginnings), fc.uint8Array({ maxLength: 96 }))
    .map((pieces) => Uint8Array.from(Buffer.concat(pieces)));
  const changed = fc.tuple(fc.constantFrom(...files), damages).map(([file, changes]) => damaged(file, changes));
  return fc.oneof({ weight: 1, arbitrary: random }, { weight: 3, arbitrary: changed });
}

/** What `read` returns; undefined if it refuses in one sentence that is meant for the user. Anything else fails. */
export function readOrRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    return requireRefusal(error);
  }
}

/** Fails unless the error is a refusal in one line that begins with `file`, the path that the tests give. */
export function requireRefusal(error: unknown): undefined {
  if (!(error instanceof DataError || error instanceof ConfigError)) throw error;
  expect(error.message).toMatch(/^[^\n]*file[^\n]*: [^\n]+\.$/);
  return undefined;
}

/** What happens to files on disks and in copies. */
export const fileDamages = ["flip", "truncate", "zero"] as const;

/** The bytes with one bit flipped, without their end, or with a block of zeros, drawn from 0 to 1 each. */
export function damagedFile(bytes: Uint8Array, kind: (typeof fileDamages)[number], draw: () => number): Uint8Array {
  const at = Math.floor(draw() * bytes.length);
  if (kind === "truncate") return bytes.subarray(0, at);
  const changed = Uint8Array.from(bytes);
  if (kind === "zero") changed.fill(0, at, at + 1 + Math.floor(draw() * 512));
  else changed[at] ^= 1 << Math.floor(draw() * 8);
  return changed;
}
