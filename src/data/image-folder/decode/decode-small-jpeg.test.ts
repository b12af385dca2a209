import * as fc from "fast-check";
import sharp, { type JpegOptions } from "sharp";
import { expect, test } from "vitest";
import { damaged, damages } from "../../../../test/support/damage.ts";
import { decodeSmallJpeg } from "./decode-small-jpeg.ts";

const numRuns = Number(process.env["GRAFT_FUZZ_RUNS"] ?? 5000);

/** What the image library makes of the bytes, three numbers a pixel. */
async function byLibrary(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  if (bytes.length === 0) return undefined;
  const image = sharp(bytes, { failOn: "error", ignoreIcc: true }).toColourspace("srgb").raw();
  return await image.toBuffer().then(
    (data) => new Uint8Array(data),
    () => undefined,
  );
}

const direct = (bytes: Uint8Array, { width = 24, height = 20 } = {}): Promise<Uint8Array | undefined> =>
  decodeSmallJpeg(bytes, { width, height });

function noise(width: number, height: number, channels: 1 | 3 = 3) {
  const pixels = Uint8Array.from({ length: width * height * channels }, (_, at) => (at * 7919) % 251);
  return sharp(pixels, { raw: { width, height, channels } });
}

test.each<JpegOptions>([
  {},
  { chromaSubsampling: "4:4:4" },
  { quality: 30 },
  { progressive: true },
  { mozjpeg: true, trellisQuantisation: true },
])("pixels are the image library's: %j", async (options) => {
  for (const [width, height] of [
    [24, 20],
    [1, 1],
    [7, 33],
    [64, 64],
  ]) {
    for (const channels of [1, 3] as const) {
      const image = noise(width, height, channels).toColourspace(channels === 1 ? "b-w" : "srgb");
      const bytes = await image.jpeg(options).toBuffer();
      const pixels = await direct(bytes, { width, height });
      expect(pixels?.length).toBe(3 * width * height);
      expect(pixels).toEqual(await byLibrary(bytes));
    }
  }
});

test("many at once keep their own pixels", async () => {
  const files = await Promise.all(
    Array.from({ length: 20 }, async (_, value) => {
      const background = { r: 10 * value, g: 10 * value, b: 10 * value };
      return await sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .jpeg()
        .toBuffer();
    }),
  );
  const first = (await Promise.all(files.map((file) => direct(file, { width: 8, height: 8 })))).map(
    (image) => image?.[0],
  );
  expect(first).toEqual(files.map((_, value) => 10 * value));
});

test("large images, other sizes, other formats and images with EXIF data are the library's", async () => {
  const jpeg = await noise(24, 20).jpeg().toBuffer();
  expect(await direct(jpeg, { width: 20, height: 24 })).toBeUndefined();
  expect(await direct(await noise(24, 20).png().toBuffer())).toBeUndefined();
  expect(await direct(await noise(65, 64).jpeg().toBuffer(), { width: 65, height: 64 })).toBeUndefined();
  expect(await direct(await noise(24, 20).withMetadata({ orientation: 3 }).jpeg().toBuffer())).toBeUndefined();
  expect(await direct(await noise(24, 20).toColourspace("cmyk").jpeg().toBuffer())).toBeUndefined();
});

test("after a damaged file the next ones are decoded as ever", async () => {
  const jpeg = await noise(24, 20).jpeg().toBuffer();
  const expected = await byLibrary(jpeg);
  const files = Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? jpeg.subarray(0, 300) : jpeg));
  const results = await Promise.all(files.map((file) => direct(file)));
  expect(results).toEqual(files.map((file) => (file === jpeg ? expected : undefined)));
});

test.each<JpegOptions>([{}, { progressive: true }])(
  "a damaged file is left to the library or gives the library's pixels: %j",
  async (options) => {
    const bytes = await noise(24, 20).jpeg(options).toBuffer();
    let decoded = 0;
    await fc.assert(
      fc.asyncProperty(damages, async (changes) => {
        const file = damaged(bytes, changes);
        const [pixels, expected] = [await direct(file), await byLibrary(file)];
        if (pixels !== undefined) decoded++;
        expect(pixels ?? expected).toEqual(expected);
      }),
      { numRuns, seed: 17 },
    );
    expect(decoded).toBeGreaterThan(numRuns / 100);
  },
);
