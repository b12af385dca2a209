/** @file A sheet of images of every class, as a PNG file. */

import sharp from "sharp";
import { plural, printable, sizeOf } from "../../../core/index.ts";
import { writeFileAtomic } from "../../../files/index.ts";
import { type ImageDataset, readImage } from "../../../data/index.ts";
import { type ImageRow, imageGrid } from "../../../report/index.ts";
import type { ResultKind } from "../../study/result-file.ts";

const IMAGES_PER_CLASS = 10;

/** More rows than this nobody looks at. */
const MAX_CLASSES = 100;

/** As other results of Graft's, it says who made it. */
export const SHEET: ResultKind = { what: "a sheet", endings: [".png"], example: "sheet", mark: "Graft contact sheet" };

/** Writes the sheet: of each class up to ten training images, spread over all of them. */
export async function writeContactSheet(path: string, dataset: ImageDataset): Promise<void> {
  const { title, classNames, imageShape } = dataset;
  const shown = classNames.slice(0, MAX_CLASSES);
  const left = classNames.length - shown.length;
  const { png } = await imageGrid({
    title: printable(left === 0 ? title : `${title} (${plural(left, "more class", "more classes")} not shown)`),
    imageShape,
    classes: shown.map((className, classId) => rowOf(dataset, printable(className), classId)),
  });
  if (png === undefined) throw new Error("internal: a grid of images without a PNG");
  await writeFileAtomic(
    path,
    await sharp(png)
      .withExif({ IFD0: { Software: SHEET.mark } })
      .png()
      .toBuffer(),
  );
}

function rowOf({ train, imageShape }: ImageDataset, className: string, classId: number): ImageRow {
  const own: number[] = [];
  train.labels.forEach((label, index) => label === classId && own.push(index));
  const taken = Math.min(IMAGES_PER_CLASS, own.length);
  const images = Array.from({ length: taken }, (_, place) => {
    const image = new Uint8Array(sizeOf(imageShape));
    readImage(train.pixels, own[Math.floor((place * own.length) / taken)], image);
    return image;
  });
  return { className, note: plural(own.length, "training image"), images };
}
