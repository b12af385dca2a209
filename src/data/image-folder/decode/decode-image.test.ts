import { readFileSync } from "node:fs";
import sharp, { type Sharp } from "sharp";
import { expect, test } from "vitest";
import { pngOf } from "../image-files.fixture.ts";
import { decodeImage, interleave, resizeImage, unreadableReason } from "./decode-image.ts";
import type { PixelScales } from "../../pixel-scale.ts";
import { FULL_16_BITS } from "./deep-pixels.ts";
import { type ImageFitOptions, resolveFit } from "./image-fit.ts";

interface Golden {
  readonly width: number;
  readonly height: number;
  readonly images: { name: string; file: string; pixels: number[] }[];
}

/** Left half red, right half blue. */
const halves = (width: number, height: number): Sharp => {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) pixels[3 * at + (at % width < width / 2 ? 0 : 2)] = 255;
  return sharp(pixels, { raw: { width, height, channels: 3 } });
};

async function decoded(
  bytes: Uint8Array,
  { scales = FULL_16_BITS, ...options }: Partial<ImageFitOptions> & { scales?: PixelScales } = {},
): Promise<number[]> {
  const fit = resolveFit({ imageShape: [3, 2, 2], ...options });
  const into = new Uint8Array(fit.imageShape[0] * fit.imageShape[1] * fit.imageShape[2]);
  await decodeImage(bytes, { ...fit, maxPixels: 1e6, scales }, into);
  return [...into];
}

test("planes are red, green and blue, row by row", async () => {
  const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  const png = await sharp(pixels, { raw: { width: 2, height: 2, channels: 3 } })
    .png()
    .toBuffer();
  expect(await decoded(png)).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
});

test("cover cuts the centre out, contain pads with black, fill stretches", async () => {
  const wide = await halves(16, 4).png().toBuffer();
  const red = async (fit: "cover" | "contain" | "fill"): Promise<number[]> =>
    (await decoded(wide, { imageShape: [3, 4, 4], fit })).slice(0, 16);
  expect(await red("cover")).toEqual([0, 1, 2, 3].flatMap(() => [255, 255, 0, 0]));
  const padded = await red("contain");
  expect([...padded.slice(0, 8), ...padded.slice(12)]).toEqual(Array(12).fill(0));
  // one of three rows is left over, which goes below as in Pillow
  expect(padded[8]).toBe(255);
  const stretched = await red("fill");
  expect(stretched.slice(0, 4)).toEqual(stretched.slice(12, 16));
  expect([stretched[0], stretched[3]]).toEqual([255, 0]);
});

test("the shorter side comes to a length first, and the centre is cut out of that", async () => {
  // 8x4 at a shorter side of 4 stays as it is; of it, columns 3 and 4 and rows 1 and 2 are the centre
  const pixels = Uint8Array.from({ length: 96 }, (_, at) => Math.floor(at / 3));
  const png = await sharp(pixels, { raw: { width: 8, height: 4, channels: 3 } })
    .png()
    .toBuffer();
  expect((await decoded(png, { resizeShorter: 4 })).slice(0, 4)).toEqual([11, 12, 19, 20]);
});

test("what is left over on both sides goes half to even, as in torchvision", async () => {
  const pixels = Uint8Array.from({ length: 27 }, (_, at) => Math.floor(at / 3));
  const png = await sharp(pixels, { raw: { width: 3, height: 3, channels: 3 } })
    .png()
    .toBuffer();
  // int(round(0.5)) is 0
  expect((await decoded(png, { resizeShorter: 3 })).slice(0, 4)).toEqual([0, 1, 3, 4]);
});

test.each([
  [1, "red left"],
  [2, "red right"],
  [3, "red right"],
  [4, "red left"],
  [5, "red top"],
  [6, "red top"],
  [7, "red bottom"],
  [8, "red bottom"],
])("EXIF orientation %d shows the image upright: %s", async (orientation, where) => {
  const jpeg = await halves(32, 32).jpeg({ quality: 100 }).withMetadata({ orientation }).toBuffer();
  const [topLeft, topRight, bottomLeft] = await decoded(jpeg);
  const isRed = (value: number): boolean => value > 127;
  const shown = isRed(topLeft)
    ? isRed(topRight)
      ? "red top"
      : "red left"
    : isRed(topRight)
      ? "red right"
      : isRed(bottomLeft)
        ? "red bottom"
        : "nothing";
  expect(shown).toBe(where);
});

test("grey becomes three equal planes", async () => {
  const png = await sharp(Uint8Array.of(0, 50, 100, 200), { raw: { width: 2, height: 2, channels: 1 } })
    .toColourspace("b-w")
    .png()
    .toBuffer();
  expect(await decoded(png)).toEqual([0, 50, 100, 200, 0, 50, 100, 200, 0, 50, 100, 200]);
});

