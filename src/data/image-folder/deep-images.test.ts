import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ImageShape } from "../dataset.ts";
import { readImage } from "../pixels.ts";
import { listImages } from "./list/list-images.ts";
import { measureDepths } from "./measure-depths.ts";
import { pngOf, temporaryFolder, writeFiles } from "./image-files.fixture.ts";
import { type ImageFolderDataset, type ImageFolderOptions, openImageFolder } from "./open-image-folder.ts";
import { tiffOf } from "../../../test/support/tiff-files.ts";

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ folder, remove } = await temporaryFolder()));
afterEach(() => remove());

/** Grey of 16 bits, 2x2. */
function png16(...values: number[]): Promise<Buffer> {
  return sharp(Uint16Array.from(values), { raw: { width: 2, height: 2, channels: 1 } })
    .toColourspace("grey16")
    .png()
    .toBuffer();
}

/** The same as a PNM file. */
function pgm16(...values: number[]): Buffer {
  const words = Buffer.alloc(2 * values.length);
  values.forEach((value, at) => words.writeUInt16BE(value, 2 * at));
  return Buffer.concat([Buffer.from("P5\n2 2\n65535\n"), words]);
}

type Files = Record<string, Uint8Array | number | string>;

/** Opens the files as images of 2x2, with these test images and others of bytes for a second class. */
async function open(files: Files, options: Partial<ImageFolderOptions> = {}): Promise<ImageFolderDataset> {
  await writeFiles(join(folder, "d"), { "train/z/1.png": 77, "test/z/1.png": 77, ...files });
  const imageShape: ImageShape = [1, 2, 2];
  return await openImageFolder(join(folder, "d"), { imageShape, cacheDir: join(folder, "cache"), ...options });
}

/** The pixels of each file. */
function pixelsOf({
  train,
  test: held,
  files,
  imageShape: [channels, height, width],
}: ImageFolderDataset): Record<string, number[]> {
  const image = new Uint8Array(channels * height * width);
  const all = [
    ...files.train.map((file, index) => ({ file, part: train, index })),
    ...files.test.map((file, index) => ({ file, part: held, index })),
  ];
  return Object.fromEntries(
    all.map(({ file, part, index }) => {
      readImage(part.pixels, index, image);
      return [file, [...image]];
    }),
  );
}

