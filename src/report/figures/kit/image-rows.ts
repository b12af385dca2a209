/** @file A row of images for each class, with its name and a note beside them. */

import { textWidth } from "../../font/typeface.ts";
import { planesToImage } from "../svg/image-data.ts";
import { cutText } from "../svg/wrap-text.ts";
import { type PlacedWord, pictureView } from "./picture-view.ts";
import { inks } from "../../look/inks.ts";

const NAME_SIZE = 13;
const NOTE_SIZE = 11;
/** Where names begin behind patches. */
const PATCH_ROOM = 12;
const IMAGE_GAP = 4;
const ROW_GAP = 6;
/** Side of an embedded image, in pixels. */
const LARGEST_EMBEDDED = 128;

/** One row. */
export interface NamedImages {
  name: string;
  note: string;
  /** Of the note, and of a patch beside the row; absent for a plain one. */
  color?: string;
  /** [channels, height, width] bytes each. */
  images: readonly Uint8Array[];
}

/** The rows as a view, and how wide it is. Small images are enlarged by a whole factor into squares of `largest` pixels. */
export async function imageRows(
  rows: readonly NamedImages[],
  {
    shape,
    largest,
    widestName = Infinity,
  }: { shape: { channels: number; height: number; width: number }; largest: number; widestName?: number },
): Promise<{ view: object; width: number }> {
  const fit = largest / Math.max(shape.width, shape.height);
  const factor = fit >= 1 ? Math.floor(fit) : fit;
  const cell = { width: Math.round(shape.width * factor), height: Math.round(shape.height * factor) };
  const named = rows.map((row, index) => ({
    ...row,
    name: cutText(row.name, widestName, { fontSize: NAME_SIZE, weight: "bold" }),
    y: index * (cell.height + ROW_GAP),
  }));
  const texts = named.flatMap(({ name, note }) => [textWidth(name, NAME_SIZE, "bold"), textWidth(note, NOTE_SIZE)]);
  const left = 18 + Math.ceil(Math.max(60, ...texts));
  const nameX = rows.some(({ color }) => color) ? PATCH_ROOM : 0;
  const images = named.flatMap(({ images: own, y }) =>
    own.map(async (image, column) => {
      const url = await planesToImage(image, shape, { largest: Math.max(largest, LARGEST_EMBEDDED) });
      return { x: left + column * (cell.width + IMAGE_GAP), y, url };
    }),
  );
  const width = left + Math.max(0, ...rows.map((row) => row.images.length)) * (cell.width + IMAGE_GAP);
  const middle = cell.height / 2;
  const view = pictureView({
    images: await Promise.all(images),
    cell,
    words: named.flatMap(({ name, note, color = inks.soft.light, y }): PlacedWord[] => [
      { x: nameX, y: y + middle - 2, text: name, size: NAME_SIZE, weight: "bold", color: inks.ink.light },
      { x: nameX, y: y + middle + 13, text: note, size: NOTE_SIZE, color },
    ]),
    patches: named.flatMap(({ color, y }) => (color ? [{ x: 0, y, width: 4, height: cell.height, color }] : [])),
    width,
    height: Math.max(0, rows.length * (cell.height + ROW_GAP) - ROW_GAP),
  });
  return { view, width };
}
