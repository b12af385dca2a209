/** @file Small JPEG images that need no resizing, without the pipeline that the image library sets up for every image. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { JPEGDecoder } from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs";

/** Up to here the pipeline takes longer than the decoding, which happens on the calling thread. */
const SMALL_PIXELS = 64 * 64;
const SMALL_BYTES = 64 * 1024;

let decoder: Promise<JPEGDecoder> | undefined;
let compiled: WebAssembly.Module | undefined;

/**
 * Red, green and blue of each pixel of a JPEG of exactly `width` by `height`, the same that the image library makes of
 * it (both are libjpeg-turbo); undefined for all that the library should see to: large images, other sizes, images that
 * may have to be turned, and whatever is damaged.
 */
export async function decodeSmallJpeg(
  bytes: Uint8Array,
  { width, height }: { width: number; height: number },
): Promise<Uint8Array | undefined> {
  if (width * height > SMALL_PIXELS || bytes.length > SMALL_BYTES || !isPlainJpeg(bytes)) return undefined;
  const asked = (decoder ??= createDecoder());
  const jpeg = await asked;
  // it failed at another image meanwhile
  if (asked !== decoder) return await decodeSmallJpeg(bytes, { width, height });
  try {
    jpeg.getEncodedBuffer(bytes.length).set(bytes);
    jpeg.readHeader();
    const { width: found, height: foundHeight, componentCount } = jpeg.getFrameInfo();
    if (found !== width || foundHeight !== height) return undefined;
    jpeg.decode();
    const pixels = jpeg.getDecodedBuffer();
    return componentCount === 1 ? repeatChannels(pixels) : Uint8Array.from(pixels);
  } catch {
    // the library says what is wrong; a decoder that failed keeps its memory, and is not used again
    decoder = undefined;
    return undefined;
  }
}

/** True for a JPEG without EXIF data, which may ask for the image to be turned. */
function isPlainJpeg(bytes: Uint8Array): boolean {
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
  return isJpeg && !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("Exif\0");
}

function repeatChannels(grey: Uint8ClampedArray): Uint8Array {
  return Uint8Array.from({ length: 3 * grey.length }, (_, at) => grey[Math.floor(at / 3)]);
}

async function createDecoder(): Promise<JPEGDecoder> {
  const { default: createCodec } = await import("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs");
  const path = createRequire(import.meta.url).resolve("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm");
  const module = (compiled ??= new WebAssembly.Module(readFileSync(path)));
  const codec = await createCodec({
    instantiateWasm: (imports, done) => {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance, module);
      return instance.exports;
    },
  });
  return new codec.JPEGDecoder();
}
