/** @file Reads IDX files, the format of MNIST: a header of axis lengths, then the elements. */

import { DataError, formatShape, sizeOf } from "../../core/index.ts";
import { readFileOf } from "../node/read-file.ts";
import { gunzipBeginning, gunzipExactly, isGzip } from "./gunzip.ts";

/** The code of unsigned bytes, the only element type that images and labels have. */
const UINT8_CODE = 0x08;

/** Bytes in axes. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads an IDX file of bytes, packed by gzip or not.
 *
 * @throws DataError if it is missing, too large, or not such a file with as many axes as `rank`.
 */
export async function readIdx(path: string, rank: number): Promise<IdxArray> {
  return decodeIdx(await readFileOf("an IDX file", path), path, rank);
}

/**
 * The array in the bytes of an IDX file, packed by gzip or not.
 *
 * Two zero bytes, the element type, the number of axes, each length as a
 * big-endian 32-bit number, then the elements in row-major order. Nothing is
 * unpacked beyond what the header promises.
 *
 * @throws DataError if the bytes are not that, whole and with `rank` axes.
 * Source: Y. LeCun, "The MNIST database", "File formats".
 */
export function decodeIdx(bytes: Uint8Array, path: string, rank: number): IdxArray {
  const packed = isGzip(bytes);
  const shape = readShape(packed ? gunzipBeginning(bytes, path) : bytes, path, rank);
  const headerBytes = headerBytesOf(rank);
  const sizeBytes = headerBytes + sizeOf(shape);
  if (!packed && bytes.length !== sizeBytes) {
    throw new DataError(
      `${path}: expected ${sizeBytes} bytes for ${formatShape(shape)}, as its header says, got ${bytes.length}. ` +
        "Replace the file by a complete copy.",
      { location: { path, offset: Math.min(sizeBytes, bytes.length) } },
    );
  }
  const whole = packed ? gunzipExactly(bytes, path, sizeBytes) : bytes;
  return { shape, data: whole.subarray(headerBytes) };
}

function readShape(header: Uint8Array, path: string, rank: number): readonly number[] {
  const headerBytes = headerBytesOf(rank);
  if (header.length < headerBytes) throw noIdx(path, rank, `${header.length} bytes`);
  const [zero, alsoZero, code, axes] = header;
  if (zero !== 0 || alsoZero !== 0) throw noIdx(path, rank, "another beginning");
  if (code !== UINT8_CODE) throw noIdx(path, rank, `elements of type 0x${code.toString(16).padStart(2, "0")}`);
  if (axes !== rank) throw noIdx(path, rank, `${axes} axes`);
  const view = new DataView(header.buffer, header.byteOffset, headerBytes);
  return Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
}

function headerBytesOf(rank: number): number {
  return 4 + 4 * rank;
}

function noIdx(path: string, rank: number, got: string): DataError {
  return new DataError(
    `${path}: expected an IDX file of unsigned bytes with ${rank} axes, got ${got}. Replace the file by the right one.`,
    { location: { path, offset: 0 } },
  );
}
