/** @file Pixels of the formats that hold them as they are. */

/** Rows from the top, the channels of a pixel side by side: grey, RGB or RGBA. */
export interface PlainImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly pixels: Uint8Array | Uint16Array;
}

/** Why an image of a known format is not read though nothing is wrong with it, as a phrase. */
export class UnreadForm extends Error {
  override readonly name = "UnreadForm";
}

/** @throws Error if an image is larger than allowed, or smaller than one pixel. */
export function requireSize({ width, height }: Pick<PlainImage, "width" | "height">, maxPixels: number): void {
  if (!(width > 0 && height > 0)) throw new Error(`a size of ${width}x${height}`);
  // in the image library's words, as whoever tells of it expects
  if (width * height > maxPixels) throw new Error("its size exceeds pixel limit");
}
