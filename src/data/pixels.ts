/** @file The pixels of a part of a data set: in shared memory or elsewhere, and one way to read them. */

/** Pixels that are not in memory, such as those of a file. */
export interface StoredPixels {
  /** Of all images together. */
  readonly sizeBytes: number;
  /** Copies the bytes from `start` on into `into`. */
  read(start: number, into: Uint8Array): void;
}

/** The images of a part one after the other, each [channels, height, width] bytes: in shared memory or elsewhere. */
export type PixelStore = Uint8Array | StoredPixels;

/** Read at once where all pixels are gone through. */
const CHUNK_BYTES = 1 << 20;

/** Bytes of all images together. */
export function pixelBytes(pixels: PixelStore): number {
  return pixels instanceof Uint8Array ? pixels.length : pixels.sizeBytes;
}

/**
 * Copies the image number `index` into `into`, which is as long as one image.
 *
 * @throws DataError if a file of the pixels is gone or was cut off.
 */
export function readImage(pixels: PixelStore, index: number, into: Uint8Array): void {
  readPixels(pixels, index * into.length, into);
}

/**
 * Copies the bytes from `start` on into `into`: consecutive images, if both are multiples of an image's length.
 *
 * @throws DataError if a file of the pixels is gone or was cut off.
 */
export function readPixels(pixels: PixelStore, start: number, into: Uint8Array): void {
  if (start < 0 || start + into.length > pixelBytes(pixels)) {
    throw new Error(`internal: bytes ${start} to ${start + into.length} of ${pixelBytes(pixels)} bytes of pixels`);
  }
  if (pixels instanceof Uint8Array) into.set(pixels.subarray(start, start + into.length));
  else pixels.read(start, into);
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
