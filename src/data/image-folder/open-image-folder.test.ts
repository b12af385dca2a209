import { readFileSync } from "node:fs";
import { chmod, readFile, readdir, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError, DataError } from "../../core/index.ts";
import { orderedBatches } from "../batches/batch.ts";
import { checksumOf } from "../dataset.ts";
import { closePixelFile } from "../node/pixel-file.ts";
import { pixelChunks } from "../pixels.ts";
import { takeClasses } from "../split-classes.ts";
import { pngOf, temporaryFolder, writeFiles } from "./image-files.fixture.ts";
import { type ImageFolderDataset, type ImageFolderOptions, openImageFolder } from "./open-image-folder.ts";

let folder: string;
let cacheDir: string;
const removals: (() => Promise<void>)[] = [];

beforeEach(async () => {
  const [images, cache] = [await temporaryFolder(), await temporaryFolder()];
  [folder, cacheDir] = [images.folder, cache.folder];
  removals.push(images.remove, cache.remove);
});
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

const open = (options: Partial<ImageFolderOptions> = {}): Promise<ImageFolderDataset> =>
  openImageFolder(folder, { imageShape: [1, 1, 1], cacheDir, ...options });

/** `path label value` of the images of a part, each of one pixel. */
function content({ files, ...dataset }: ImageFolderDataset, part: "train" | "test"): string[] {
  const { labels, pixels } = dataset[part];
  const bytes = [...pixelChunks(pixels)].flatMap((chunk) => [...chunk]);
  return files[part].map((path, index) => `${path} ${labels[index]} ${bytes[index]}`);
}

const cached = async (): Promise<string[]> => await readdir(join(cacheDir, "folders")).catch(() => []);

/** Writes and counts how many images are read by opening. */
async function readsOf(options: Partial<ImageFolderOptions> = {}): Promise<number> {
  let reads = 0;
  await open({ ...options, onProgress: () => reads++ });
  return reads;
}

const four = { "train/bee/2.png": 20, "train/ant/1.png": 10, "test/ant/3.png": 30, "test/bee/4.png": 40 };

test("every image is at its place with its label", async () => {
  await writeFiles(folder, four);
  const dataset = await open();
  expect(dataset.classNames).toEqual(["ant", "bee"]);
  expect(content(dataset, "train")).toEqual(["train/ant/1.png 0 10", "train/bee/2.png 1 20"]);
  expect(content(dataset, "test")).toEqual(["test/ant/3.png 0 30", "test/bee/4.png 1 40"]);
  expect(dataset.provenance).toBe(
    "image files of the user's, training and test images as given; resized to 1x1 in grey, the centre cut out",
  );
  expect(folder.endsWith(dataset.name)).toBe(true);
});

