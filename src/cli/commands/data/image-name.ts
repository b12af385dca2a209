/** @file What an image of a data set is called, and a picture of it. */

import { printable, sizeOf } from "../../../core/index.ts";
import { type ImageDataset, type ImagePlace, type PartName, encodeJpeg, readImage } from "../../../data/node/index.ts";

/** As people say it. */
export const partTitles: Readonly<Record<PartName, string>> = {
  train: "training",
  validation: "validation",
  test: "test",
};

/** Its file, or its number in its part. */
export function imageName({ part, index }: ImagePlace, { files }: ImageDataset): string {
  const file = files?.[part]?.[index];
  return file === undefined ? `${partTitles[part]} image ${index}` : printable(file);
}

/** As a JPEG. */
export async function imagePicture({ part, index }: ImagePlace, dataset: ImageDataset): Promise<Uint8Array> {
  const images = dataset[part];
  if (images === undefined) throw new Error(`internal: no ${part} images`);
  const image = new Uint8Array(sizeOf(dataset.imageShape));
  readImage(images.pixels, index, image);
  return await encodeJpeg(image, dataset.imageShape);
}
