/** @file Images of a data set in rows, to be looked at before anything is trained. */

import { ConfigError, sizeOf } from "../../core/index.ts";
import { drawFigure } from "../figures/kit/draw-figure.ts";
import { imageRows } from "../figures/kit/image-rows.ts";
import { type Picture, picture } from "./picture.ts";

/** Side of the square that a small image is enlarged into, in pixels. */
const LARGEST = 64;

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
  const [channels, height, width] = imageShape;
  const expected = sizeOf(imageShape);
  for (const { className, images } of classes) {
    const wrong = images.find((image) => image.length !== expected);
    if (!wrong) continue;
    throw new ConfigError(
      `image of class "${className}": expected ${expected} bytes for ${channels}x${height}x${width}, got ${wrong.length}.`,
    );
  }
  const rows = classes.map(({ className, note = "", images }) => ({ name: className, note, images }));
  const { view, width: used } = await imageRows(rows, {
    shape: { channels, height, width },
    largest: Math.max(LARGEST, height, width),
  });
  return picture({ title, ...(await drawFigure({ title, subtitle: [], views: [view], width: used })) });
}
