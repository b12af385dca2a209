import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { type HashDataset, hashImages } from "../../../../test/golden/hash-data.ts";
import type { Interpolation } from "../../../core/index.ts";
import { decodeImage, interleave } from "./decode-image.ts";
import { resolveFit } from "./image-fit.ts";
import { resample } from "./resample.ts";

interface Golden {
  readonly dataset: HashDataset;
  readonly resized: { interpolation: Interpolation; width: number; height: number; pixels: string }[];
}

const file = new URL("../../../../test/golden/resize.json", import.meta.url);
const { dataset, resized }: Golden = JSON.parse(readFileSync(file, "utf8"));
const { width, height } = dataset;
const data = interleave(hashImages(dataset), 3);

test.each(resized)("$interpolation to $width x $height is Pillow's, byte for byte", (golden) => {
  const { interpolation, width: toWidth, height: toHeight, pixels } = golden;
  const to = { width: toWidth, height: toHeight };
  const whole = resample({ data, width, height }, { to, window: { left: 0, top: 0, ...to }, interpolation });
  expect(Buffer.from(whole).toString("base64")).toBe(pixels);
});

test("a window is that part of the whole", () => {
  const to = { width: 30, height: 22 };
  const whole = resample({ data, width, height }, { to, window: { left: 0, top: 0, ...to }, interpolation: "bicubic" });
  const window = { left: 7, top: 3, width: 5, height: 4 };
  const part = resample({ data, width, height }, { to, window, interpolation: "bicubic" });
  const rows = [3, 4, 5, 6].map((y) => whole.subarray((y * 30 + 7) * 3, (y * 30 + 12) * 3));
  expect(Buffer.from(part).equals(Buffer.concat(rows))).toBe(true);
});

describe("images that are read", () => {
  const planesOf = async (interpolation: Interpolation, side: number): Promise<Uint8Array> => {
    const png = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const into = new Uint8Array(3 * side * side);
    const fit = resolveFit({ imageShape: [3, side, side], fit: "fill", interpolation });
    await decodeImage(png, { ...fit, maxPixels: 1e6, scales: {} }, into);
    return into;
  };

  test("are resampled so", async () => {
    const to = { width: 16, height: 16 };
    const window = { left: 0, top: 0, ...to };
    for (const interpolation of ["bilinear", "bicubic"] as const) {
      const wanted = resample({ data, width, height }, { to, window, interpolation });
      expect(Buffer.from(interleave(await planesOf(interpolation, 16), 3)).equals(Buffer.from(wanted))).toBe(true);
    }
  });

  test.each([
    ["of more than four times the size, but no photograph's, are Pillow's too", 1, 0],
    ["of more than four times the size and 1,024 pixels come nearly there by the image library", 44, 3],
  ])("%s", async (_, times, most) => {
    const large = { width: width * times, height: height * times };
    const pixels = Uint8Array.from({ length: 3 * large.width * large.height }, (_unused, at) => {
      const [x, y] = [Math.floor(at / 3) % large.width, Math.floor(at / 3 / large.width)];
      return data[3 * ((y % height) * width + (x % width)) + (at % 3)];
    });
    const to = { width: 5, height: 5 };
    const wanted = resample(
      { data: pixels, ...large },
      { to, window: { left: 0, top: 0, ...to }, interpolation: "bicubic" },
    );
    const png = await sharp(pixels, { raw: { ...large, channels: 3 } })
      .png()
      .toBuffer();
    const into = new Uint8Array(75);
    const fit = resolveFit({ imageShape: [3, 5, 5], fit: "fill", interpolation: "bicubic" });
    await decodeImage(png, { ...fit, maxPixels: 1e8, scales: {} }, into);
    const got = interleave(into, 3);
    const furthest = Math.max(...got.map((value, at) => Math.abs(value - wanted[at])));
    expect(Math.min(large.width, large.height) > 1024).toBe(times > 1);
    expect(furthest).toBeLessThanOrEqual(most);
  });
});
