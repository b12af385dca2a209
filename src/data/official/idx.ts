/** @file Reads IDX files, the format of MNIST: a header of axis lengths, then the elements. */

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { DataError, formatShape, sizeOf } from "../../core/index.ts";
import type { DataArray, ElementType } from "../arrays/data-array.ts";
import { readFileOf } from "../node/read-file.ts";
import { gunzipBeginning, gunzipExactly, isGzip } from "./gunzip.ts";

/** Bytes of a file in which its header is whole, also packed. */
const PEEK_BYTES = 1024;

/** Images of channels have four axes; others hold nothing that is read. */
const MAX_RANK = 4;

const bigEndian = (kind: string, itemBytes: number, name: string): ElementType => ({
  kind,
  itemBytes,
  isLittleEndian: false,
  name,
});

/** Element types by their codes. */
const types: Readonly<Record<number, ElementType>> = {
  0x08: bigEndian("u", 1, "uint8"),
  0x09: bigEndian("i", 1, "int8"),
  0x0b: bigEndian("i", 2, "int16"),
  0x0c: bigEndian("i", 4, "int32"),
  0x0d: bigEndian("f", 4, "float32"),
  0x0e: bigEndian("f", 8, "float64"),
};

/** What the header says of the array that follows it. */
interface IdxHeader {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/**
 * Reads an IDX file, packed by gzip or not.
 *
 * @throws DataError if it is missing, too large, or not such a file.
 */
export async function readIdx(path: string): Promise<DataArray> {
  return decodeIdx(await readFileOf("an IDX file", path), path);
}

/** The same, of bytes in as many axes as `rank`. */
export async function readIdxBytes(path: string, rank: number): Promise<DataArray> {
  return decodeIdxBytes(await readFileOf("an IDX file", path), path, rank);
}

/**
 * The array in the bytes of an IDX file, packed by gzip or not.
 *
 * Two zero bytes, the element type, the number of axes, each length as a
 * big-endian 32-bit number, then the elements in row-major order. Nothing is
 * unpacked beyond what the header promises.
 *
 * @throws DataError if the bytes are not that, and whole.
 * Source: Y. LeCun, "The MNIST database", "File formats".
 */
export function decodeIdx(bytes: Uint8Array, path: string): DataArray {
  return elementsOf(bytes, path, headerOf(bytes, path));
}

/** The same, of bytes in as many axes as `rank`. */
export function decodeIdxBytes(bytes: Uint8Array, path: string, rank: number): DataArray {
  return elementsOf(bytes, path, headerOf(bytes, path, rank));
}

/** What the file at `path` says of its array, if it is an IDX file, packed or not; nothing behind its header is read. */
export function peekIdx(path: string): IdxHeader | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const beginning = new Uint8Array(PEEK_BYTES);
  const file = openSync(path, "r");
  try {
    return headerOf(beginning.subarray(0, readSync(file, beginning)), path);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Of bytes in as many axes as `rank`, if there is one. */
function headerOf(bytes: Uint8Array, path: string, rank?: number): IdxHeader {
  const header = isGzip(bytes) ? gunzipBeginning(bytes, path) : bytes;
  const wrong = (got: string): DataError => noIdx(path, rank, got);
  if (header.length < headerBytesOf(rank ?? 1)) throw wrong(`${header.length} bytes`);
  const [zero, alsoZero, code, axes] = header;
  if (zero !== 0 || alsoZero !== 0) throw wrong("another beginning");
  const type = Object.hasOwn(types, code) && (rank === undefined || code === 0x08) ? types[code] : undefined;
  if (type === undefined) throw wrong(`elements of type 0x${code.toString(16).padStart(2, "0")}`);
  if (axes < 1 || axes > MAX_RANK || (rank !== undefined && axes !== rank)) throw wrong(`${axes} axes`);
  if (header.length < headerBytesOf(axes)) throw wrong(`${header.length} bytes`);
  const view = new DataView(header.buffer, header.byteOffset, headerBytesOf(axes));
  return { type, shape: Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis)) };
}

function elementsOf(bytes: Uint8Array, path: string, { type, shape }: IdxHeader): DataArray {
  const headerBytes = headerBytesOf(shape.length);
  const sizeBytes = headerBytes + sizeOf(shape) * type.itemBytes;
  const packed = isGzip(bytes);
  if (!packed && bytes.length !== sizeBytes) {
    throw new DataError(
      `${path}: expected ${sizeBytes} bytes for ${formatShape(shape)}, as its header says, got ${bytes.length}. ` +
        "Replace the file by a complete copy.",
      { location: { path, offset: Math.min(sizeBytes, bytes.length) } },
    );
  }
  const whole = packed ? gunzipExactly(bytes, path, sizeBytes) : bytes;
  return { where: path, type, shape, fortranOrder: false, data: whole.subarray(headerBytes) };
}

function headerBytesOf(rank: number): number {
  return 4 + 4 * rank;
}

function noIdx(path: string, rank: number | undefined, got: string): DataError {
  const wanted = rank === undefined ? `with 1 to ${MAX_RANK} axes` : `of unsigned bytes with ${rank} axes`;
  return new DataError(`${path}: expected an IDX file ${wanted}, got ${got}. Replace the file by the right one.`, {
    location: { path, offset: 0 },
  });
}