test("the checksum is that of the contents, and what is in memory is shared", async () => {
  await writeFiles(folder, four);
  const dataset = await open({ imageShape: [3, 2, 2] });
  expect(dataset.checksum).toBe(checksumOf(dataset));
  expect(dataset.train.pixels).toBeInstanceOf(Uint8Array);
  expect(dataset.train.labels.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test("past the limit the pixels stay in the file, and everything is the same", async () => {
  await writeFiles(folder, four);
  const small = await open({ imageShape: [3, 2, 2] });
  const large = await open({ imageShape: [3, 2, 2], memoryLimitBytes: 47 });
  expect(large.train.pixels).toMatchObject({ offset: 0, sizeBytes: 24, crcs: { length: 2 } });
  expect(checksumOf(large)).toBe(small.checksum);
  const batches = ({ imageShape, ...dataset }: ImageFolderDataset) => [
    ...orderedBatches({ subset: takeClasses({ ...dataset, imageShape }, [0, 1]).test, imageShape, batchSize: 2 }),
  ];
  expect(batches(large)).toEqual(batches(small));
  expect((await open({ imageShape: [3, 2, 2], memoryLimitBytes: 48 })).train.pixels).toBeInstanceOf(Uint8Array);
});

test("more images than are written at once arrive in order", async () => {
  const one = await Promise.all([0, 1, 2].map((id) => pngOf([id * 50, id * 50, id * 50], { width: 1, height: 1 })));
  // chunks hold 16 MiB, five images of this size
  const names = Array.from({ length: 17 }, (_, index) => `a/${String(index).padStart(2, "0")}.png`);
  await writeFiles(folder, Object.fromEntries(names.map((name, index) => [name, one[index % 3]])));
  await writeFiles(folder, { "b/0.png": one[1], "b/1.png": one[1] });
  const dataset = await open({ imageShape: [1, 1700, 1800] });
  expect(dataset.checksum).toBe(checksumOf(dataset));
  const { pixels } = dataset.train;
  if (!(pixels instanceof Uint8Array)) throw new Error("the pixels are not in memory");
  const values = dataset.files.train.map((_, index) => pixels[index * 1700 * 1800]);
  expect(values).toEqual(
    dataset.files.train.map((path) => (path.startsWith("b") ? 50 : (Number(path.slice(2, 4)) % 3) * 50)),
  );
});

test("what is cached is not read again until a file or an option changes", async () => {
  await writeFiles(folder, four);
  expect(await readsOf()).toBe(4);
  expect(await readsOf()).toBe(0);
  expect(await readsOf({ imageShape: [1, 2, 2] })).toBe(4);
  expect(await readsOf({ imageShape: [1, 2, 2], fit: "fill" })).toBe(4);
  await utimes(join(folder, "test/ant/3.png"), 1000, 1000);
  expect(await readsOf()).toBe(4);
  await writeFiles(folder, { "test/bee/5.png": 50 });
  expect(await readsOf()).toBe(5);
  expect((await cached()).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test.each([
  ["pixels cut off", ".u8", async (path: string) => await truncate(path, 3)],
  ["a pixel changed", ".u8", async (path: string) => await writeFile(path, Uint8Array.of(1, 2, 3, 4))],
  ["an index cut off", ".json", async (path: string) => await truncate(path, 100)],
  ["an index of something else", ".json", async (path: string) => await writeFile(path, '{"hello":"world"}')],
  [
    "an index of other pixels",
    ".json",
    async (path: string) => await writeFile(path, readFileSync(path, "utf8").replace(/"key":"../, '"key":"00')),
  ],
])("a cache with %s is made anew", async (_, ending, damage) => {
  await writeFiles(folder, four);
  const before = await open();
  const file = (await cached()).find((name) => name.endsWith(ending));
  await damage(join(cacheDir, "folders", String(file)));
  expect(await readsOf()).toBe(4);
  expect((await open()).checksum).toBe(before.checksum);
});

test("a large cache that was written to since is looked through, and made anew if it is damaged", async () => {
  await writeFiles(folder, four);
  const large = { memoryLimitBytes: 0 };
  await open(large);
  const path = join(cacheDir, "folders", String((await cached()).find((name) => name.endsWith(".u8"))));
  await utimes(path, 1000, 1000);
  expect(await readsOf(large)).toBe(0);
  await writeFile(path, Uint8Array.of(9, 9, 9, 9));
  expect(await readsOf(large)).toBe(4);
  expect(content(await open(large), "test")).toEqual(["test/ant/3.png 0 30", "test/bee/4.png 1 40"]);
  closePixelFile(path);
});

test("a file that cannot be read is named with its reason, and how many there are", async () => {
  const jpeg = await sharp(await pngOf([9, 9, 9], { width: 64, height: 64 }))
    .jpeg()
    .toBuffer();
  await writeFiles(folder, { ...four, "train/ant/0.jpg": "no image" });
  await expect(open()).rejects.toThrow(
    new DataError(
      `${folder}: expected images that can be read, got 1 of 5 that cannot: "train/ant/0.jpg" ` +
        "(it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image). " +
        "Mend, add or remove these images, or set skipUnreadable: true to leave them out.",
      { location: { path: join(folder, "train/ant/0.jpg") } },
    ),
  );
  await writeFiles(folder, { "train/bee/1.jpg": jpeg.subarray(0, jpeg.length - 60), "test/bee/0\n.png": "" });
  const error = await open().catch((thrown: unknown) => thrown);
  expect((error as Error).message).toContain(
    'got 3 of 7 that cannot: "test/bee/0\\n.png" (it is empty), "train/ant/0.jpg" (it is no JPEG',
  );
  expect(await cached()).toEqual([]);
});

test("files that cannot be read are left out and counted if that is asked for", async () => {
  await writeFiles(folder, { ...four, "train/ant/0.jpg": "no image", "test/ant/9.png": "" });
  const dataset = await open({ skipUnreadable: true });
  expect(content(dataset, "train")).toEqual(["train/ant/1.png 0 10", "train/bee/2.png 1 20"]);
  expect(dataset.unreadable).toEqual([
    { path: "test/ant/9.png", reason: "it is empty" },
    { path: "train/ant/0.jpg", reason: "it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image" },
  ]);
  expect(dataset.provenance).toMatch(/; unreadable files left out: 2$/);
  // neither are they overlooked by those who did not ask for it
  await expect(open()).rejects.toThrow("got 2 of 6 that cannot");
});

test("a bad file changes nothing about a drawn split but that it is missing", async () => {
  const values = Array.from({ length: 12 }, (_, index) => [`ant/${index + 10}.png`, index + 10] as const);
  await writeFiles(folder, { ...Object.fromEntries(values), "bee/1.png": 1, "bee/2.png": 2 });
  const clean = await open();
  await writeFiles(folder, { "ant/00.png": "bad", "ant/15a.png": "bad", "bee/0.png": "bad" });
  const dataset = await open({ skipUnreadable: true });
  expect([content(dataset, "train"), content(dataset, "test")]).toEqual([
    content(clean, "train"),
    content(clean, "test"),
  ]);
  expect(dataset.checksum).toBe(clean.checksum);
  expect(dataset.checksum).toBe(checksumOf(dataset));
  expect((await cached()).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a missing image of a CSV file cannot be read", async () => {
  await writeFiles(folder, { "1.png": 1, "2.png": 2, "labels.csv": "1.png,a\n2.png,b\n3.png,b" });
  await expect(open()).rejects.toThrow('got 1 of 3 that cannot: "3.png" (there is no such file in the folder).');
  expect((await open({ skipUnreadable: true })).files.train).toEqual(["1.png", "2.png"]);
});

test("a picture of too many pixels cannot be read", async () => {
  await writeFiles(folder, { ...four, "train/ant/0.png": await pngOf([1, 1, 1], { width: 200, height: 100 }) });
  await expect(open({ maxPixels: 19_999 })).rejects.toThrow(
    'got 1 of 5 that cannot: "train/ant/0.png" (it has more than 19999 pixels).',
  );
  expect((await open({ maxPixels: 20_000 })).train.count).toBe(3);
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "a file without leave to read it cannot be read, until there is leave",
  async () => {
    await writeFiles(folder, four);
    await chmod(join(folder, "train/ant/1.png"), 0);
    await expect(open()).rejects.toThrow('"train/ant/1.png" (you may not read it).');
    await open({ skipUnreadable: true });
    await chmod(join(folder, "train/ant/1.png"), 0o644);
    expect((await open()).train.count).toBe(2);
  },
);

test("a class with one image trains and is missing in the test, which is said when it is needed", async () => {
  await writeFiles(folder, { "ant/1.png": 1, "ant/2.png": 2, "rare/1.png": 3 });
  const dataset = await open();
  expect([dataset.train.count, dataset.test.count]).toEqual([2, 1]);
  expect(() => takeClasses(dataset, [1])).toThrow(
    new DataError(
      `${dataset.name}: expected test images of class 1 (rare), got none. Leave the class out or add images.`,
    ),
  );
});

test("a folder that nothing can be learnt from is refused", async () => {
  await writeFiles(folder, { "a.png": 1, "b.txt": "x" });
  await expect(open()).rejects.toThrow(
    new DataError(
      `${folder}: expected images in class folders (class/photo.jpg, or train/class/photo.jpg and test/class/photo.jpg), ` +
        "got none among 1 image outside of such folders. " +
        "Make a folder for every class, or name the images in a labels.csv (path,label).",
      { location: { path: folder } },
    ),
  );
  await writeFiles(folder, { "photos/a.png": 1, "photos/b.png": 1 });
  await expect(open()).rejects.toThrow(
    new ConfigError(
      `${folder}: expected at least two classes, got one, "photos". ` +
        "Name the folder that holds all classes, or add images of another class.",
    ),
  );
});

test("a folder without a training image that can be read is refused", async () => {
  await writeFiles(folder, { "train/a/1.png": "bad", "train/b/1.png": "", "test/a/1.png": 1, "test/b/1.png": 1 });
  await expect(open({ skipUnreadable: true })).rejects.toThrow(
    new DataError(
      `${folder}: expected training images that can be read, got none: "train/a/1.png" ` +
        "(it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image). Add some, or name another folder.",
      { location: { path: folder } },
    ),
  );
});

test("a stop leaves nothing behind", async () => {
  await writeFiles(folder, four);
  const controller = new AbortController();
  const stopped = open({ signal: controller.signal, onProgress: () => controller.abort(new Error("enough")) });
  // all four are on their way by then, so it is the next chunk that does not begin
  await expect(stopped).rejects.toThrow("enough");
  expect(await cached()).toEqual([]);
});

test("nothing is written into the folder of the images", async () => {
  await writeFiles(folder, four);
  const before = await readdir(folder, { recursive: true });
  const { mtimeMs } = await stat(folder);
  await open();
  expect(await readdir(folder, { recursive: true })).toEqual(before);
  expect((await stat(folder)).mtimeMs).toBe(mtimeMs);
});

test("a cache that cannot be written is named", async () => {
  await writeFiles(folder, four);
  await writeFile(join(cacheDir, "folders"), "");
  const error = await open().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataError);
  expect((error as Error).message).toMatch(
    /\.u8: expected room and leave to write the images' pixels, got (EEXIST|ENOTDIR)\. A file is where a folder should be: name another folder for the cache in GRAFT_CACHE_DIR\.$/,
  );
});

test("impossible options are refused before anything is read", async () => {
  await expect(open({ maxPixels: 0 })).rejects.toThrow(
    new ConfigError("max pixels: expected a whole number from 1, got 0."),
  );
});

test("the index beside the pixels says what they are", async () => {
  await writeFiles(folder, four);
  await open();
  const index = (await cached()).find((name) => name.endsWith(".json"));
  const text = await readFile(join(cacheDir, "folders", String(index)), "utf8");
  expect(JSON.parse(text)).toMatchObject({ classNames: ["ant", "bee"], imageShape: [1, 1, 1] });
  expect(index).toMatch(/^[0-9a-f]{64}\.json$/);
});
