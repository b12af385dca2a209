/** @file SVG to PNG. */

import { textToPaths } from "../../font/text-to-paths.ts";

const SCALE = 2;
/** What librsvg takes as one CSS pixel a dot. */
const BASE_DENSITY = 72;

/** A PNG at twice the SVG's size, its texts drawn as outlines of the bundled font. */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  return sharp(Buffer.from(textToPaths(svg)), { density: BASE_DENSITY * SCALE })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