const grey = (samples: Parameters<typeof tiffOf>[0]): Buffer => tiffOf(samples, [1, 2, 2]);
describe("pixels that are no bytes have one scale for the whole folder", () => {
  test("12 bits in 16, beside images of 8 bits, which stay as they are", async () => {
    const dataset = await open({
      "train/a/dark.png": await png16(0, 17, 100, 255),
      "train/a/bright.png": await png16(0, 1000, 2048, 4095),
      "train/a/bright.pgm": pgm16(0, 1000, 2048, 4095),
      "test/a/bytes.pgm": Buffer.from("P5 2 2 255\n\u0001\u0011\u0064\u00ff", "latin1"),
      "test/a/dark.tif": grey(Uint16Array.of(0, 17, 100, 255)),
      "test/a/bytes.png": 200,
    });
    expect(pixelsOf(dataset)).toEqual({
      "train/a/dark.png": [0, 1, 6, 15],
      "train/a/bright.png": [0, 62, 127, 255],
      "train/a/bright.pgm": [0, 62, 127, 255],
      "test/a/bytes.pgm": [1, 17, 100, 255],
      "train/z/1.png": [77, 77, 77, 77],
      "test/a/bytes.png": [200, 200, 200, 200],
      "test/a/dark.tif": [0, 1, 6, 15],
      "test/z/1.png": [77, 77, 77, 77],
    });
    expect(dataset.notes).toEqual([
      "4 images with pixels of uint16 from 0 to 4095: 0 is taken for black, 4095 for white",
    ]);
    expect(dataset.pixelScales).toEqual({ uint16: { low: 0, high: 4095, isWhole: true } });
  });

  test("16 bits in full are cut to 8, and so are dark images among them", async () => {
    const dataset = await open({
      "train/a/1.png": await png16(0, 256, 1023, 0x4d00),
      "test/a/1.png": await png16(0, 0x7fff, 0x8000, 0xffff),
    });
    expect(pixelsOf(dataset)).toMatchObject({ "train/a/1.png": [0, 1, 3, 77], "test/a/1.png": [0, 127, 128, 255] });
    expect(dataset.notes).toEqual([
      "2 images with pixels of uint16 from 0 to 65535: 0 is taken for black, 65535 for white",
    ]);
  });

  test.each([
    [
      "floats from 0 to 1",
      Float32Array.of(0, 0.2, 0.5, 1),
      [0, 51, 128, 255],
      "float32 from 0 to 1: 0 is taken for black, 1 for white",
    ],
    [
      "floats from -1 to 1",
      Float32Array.of(-1, -0.2, 0.5, 1),
      [0, 102, 191, 255],
      "float32 from -1 to 1: -1 is taken for black, 1 for white",
    ],
    [
      "floats from 0 to 255",
      Float32Array.of(0, 20.4, 100, 250),
      [0, 20, 100, 250],
      "float32 from 0 to 250: 0 is taken for black, 255 for white",
    ],
    [
      "long integers",
      Uint32Array.of(0, 257, 2570, 65_535),
      [0, 1, 10, 255],
      "uint32 from 0 to 65535: 0 is taken for black, 65535 for white",
    ],
    [
      "all 32 bits",
      Uint32Array.of(0, 2 ** 24, 2 ** 31, 2 ** 32 - 1),
      [0, 0, 127, 255],
      "uint32 from 0 to 4294967295: 0 is taken for black, 4294967295 for white",
    ],
    [
      "signed long integers",
      Int32Array.of(0, 17, 2048, 4095),
      [0, 1, 127, 255],
      "int32 from 0 to 4095: 0 is taken for black, 4095 for white",
    ],
    [
      "signed integers",
      Int16Array.of(-32_768, -1, 0, 32_767),
      [0, 127, 127, 255],
      "int16 from -32768 to 32767: -32768 is taken for black, 32767 for white",
    ],
    [
      "signed integers of 10 bits",
      Int16Array.of(0, 5, 512, 1023),
      [0, 1, 127, 255],
      "int16 from 0 to 1023: 0 is taken for black, 1023 for white",
    ],
    [
      "signed bytes",
      Int8Array.of(-128, 0, 1, 127),
      [0, 128, 129, 255],
      "int8 from -128 to 127: -128 is taken for black, 127 for white",
    ],
  ] as const)("%s", async (_what, samples, pixels, decided) => {
    const dataset = await open({ "train/a/1.tif": grey(samples), "test/a/1.tif": grey(samples) });
    expect(pixelsOf(dataset)).toMatchObject({ "train/a/1.tif": pixels, "test/a/1.tif": pixels });
    expect(dataset.notes).toEqual([`2 images with pixels of ${decided}`]);
  });

  test("colours, with alpha left out", async () => {
    const rgb = Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1, 0.1, 0.3, 0.5, 0.7, 0.9, 1);
    const rgba = Uint16Array.from({ length: 16 }, (_, at) => (at % 4 === 3 ? 65_535 : 273 * (at % 16)));
    const files = { "train/a/1.tif": tiffOf(rgb, [3, 2, 2]), "test/a/1.tif": tiffOf(rgba, [4, 2, 2]) };
    const dataset = await open(files, { imageShape: [3, 2, 2] });
    expect(pixelsOf(dataset)).toMatchObject({
      "train/a/1.tif": [0, 153, 26, 178, 51, 204, 77, 229, 102, 255, 128, 255],
      "test/a/1.tif": [0, 68, 136, 204, 17, 85, 153, 221, 34, 102, 170, 238],
    });
    expect(dataset.notes).toEqual([
      "1 image with pixels of float32 from 0 to 1: 0 is taken for black, 1 for white",
      "1 image with pixels of uint16 from 0 to 3822: 0 is taken for black, 4095 for white",
    ]);
  });

  test.each(["cover", "contain", "fill"] as const)("at any size: %s", async (fit) => {
    const columns = Array.from({ length: 8 * 4 }, (_, at) => (at % 8) / 7);
    const bytes = sharp(
      Uint8Array.from(columns, (value) => Math.round(255 * value)),
      {
        raw: { width: 8, height: 4, channels: 1 },
      },
    );
    const floats = tiffOf(
      Float32Array.from(columns, (value) => 2 * value - 1),
      [1, 4, 8],
    );
    const files = { "train/a/1.tif": floats, "train/a/2.png": await bytes.png().toBuffer() };
    const dataset = await open({ ...files, "test/a/1.png": 1 }, { imageShape: [3, 6, 6], fit });
    const { "train/a/1.tif": deep, "train/a/2.png": plain } = pixelsOf(dataset);
    const differences = deep.map((value, at) => Math.abs(value - plain[at]));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    // the padding is black, which in these floats is not 0
    expect(deep[0] === 0).toBe(fit === "contain");
  });

  test("whatever the files are called", async () => {
    const dataset = await open({ "train/a/1.jpg": grey(Float32Array.of(0, 0.2, 0.5, 1)), "test/a/scan": 5 });
    expect(pixelsOf(dataset)).toMatchObject({ "train/a/1.jpg": [0, 51, 128, 255] });
  });
});

