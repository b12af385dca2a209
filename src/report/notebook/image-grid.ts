/** @file Images of a data set in rows, to be looked at before anything is trained. */

import { ConfigError, sizeOf } from "../../core/index.ts";
import { svgToPng } from "../figures/svg/rasterize.ts";
import { FONT_FAMILY, textWidth } from "../font/typeface.ts";
import { escapeMarkup } from "../markup.ts";
import { type Picture, picture } from "./picture.ts";

/** Side of the square that an image is enlarged into by a whole factor, in pixels. */
const CELL = 64;
const GAP = 4;
const MARGIN = 12;
const TITLE_SIZE = 16;
const TITLE_HEIGHT = 30;
const NAME_SIZE = 13;
const NOTE_SIZE = 11;

/** A row of images with a name and, under it, a note. */
export interface ImageRow {
  readonly className: string;
  readonly note?: string;
  /** [channels, height, width] bytes each; of more than three channels the first three are shown. */
  readonly images: readonly Uint8Array[];
}

/** What to draw: `datasets.exampleImages` gives it. */
export interface ImageGridOptions {
  readonly title: string;
  readonly imageShape: readonly [channels: number, height: number, width: number];
  readonly classes: readonly ImageRow[];
}

/**
 * One row of images a class, with its name: what Jupyter shows as a PNG.
 *
 * @throws ConfigError if an image does not have as many bytes as its shape says.
 */
export async function imageGrid({ title, imageShape, classes }: ImageGridOptions): Promise<Picture> {
  const [, height, width] = imageShape;
  const factor = Math.max(1, Math.floor(CELL / Math.max(height, width)));
  const cell = { width: factor * width, height: factor * height };
  const texts = classes.flatMap(({ className, note = "" }) => [
    textWidth(className, NAME_SIZE, "bold"),
    textWidth(note, NOTE_SIZE, "normal"),
  ]);
  const labelWidth = Math.ceil(Math.max(0, ...texts)) + 14;
  const columns = Math.max(0, ...classes.map(({ images }) => images.length));
  const size = {
    width:
      2 * MARGIN + Math.ceil(Math.max(labelWidth + columns * (cell.width + GAP), textWidth(title, TITLE_SIZE, "bold"))),
    height: 2 * MARGIN + TITLE_HEIGHT + classes.length * (cell.height + GAP),
  };
  const rows: string[] = [];
  for (const [index, row] of classes.entries()) {
    const y = TITLE_HEIGHT + index * (cell.height + GAP);
    rows.push(`<g transform="translate(0,${y})">${await rowMarkup(row, { imageShape, cell, labelWidth })}</g>`);
  }
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">`,
    `<rect width="100%" height="100%" fill="#ffffff"/><g transform="translate(${MARGIN},${MARGIN})">`,
    text(title, { y: TITLE_SIZE, size: TITLE_SIZE, weight: "bold", color: "#111111" }),
    ...rows,
    "</g></svg>",
  ].join("");
  return picture({ title, svg, png: await svgToPng(svg) });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

async function rowMarkup(
  { className, note = "", images }: ImageRow,
  {
    imageShape,
    cell,
    labelWidth,
  }: {
    imageShape: ImageGridOptions["imageShape"];
    cell: Size;
    labelWidth: number;
  },
): Promise<string> {
  const middle = cell.height / 2;
  const pictures = await Promise.all(
    images.map(async (image, index) => {
      const place = `x="${labelWidth + index * (cell.width + GAP)}" width="${cell.width}" height="${cell.height}"`;
      const png = await toPng(image, { imageShape, cell, className });
      return `<image ${place} style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>`;
    }),
  );
  return [
    text(className, { y: note === "" ? middle + 5 : middle - 2, size: NAME_SIZE, weight: "bold", color: "#222222" }),
    ...(note === "" ? [] : [text(note, { y: middle + 14, size: NOTE_SIZE, weight: "normal", color: "#555555" })]),
    ...pictures,
  ].join("");
}

function text(
  content: string,
  { y, size, weight, color }: { y: number; size: number; weight: "bold" | "normal"; color: string },
): string {
  return `<text transform="translate(0,${y})" font-family="${FONT_FAMILY}" font-size="${size}px" font-weight="${weight}" fill="${color}">${escapeMarkup(content)}</text>`;
}

/** A PNG in base64 with whole squares for pixels; of fewer than three channels the first is shown in grey. */
async function toPng(
  image: Uint8Array,
  { imageShape, cell, className }: { imageShape: ImageGridOptions["imageShape"]; cell: Size; className: string },
): Promise<string> {
  const [channels, height, width] = imageShape;
  if (image.length !== sizeOf(imageShape)) {
    throw new ConfigError(
      `image of class "${className}": expected ${sizeOf(imageShape)} bytes for ${channels}x${height}x${width}, got ${image.length}.`,
    );
  }
  const area = height * width;
  const pixels = new Uint8Array(3 * area);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let color = 0; color < 3; color++)
      pixels[3 * pixel + color] = image[(channels < 3 ? 0 : color) * area + pixel];
  }
  const { default: sharp } = await import("sharp");
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    // as large as it will be drawn, so that nothing blurs it later
    .resize({ width: 2 * cell.width, height: 2 * cell.height, fit: "fill", kernel: "nearest" })
    .png()
    .toBuffer();
  return png.toString("base64");
}
