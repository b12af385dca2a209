/** @file The pixels of a part of a data set in a file. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { DataError } from "../../core/index.ts";
import type { StoredPixels } from "../pixels.ts";

/** Files by path, opened once a thread; the system closes them with the process. */
const openFiles = new Map<string, number>();

/** Where pixels are in a file. */
export interface PixelPlace {
  readonly path: string;
  /** Where the first image begins. */
  readonly offset: number;
  /** Of all images together. */
  readonly sizeBytes: number;
  /** CRC-32 of every image, in shared memory; images are believed where they are left out. */
  readonly crcs?: Uint32Array | undefined;
}

/** Pixels that stay in a file, which each thread opens for itself. */
export class PixelFile implements PixelPlace, StoredPixels {
  readonly path: string;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly crcs: Uint32Array | undefined;

  constructor({ path, offset, sizeBytes, crcs }: PixelPlace) {
    this.path = path;
    this.offset = offset;
    this.sizeBytes = sizeBytes;
    this.crcs = crcs;
  }

  /** @throws DataError if the file is gone or was cut off, or an image that is read is not the one that was written. */
  read(start: number, into: Uint8Array): void {
    const file = openFiles.get(this.path) ?? openPixelFile(this);
    const position = this.offset + start;
    let filled = 0;
    while (filled < into.length) {
      const bytes = readSync(file, into, filled, into.length - filled, position + filled);
      if (bytes === 0) throw cutOff(this, fstatSync(file).size);
      filled += bytes;
    }
    this.#requireWritten(start, into);
  }

  /** Of pieces that are no single image, whoever reads them takes a checksum. */
  #requireWritten(start: number, read: Uint8Array): void {
    const { path, offset, sizeBytes, crcs } = this;
    if (crcs === undefined || read.length * crcs.length !== sizeBytes) return;
    const index = start / read.length;
    if (!Number.isInteger(index) || crc32(read) === crcs[index]) return;
    throw new DataError(
      `${path}: expected the pixels that were written, got others in image ${index} from byte ${offset + start} on. ` +
        "Delete the file and open the data set again, which makes it anew.",
      { location: { path, offset: offset + start } },
    );
  }
}

/** Closes a file of pixels in this thread, before another takes its place; the next read opens that one. */
export function closePixelFile(path: string): void {
  const file = openFiles.get(path);
  if (file === undefined) return;
  openFiles.delete(path);
  closeSync(file);
}

/** Closes all that this thread opened. */
export function closePixelFiles(): void {
  for (const path of openFiles.keys()) closePixelFile(path);
}

function openPixelFile(pixels: PixelPlace): number {
  const { path } = pixels;
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause && cause.code === "ENOENT" ? "no such file" : `${cause}`;
    throw new DataError(
      `${path}: expected the pixels of a data set, got ${reason}. Open the data set again, which makes the file anew.`,
      { location: { path }, cause },
    );
  }
  const { size } = fstatSync(file);
  if (size < pixels.offset + pixels.sizeBytes) {
    closeSync(file);
    throw cutOff(pixels, size);
  }
  openFiles.set(path, file);
  return file;
}

function cutOff({ path, offset, sizeBytes }: PixelPlace, end: number): DataError {
  return new DataError(
    `${path}: expected ${offset + sizeBytes} bytes of pixels, got ${end}. ` +
      "Open the data set again, which makes the file anew.",
    { location: { path, offset: end } },
  );
}
