/** @file The pixels of a part of a data set: in shared memory or in a file, and one way to read them. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { DataError } from "../core/index.ts";

/** Pixels that stay in a file; plain data, so that a worker thread can be handed it. */
export interface PixelFile {
  readonly path: string;
  /** Where the first image begins. */
  readonly offset: number;
  /** Of all images together. */
  readonly sizeBytes: number;
}

/** The images of a part one after the other, each [channels, height, width] bytes: in shared memory or in a file. */
export type PixelStore = Uint8Array | PixelFile;

/** Read at once where all pixels are gone through. */
const CHUNK_BYTES = 1 << 20;

/** Files by path, opened once a thread; the system closes them with the process. */
const openFiles = new Map<string, number>();

/** Bytes of all images together. */
export function pixelBytes(pixels: PixelStore): number {
  return pixels instanceof Uint8Array ? pixels.length : pixels.sizeBytes;
}

/**
 * Copies the image number `index` into `into`, which is as long as one image.
 *
 * @throws DataError if the file of the pixels is gone or was cut off.
 */
export function readImage(pixels: PixelStore, index: number, into: Uint8Array): void {
  readPixels(pixels, index * into.length, into);
}

/**
 * Copies the bytes from `start` on into `into`: consecutive images, if both are multiples of an image's length.
 *
 * @throws DataError if the file of the pixels is gone or was cut off.
 */
export function readPixels(pixels: PixelStore, start: number, into: Uint8Array): void {
  if (start < 0 || start + into.length > pixelBytes(pixels)) {
    throw new Error(`internal: bytes ${start} to ${start + into.length} of ${pixelBytes(pixels)} bytes of pixels`);
  }
  if (pixels instanceof Uint8Array) into.set(pixels.subarray(start, start + into.length));
  else readFromFile(pixels, pixels.offset + start, into);
}

/** All pixels in order, in pieces that share memory with one another: each is to be used before the next is taken. */
export function* pixelChunks(pixels: PixelStore): Generator<Uint8Array, void, undefined> {
  if (pixels instanceof Uint8Array) {
    yield pixels;
    return;
  }
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, pixels.sizeBytes));
  for (let start = 0; start < pixels.sizeBytes; start += chunk.length) {
    const piece = chunk.subarray(0, Math.min(chunk.length, pixels.sizeBytes - start));
    readPixels(pixels, start, piece);
    yield piece;
  }
}

/** Closes a file of pixels in this thread, before another takes its place; the next read opens that one. */
export function closePixelFile(path: string): void {
  const file = openFiles.get(path);
  if (file === undefined) return;
  openFiles.delete(path);
  closeSync(file);
}

function readFromFile(pixels: PixelFile, position: number, into: Uint8Array): void {
  const file = openFiles.get(pixels.path) ?? openPixelFile(pixels);
  let filled = 0;
  while (filled < into.length) {
    const bytes = readSync(file, into, filled, into.length - filled, position + filled);
    if (bytes === 0) throw cutOff(pixels, fstatSync(file).size);
    filled += bytes;
  }
}

function openPixelFile(pixels: PixelFile): number {
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

function cutOff({ path, offset, sizeBytes }: PixelFile, end: number): DataError {
  return new DataError(
    `${path}: expected ${offset + sizeBytes} bytes of pixels, got ${end}. ` +
      "Open the data set again, which makes the file anew.",
    { location: { path, offset: end } },
  );
}
