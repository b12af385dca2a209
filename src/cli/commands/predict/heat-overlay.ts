/** @file Where a model looked, laid over the image as the model saw it. */

import sharp from "sharp";
import { type ImageFit, interleave } from "../../../data/node/index.ts";
import { heatTint } from "../../../report/index.ts";
import type { HeatMapBytes } from "../../../transfer/index.ts";
import type { ResultKind } from "../../study/result-file.ts";

/** Small images are enlarged until their longer side has so many pixels. */
const LEAST_SIDE = 320;

/** As other results of Graft's, it says who made it. */
export const OVERLAY: ResultKind = { what: "a heat map", endings: [".png"], example: "photo", mark: "Graft heat map" };

/** The image, [channels, height, width] bytes, in grey under the tint of its map. */
export async function heatOverlay(
  image: Uint8Array,
  { imageShape: [channels, height, width], map }: { imageShape: ImageFit["imageShape"]; map: HeatMapBytes },
): Promise<{ png: Uint8Array; jpeg: Uint8Array }> {
  const factor = Math.max(1, LEAST_SIDE / Math.max(height, width));
  const size = { width: Math.round(width * factor), height: Math.round(height * factor), fit: "fill" } as const;
  const tint = await sharp(heatTint(map.bytes), { raw: { height: map.height, width: map.width, channels: 4 } })
    .resize(size)
    .raw()
    .toBuffer();
  const photo = await sharp(interleave(image, channels), { raw: { height, width, channels: channels === 1 ? 1 : 3 } })
    .resize(size)
    .greyscale()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const whole = sharp(photo.data, { raw: photo.info })
    .composite([{ input: tint, raw: { height: size.height, width: size.width, channels: 4 } }])
    .removeAlpha();
  return {
    png: await whole
      .clone()
      .withExif({ IFD0: { Software: OVERLAY.mark } })
      .png()
      .toBuffer(),
    jpeg: await whole.clone().jpeg({ quality: 80 }).toBuffer(),
  };
}