test("the cache knows the scale, and makes the images anew where another file changes it", async () => {
  const dark = await png16(0, 17, 100, 255);
  const files = { "train/a/1.png": await png16(0, 1000, 2048, 4095), "test/a/1.png": dark };
  const first = await open(files);
  const again = await open({});
  expect([again.notes, again.pixelScales, again.checksum]).toEqual([first.notes, first.pixelScales, first.checksum]);
  const other = await open({ "train/a/2.png": await png16(0, 1000, 2048, 65_535) });
  expect(other.notes).toEqual([
    "3 images with pixels of uint16 from 0 to 65535: 0 is taken for black, 65535 for white",
  ]);
  expect(pixelsOf(other)).toMatchObject({ "test/a/1.png": [0, 0, 0, 0], "train/a/1.png": [0, 3, 8, 15] });
});

describe("what nobody can interpret", () => {
  const float = (...values: number[]): Buffer => grey(Float32Array.of(...values));

  test("is refused with the range of the folder", async () => {
    const files = { "train/a/1.tif": float(0, 1, 0.5, 2.6), "test/a/1.tif": float(-2.1, 0, 0, 0) };
    const message =
      `${join(folder, "d")}: 2 images: expected pixels whose range says what is black and white (0 to 1, -1 to 1, ` +
      "0 to 255, or that of 10, 12, 14 or 16 bits), got float32 from -2.1 to 2.6. " +
      "Save (x - low) / (high - low), with one low and one high for all images.";
    await expect(open(files)).rejects.toThrow(expect.objectContaining({ name: "DataError", message }));
  });

  test("in one file leaves that file out, and says nothing of the others", async () => {
    const files = {
      "train/a/1.tif": float(0, 0.2, 0.5, 1),
      "train/a/2.tif": float(0, NaN, Infinity, 70_000),
      "test/a/1.tif": float(0, 1, 1, 1),
    };
    await expect(open(files)).rejects.toThrow(
      'got 1 of 5 that cannot: "train/a/2.tif" (2 of its values are NaN or infinite). ',
    );
    const { notes, unreadable } = await open({}, { skipUnreadable: true });
    expect(unreadable).toEqual([{ path: "train/a/2.tif", reason: "2 of its values are NaN or infinite" }]);
    expect(notes).toEqual(["2 images with pixels of float32 from 0 to 1: 0 is taken for black, 1 for white"]);
  });

  test("and files that are cut off are told as they always were", async () => {
    const whole = await sharp(
      Uint16Array.from({ length: 4096 }, (_, at) => (at * 7919) % 4096),
      {
        raw: { width: 64, height: 64, channels: 1 },
      },
    )
      .toColourspace("grey16")
      .png()
      .toBuffer();
    const files = { "train/a/1.png": whole, "test/a/1.png": whole.subarray(0, whole.length / 2) };
    const { unreadable, notes } = await open({ ...files, "test/a/2.png": whole }, { skipUnreadable: true });
    expect(unreadable).toEqual([{ path: "test/a/1.png", reason: expect.stringMatching(/^it is damaged \(.+\)$/) }]);
    expect(notes).toEqual(["2 images with pixels of uint16 from 0 to 4095: 0 is taken for black, 4095 for white"]);
  });
});

test("a folder of bytes alone says nothing of it", async () => {
  const dataset = await open({
    "train/a/1.png": await pngOf([1, 2, 3]),
    "test/a/1.tif": grey(Uint8Array.of(0, 1, 0, 1)),
  });
  expect(dataset.notes).toEqual([]);
  expect(dataset.pixelScales).toBeUndefined();
  expect(pixelsOf(dataset)).toMatchObject({ "test/a/1.tif": [0, 1, 0, 1] });
});

test.each([8, 30, 47, 48, 1000])("an image is measured whole in bands of at most %d bytes", async (bandBytes) => {
  // 4 columns and 6 rows of two bytes; upright they would be 6 columns and 4 rows
  const of = (at: number): Promise<Buffer> =>
    sharp(
      Uint16Array.from({ length: 24 }, (_, index) => (index === at ? 4000 : 300)),
      {
        raw: { width: 4, height: 6, channels: 1 },
      },
    )
      .toColourspace("grey16")
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
  for (const at of [0, 13, 23]) {
    await writeFiles(folder, { "a/1.png": await of(at) });
    const found = await listImages(folder);
    const { notes, unusable } = await measureDepths(found, { path: "d", maxPixels: 100, bandBytes });
    expect([...unusable]).toEqual([]);
    expect(notes).toEqual(["1 image with pixels of uint16 from 300 to 4000: 0 is taken for black, 4095 for white"]);
  }
});