test("RGB becomes grey by the luma that Pillow computes", async () => {
  // (19595 R + 38470 G + 7471 B + 32768) >> 16, the formula in Pillow's Convert.c
  const pixels = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 200, 30);
  const png = await sharp(pixels, { raw: { width: 2, height: 2, channels: 3 } })
    .png()
    .toBuffer();
  expect(await decoded(png, { imageShape: [1, 2, 2] })).toEqual([76, 150, 29, 124]);
});

test("what is transparent shows white, what is half transparent half of it", async () => {
  const pixels = Uint8Array.of(9, 9, 9, 0, 0, 0, 0, 255, 0, 0, 0, 128, 255, 0, 0, 0);
  const png = await sharp(pixels, { raw: { width: 2, height: 2, channels: 4 } })
    .png()
    .toBuffer();
  const [clear, solid, half, other] = await decoded(png);
  expect([clear, solid, other]).toEqual([255, 0, 255]);
  expect(Math.abs(half - 127)).toBeLessThanOrEqual(1);
});

test("16 bits are cut to 8", async () => {
  const pixels = Uint16Array.from({ length: 12 }, (_, at) => (at + 1) * 256 + 77);
  const png = await sharp(pixels, { raw: { width: 2, height: 2, channels: 3 } })
    .toColourspace("rgb16")
    .png()
    .toBuffer();
  expect((await sharp(png).metadata()).depth).toBe("ushort");
  expect(await decoded(png)).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
});

test("CMYK becomes RGB", async () => {
  const jpeg = await sharp(await pngOf([250, 20, 20], { width: 16, height: 16 }))
    .toColourspace("cmyk")
    .jpeg({ quality: 100 })
    .toBuffer();
  expect((await sharp(jpeg).metadata()).space).toBe("cmyk");
  const [red, , , , green, , , , blue] = await decoded(jpeg);
  expect(red).toBeGreaterThan(180);
  expect(Math.max(green, blue)).toBeLessThan(90);
});

test.each(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const)("%s is read", async (format) => {
  const bytes = await sharp(await pngOf([200, 100, 50], { width: 16, height: 16 }))
    .toFormat(format, { quality: 100 })
    .toBuffer();
  const [red, , , , green, , , , blue] = await decoded(bytes);
  for (const [value, expected] of [
    [red, 200],
    [green, 100],
    [blue, 50],
  ]) {
    // lossy formats round
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(4);
  }
});

test.each(["24 bits", "8 bits, grey, a gap before the pixels", "P6"])("what is plain is read: %s", async (name) => {
  const file = new URL("../../../../test/golden/plain_images.json", import.meta.url);
  const golden: Golden = JSON.parse(readFileSync(file, "utf8"));
  const [image] = golden.images.filter((one) => one.name === name);
  const { width, height } = golden;
  const planes = await decoded(Buffer.from(image.file, "base64"), { imageShape: [3, height, width] });
  expect([...interleave(Uint8Array.from(planes), 3)]).toEqual(image.pixels);
});

test("of a film only the first frame is read", async () => {
  const frames = [await pngOf([255, 0, 0]), await pngOf([0, 0, 255])];
  const gif = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  expect((await sharp(gif).metadata()).pages).toBe(2);
  expect(await decoded(gif)).toEqual([255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("more pixels than allowed are refused before they are decoded", async () => {
  const bomb = await sharp({ create: { width: 1001, height: 1000, channels: 3, background: "black" } })
    .png()
    .toBuffer();
  const error = await decoded(bomb).catch((thrown: unknown) => thrown);
  expect(unreadableReason(error, 1e6)).toBe("it has more than 1000000 pixels");
});

test("a file that was cut off is refused", async () => {
  const jpeg = await halves(64, 64).jpeg().toBuffer();
  const error = await decoded(jpeg.subarray(0, jpeg.length - 200)).catch((thrown: unknown) => thrown);
  expect(unreadableReason(error, 1e6)).toMatch(/^it is damaged \(.+\)$/);
});

test("raw planes come to another size and number of channels", async () => {
  const planes = Uint8Array.of(10, 10, 10, 10, 20, 20, 20, 20, 30, 30, 30, 30);
  const fit = resolveFit({ imageShape: [3, 1, 1] });
  const into = new Uint8Array(3);
  await resizeImage(planes, { ...fit, from: [3, 2, 2] }, into);
  expect([...into]).toEqual([10, 20, 30]);
  await resizeImage(Uint8Array.of(7, 7, 7, 7), { ...fit, from: [1, 2, 2] }, into);
  expect([...into]).toEqual([7, 7, 7]);
});

test("shrinking averages over what is shrunk", async () => {
  // a chequerboard of 0 and 255 is grey from afar; without antialiasing it would stay black and white
  const planes = Uint8Array.from(
    { length: 3 * 64 * 64 },
    (_, at) => (((at % 64) + (Math.floor(at / 64) % 64)) % 2) * 255,
  );
  const into = new Uint8Array(3 * 8 * 8);
  await resizeImage(planes, { ...resolveFit({ imageShape: [3, 8, 8] }), from: [3, 64, 64] }, into);
  for (const value of into) expect(Math.abs(value - 127.5)).toBeLessThan(4);
});
