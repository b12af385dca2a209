/** @file A checksum that lies inside the file that it is of, so that the file alone tells whether it is whole. */

import { createHash } from "node:crypto";
import { DataError } from "../core/index.ts";

const MARK = "graft-sha256:";
const DIGITS = 64;
const ZEROS = "0".repeat(DIGITS);

/** What bytes hold where their seal is to be: it is taken over the file with this in its place. */
export const blankSeal = `${MARK}${ZEROS}`;

/** Fills in the last blank seal of the bytes, in place. */
export function seal(bytes: Uint8Array): Uint8Array {
  const file = viewOf(bytes);
  const found = file.lastIndexOf(blankSeal);
  if (found === -1) throw new Error("internal: bytes without a place for their seal");
  const at = found + MARK.length;
  file.write(digestAround(file, at), at, "latin1");
  return bytes;
}

/** Whether bytes are as they were sealed; `none` for files of earlier versions and of others. */
export function checkSeal(bytes: Uint8Array): "whole" | "broken" | "none" {
  const file = viewOf(bytes);
  const found = file.lastIndexOf(MARK);
  if (found === -1) return "none";
  const at = found + MARK.length;
  return file.toString("latin1", at, at + DIGITS) === digestAround(file, at) ? "whole" : "broken";
}

/** @throws DataError if the file at `path` was sealed and its bytes are not what they were then. */
export function requireSeal(bytes: Uint8Array, path: string): void {
  if (checkSeal(bytes) !== "broken") return;
  throw new DataError(
    `${path}: expected the bytes that Graft wrote, got others: its checksum differs. ` +
      "Restore the file from where it was copied or made.",
    { location: { path } },
  );
}

function digestAround(file: Buffer, at: number): string {
  return createHash("sha256")
    .update(file.subarray(0, at))
    .update(ZEROS)
    .update(file.subarray(at + DIGITS))
    .digest("hex");
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
