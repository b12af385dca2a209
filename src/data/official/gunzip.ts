/** @file Unpacks gzip without trusting it: what comes out has a bound that is known before. */

import { constants, gunzipSync } from "node:zlib";
import { DataError } from "../../core/index.ts";
import { MOST_PER_PACKED_BYTE } from "../npz/zip-members.ts";

/** Packed bytes that the beginning is unpacked from. */
const PEEK_BYTES = 1024;

/** True if the bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The first bytes of what is packed; all of it, if that is no more than about a kilobyte packed.
 *
 * @throws DataError if the bytes are damaged.
 */
export function gunzipBeginning(bytes: Uint8Array, path: string): Uint8Array {
  return unpack(bytes.subarray(0, PEEK_BYTES), path, {
    // the rest is left out on purpose, which is no error
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: (PEEK_BYTES + 1) * MOST_PER_PACKED_BYTE,
  });
}

/**
 * All of what is packed, which is to be exactly `sizeBytes` long.
 *
 * @throws DataError if the bytes are damaged, or pack fewer or more than that.
 */
export function gunzipExactly(bytes: Uint8Array, path: string, sizeBytes: number): Uint8Array {
  if (sizeBytes > bytes.length * MOST_PER_PACKED_BYTE) {
    throw notThatMany(path, sizeBytes, `${bytes.length} packed bytes, which cannot hold them`);
  }
  const unpacked = unpack(bytes, path, { maxOutputLength: Math.max(1, sizeBytes) }, sizeBytes);
  if (unpacked.length !== sizeBytes) throw notThatMany(path, sizeBytes, `${unpacked.length}`);
  return unpacked;
}

function unpack(
  bytes: Uint8Array,
  path: string,
  options: { finishFlush?: number; maxOutputLength: number },
  expected = options.maxOutputLength,
): Uint8Array {
  try {
    return gunzipSync(bytes, options);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") throw notThatMany(path, expected, "more");
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      `${path}: expected a gzip file, got damaged bytes (${reason}). Replace the file by an unharmed copy.`,
      { location: { path }, cause },
    );
  }
}

function notThatMany(path: string, expected: number, got: string): DataError {
  return new DataError(
    `${path}: expected ${expected} bytes when unpacked, as its header says, got ${got}. ` +
      "Replace the file by an unharmed copy.",
    { location: { path } },
  );
}
