import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { stream } from "../../../core/index.ts";
import { createShapes10 } from "../../shapes10/shapes10.ts";
import { readImage } from "../../pixels.ts";
import { type ImageLook, findBlurred, lookAtImage } from "./image-look.ts";
import { findNearDuplicates } from "./near-duplicates.ts";

const SIDE = 48;

/** A picture of blobs of colour, as unlike any other as photographs are. */
async function paint(seed: number): Promise<Buffer> {
  const random = stream(seed, "test picture");
  const draw = (): number => random.uniform();
  const blobs = Array.from(
    { length: 30 },
    () =>
      `<circle cx="${96 * draw()}" cy="${96 * draw()}" r="${4 + 24 * draw()}" ` +
      `fill="rgb(${255 * draw()},${255 * draw()},${255 * draw()})"/>`,
  );
  return sharp(Buffer.from(`<svg width="96" height="96">${blobs.join("")}</svg>`))
    .flatten()
    .png()
    .toBuffer();
}

async function lookOf(file: Buffer): Promise<ImageLook> {
  const pixels = await sharp(file)
    .resize(SIDE, SIDE, { fit: "cover" })
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer();
  const area = SIDE * SIDE;
  return lookAtImage(
    Uint8Array.from({ length: 3 * area }, (_, at) => pixels[3 * (at % area) + Math.floor(at / area)]),
    [3, SIDE, SIDE],
  );
}

const pictures = await Promise.all(Array.from({ length: 40 }, (_, seed) => paint(seed)));
const looks = await Promise.all(pictures.map(lookOf));

describe("images that look alike", () => {
  test("are found however many copies there are, each by the first of its kind", () => {
    const pairs = findNearDuplicates([...looks, ...looks, ...looks, ...looks]);
    expect(pairs).toEqual(Array.from({ length: 120 }, (_, place) => ({ first: place % 40, second: 40 + place })));
  });

  test("are not those that are of other things", () => {
    expect(findNearDuplicates(looks)).toEqual([]);
    const shapes = createShapes10({ trainImagesPerClass: 30, testImagesPerClass: 1 });
    const image = new Uint8Array(3 * 32 * 32);
    const others = Array.from({ length: 300 }, (_, index) => {
      readImage(shapes.train.pixels, index, image);
      return lookAtImage(image, [3, 32, 32]);
    });
    expect(findNearDuplicates(others)).toEqual([]);
  });

  test.each<[string, (file: Buffer) => Promise<Buffer>]>([
    ["another quality", (file) => sharp(file).jpeg({ quality: 40 }).toBuffer()],
    ["half the size", (file) => sharp(file).resize(48).jpeg().toBuffer()],
    ["a brighter picture", (file) => sharp(file).modulate({ brightness: 1.15 }).toBuffer()],
    ["fewer colours", (file) => sharp(file).modulate({ saturation: 0.6 }).toBuffer()],
    [
      "a mark on it",
      (file) =>
        sharp(file)
          .composite([
            { input: { create: { width: 20, height: 5, channels: 3, background: "white" } }, left: 4, top: 84 },
          ])
          .toBuffer(),
    ],
  ])("are found as %s, each by the first of its kind", async (_, change) => {
    const changed = await Promise.all(pictures.map(async (file) => lookOf(await change(file))));
    const pairs = findNearDuplicates([...looks, ...changed]);
    const right = pairs.filter(({ first, second }) => first === second % 40);
    expect(right.length).toBe(pairs.length);
    expect(pairs.length).toBeGreaterThanOrEqual(32);
  });
});

test("flat images are like nothing, and blurred ones are those far less sharp than the others", async () => {
  const flat = lookAtImage(new Uint8Array(3 * 64).fill(7), [3, 8, 8]);
  expect(flat).toMatchObject({ isFlat: true, isGrey: true });
  expect(findNearDuplicates([flat, flat])).toEqual([]);
  const blurred = await lookOf(await sharp(pictures[3]).blur(14).toBuffer());
  expect(findBlurred([...looks, blurred, flat])).toEqual([...looks.map(() => false), true, false]);
  expect(findBlurred([looks[0], blurred])).toEqual([false, false]);
});

test("grey is an image whose channels are equal, in whatever number they are stored", async () => {
  expect(looks[0].isGrey).toBe(false);
  expect((await lookOf(await sharp(pictures[0]).greyscale().toBuffer())).isGrey).toBe(true);
  expect(lookAtImage(Uint8Array.of(1, 200, 3, 90), [1, 2, 2]).isGrey).toBe(true);
});
