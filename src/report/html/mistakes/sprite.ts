/** @file Many small pictures as one, so that a page carries and decodes them at once. */

import type sharpModule from "sharp";

/** Tiles side by side. */
const COLUMNS = 20;
const QUALITY = 78;

/** A picture made of tiles, row by row from the top left. */
export interface Sprite {
  /** WebP in base64. */
  base64: string;
  /** How many of the pictures it has: the first ones. */
  tiles: number;
  columns: number;
  rows: number;
}

/**
 * The sprite of pictures that share one size.
 *
 * @param pictures - Files of images, each `width` by `height` pixels.
 * @param mostBytes - Of the sprite in base64; the last pictures are left out where it would take more.
 */
export async function makeSprite(
  pictures: readonly Uint8Array[],
  { width, height, mostBytes }: { width: number; height: number; mostBytes: number },
): Promise<Sprite> {
  const { default: sharp } = await import("sharp");
  let tiles = pictures.length;
  for (;;) {
    const sprite = await encode(sharp, pictures.slice(0, tiles), { width, height });
    if (sprite.base64.length <= mostBytes || tiles <= 1) return sprite;
    tiles = Math.max(1, Math.floor((0.97 * tiles * mostBytes) / sprite.base64.length));
  }
}

async function encode(
  sharp: typeof sharpModule,
  pictures: readonly Uint8Array[],
  { width, height }: { width: number; height: number },
): Promise<Sprite> {
  const columns = Math.min(COLUMNS, pictures.length);
  const rows = Math.ceil(pictures.length / columns);
  const size = { width: columns * width, height: rows * height, channels: 3 as const, background: "#808080" };
  const tiles = pictures.map((input, index) => ({
    input: Buffer.from(input),
    left: (index % columns) * width,
    top: Math.floor(index / columns) * height,
  }));
  const webp = await sharp({ create: size }).composite(tiles).webp({ quality: QUALITY }).toBuffer();
  return { base64: webp.toString("base64"), tiles: pictures.length, columns, rows };
}
