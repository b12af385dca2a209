import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkPlace } from "./check-place.ts";
import { writeContactSheet } from "./contact-sheet.ts";

const { signal } = new AbortController();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-check-"));
  process.env["GRAFT_CACHE_DIR"] = join(folder, "cache");
});
afterEach(async () => {
  delete process.env["GRAFT_CACHE_DIR"];
  await rm(folder, { recursive: true });
});

async function write(files: Readonly<Record<string, number | string>>): Promise<string> {
  const place = join(folder, "photos");
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(place, path)), { recursive: true });
    await writeFile(join(place, path), typeof content === "string" ? content : await png(content));
  }
  return place;
}

function png(value: number): Promise<Buffer> {
  const background = { r: value, g: value, b: value };
  return sharp({ create: { width: 8, height: 6, channels: 3, background } })
    .png()
    .toBuffer();
}

async function linesOf(place: string): Promise<string[]> {
  const { lines } = await checkPlace(place, { print: () => {}, signal });
  return lines.map((line) => line.replace(/SHA-256 [0-9a-f]+…/, "SHA-256 …"));
}

test("counts, imbalance, copies, leaks, conflicts and unreadable files are said", async () => {
  const place = await write({
    "train/ant/1.png": 1,
    "train/ant/2.png": 2,
    "train/ant/3.png": 3,
    "train/bee\n/1.png": 4,
    "test/ant/1.png": 5,
    "test/bee\n/1.png": 1,
    "test/bee\n/2.png": "no image",
    "test/bee\n/notes.txt": "x",
  });
  expect(await linesOf(place)).toEqual([
    "photos: image files of the user's, training and test images as given; " +
      "resized to 64x64, the centre cut out; unreadable files left out: 1",
    "  images of 3x64x64 (channels, height, width), 73.7 kB; SHA-256 …",
    "     class     training  test",
    "  0  ant              3     1",
    "  1  bee\\u{a}         1     1",
    "     together         4     2",
    "  ant has 3.0 times the training images of bee\\u{a}: accuracy says little of small classes, " +
      "so look at each class, use --class-weights balanced, or compare with --images-per-class 1",
    "  1 test image also among the training images, the first: test/bee\\u{a}/1.png is train/ant/1.png",
    "  1 image in two of the 2 classes, the first: train/ant/1.png and test/bee\\u{a}/1.png; " +
      "take each out of one of them",
    "  6 images of one colour alone, the first: train/ant/1.png",
    "  files: 6 PNG",
    "  sizes (width x height): 8x6 to 8x6, half of them up to 8x6",
    "  1 file the same as another, the first: train/ant/1.png is test/bee\\u{a}/1.png",
    "  1 file without an image passed over",
    "  1 file cannot be read; mend or remove what is damaged:",
    "    test/bee\\u{a}/2.png: it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image",
  ]);
});

test("a class without images is advised on", async () => {
  const place = await write({ "a/1.png": 1, "a/2.png": 2, "b/1.png": 3, "c/notes.txt": "x" });
  const lines = await linesOf(place);
  expect(lines).toContain("  no test images of b: leave it out or add images");
  expect(lines).toContain('  passed over "c" (no images)');
});

test("what is known of a folder that is of no use is printed before it is refused", async () => {
  const place = await write({ "photos/1.png": 1, "photos/2.png": 2 });
  const printed: string[] = [];
  await expect(checkPlace(place, { print: (line) => printed.push(line), signal })).rejects.toThrow(
    `${place}: expected at least two classes, got one, "photos".`,
  );
  expect(printed).toEqual([
    "photos:",
    "  photos: 2 files",
    "  files: 2 PNG",
    "  sizes (width x height): 8x6 to 8x6, half of them up to 8x6",
  ]);
});

test("a sheet shows images of each class", async () => {
  const place = await write({ "a/1.png": 200, "a/2.png": 200, "b/1.png": 90, "b/2.png": 90 });
  const { dataset } = await checkPlace(place, { print: () => {}, signal });
  const path = join(folder, "sheet.png");
  await writeContactSheet(path, dataset);
  const { data, info } = await sharp(path).greyscale().raw().toBuffer({ resolveWithObject: true });
  expect(info.format).toBe("raw");
  for (const value of [200, 90]) expect(data.filter((pixel) => pixel === value).length).toBeGreaterThan(64 * 64);
});

test("photographs are read at the size that studies of photographs ask for, so that they are read once", async () => {
  const noise = Buffer.from(Array.from({ length: 3 * 300 * 260 }, (_, at) => (at * 7919) % 251));
  const photo = await sharp(noise, { raw: { width: 300, height: 260, channels: 3 } })
    .jpeg()
    .toBuffer();
  const place = await write({ "a/1.png": 1, "b/1.png": 2 });
  for (const name of ["a/2.jpg", "a/3.jpg", "b/2.jpg", "b/3.jpg"]) await writeFile(join(place, name), photo);
  const { dataset, check, faults } = await checkPlace(place, { print: () => {}, signal });
  expect(dataset.imageShape).toEqual([3, 224, 224]);
  expect(faults).toEqual([`${check.conflicts.length} images in two classes`]);
});

test("a NumPy file is looked over like any data set", async () => {
  const file = fileURLToPath(new URL("../../../../test/golden/npz/keras.npz", import.meta.url));
  expect(await linesOf(file)).toEqual([
    "keras: NumPy arrays of the user's, training and test images as given",
    "  images of 1x5x4 (channels, height, width), 180 bytes; SHA-256 …",
    "     class     training  test",
    "  0  0                2     0",
    "  1  1                2     1",
    "  2  2                0     1",
    "  3  3                2     1",
    "     together         6     3",
    "  no training images of 2: leave it out or add images",
    "  no test images of 0: leave it out or add images",
    "  3 test images also among the training images, the first: test image 0 is training image 0",
    "  3 images in two of the 4 classes, the first: training image 0 and test image 0; take each out of one of them",
    "  6 images all but the same as an earlier one, the first: training image 0 and training image 1; " +
      "keep one of each, or all in one part",
  ]);
});
