/** @file Pixels as data URIs, for figures made of images. */

import type { Sharp } from "sharp";

/** A photograph loses nothing that an eye would miss. */
const QUALITY = 90;

interface Size {
  height: number;
  width: number;
}

/**
 * Image planes [channels, height, width] as a PNG or, where that is smaller, as photographs are, a JPEG.
 *
 * Of fewer than three channels the first is shown in grey. Larger images are brought down to `largest`.
 */
export async function planesToImage(
  planes: Uint8Array,
  { channels, height, width }: Size & { channels: number },
  { largest }: { largest: number },
): Promise<string> {
  const area = height * width;
  const pixels = Buffer.alloc(area * 3);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[i * 3 + channel] = planes[(channels < 3 ? 0 : channel) * area + i] ?? 0;
    }
  }
  const image = await openPixels(pixels, { width, height, largest });
  const [png, jpeg] = await Promise.all([
    image.clone().png().toBuffer(),
    image.clone().jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" }).toBuffer(),
  ]);
  return jpeg.length < png.length ? jpegData(jpeg) : pngData(png);
}

/** The bytes of a JPEG file. */
export function jpegData(jpeg: Uint8Array): string {
  return `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`;
}

/** Interleaved RGB bytes as a PNG, which keeps each of them. */
export async function rgbToPng(pixels: Uint8Array, size: Size & { largest: number }): Promise<string> {
  return pngData(await (await openPixels(pixels, size)).png().toBuffer());
}

function pngData(png: Buffer): string {
  return `data:image/png;base64,${png.toString("base64")}`;
}

async function openPixels(pixels: Uint8Array, { width, height, largest }: Size & { largest: number }): Promise<Sharp> {
  const { default: sharp } = await import("sharp");
  const raw = { width, height, channels: 3 } as const;
  return sharp(pixels, { raw }).resize({ width: largest, height: largest, fit: "inside", withoutEnlargement: true });
}
