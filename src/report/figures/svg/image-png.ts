/** @file Pixels as PNG in base64, for figures made of images. */

/** Image planes [channels, height, width] as a PNG; of fewer than three channels the first is shown in grey. Larger ones are brought down to `largest`. */
export async function planesToPng(
  planes: Uint8Array,
  { channels, height, width }: { channels: number; height: number; width: number },
  { largest }: { largest: number },
): Promise<string> {
  const area = height * width;
  const pixels = Buffer.alloc(area * 3);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[i * 3 + channel] = planes[(channels < 3 ? 0 : channel) * area + i] ?? 0;
    }
  }
  return rgbToPng(pixels, { width, height, largest });
}

/** Interleaved RGB bytes as a PNG. */
export async function rgbToPng(
  pixels: Uint8Array,
  { width, height, largest }: { width: number; height: number; largest: number },
): Promise<string> {
  const { default: sharp } = await import("sharp");
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: largest, height: largest, fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer();
  return png.toString("base64");
}
