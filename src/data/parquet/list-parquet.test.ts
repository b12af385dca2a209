/** @file Parquet files of images as data sets. */

import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ImageDataset } from "../dataset.ts";
import { resolveFit } from "../image-folder/decode/image-fit.ts";
import { linesOf, temporaryFolder } from "../image-folder/image-files.fixture.ts";
import { decodeImages } from "../image-folder/loose-images.ts";
import { findImages, openImages } from "../node/formats.ts";
import { type ParquetContent, parquetOf } from "./parquet-files.fixture.ts";

const golden = fileURLToPath(new URL("../../../test/golden/parquet/", import.meta.url));

let folder: string;
let cacheDir: string;
const removals: (() => Promise<void>)[] = [];
beforeEach(async () => {
  const [files, cache] = [await temporaryFolder(), await temporaryFolder()];
  [folder, cacheDir] = [files.folder, cache.folder];
  removals.push(files.remove, cache.remove);
});
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

const open = (place: string, options: { skipUnreadable?: boolean } = {}): Promise<ImageDataset> =>
  openImages(place, { imageShape: [1, 1, 1], cacheDir, ...options });

async function write(files: Readonly<Record<string, ParquetContent | Uint8Array>>): Promise<string> {
  for (const [path, file] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), file instanceof Uint8Array ? file : await parquetOf(file));
  }
  return folder;
}

/** What the golden files hold, see the script that made them. */
const twelve = (file: string): string[] =>
  Array.from(
    { length: 12 },
    (_, n) => `${file}:${String(n).padStart(2, "0")} ${["wasp", "ant", "bee"][n % 3]} ${10 * n}`,
  );

describe("files that pyarrow wrote", () => {
  const hub = "none snappy gzip zstd lz4 brotli pages dictionary deltas".split(" ").map((form) => `hub-${form}`);
  test.each(hub)("are read in the form %s, classes in the order of their numbers", async (form) => {
    const dataset = await open(join(golden, `${form}.parquet`));
    expect(dataset.classNames).toEqual(["wasp", "ant", "bee"]);
    expect(linesOf(dataset, "train", "test")).toEqual(twelve(`${form}.parquet`));
    expect([dataset.train.count, dataset.test.count]).toEqual([9, 3]);
  });

  test("have words as labels, too, their classes sorted", async () => {
    const dataset = await open(join(golden, "words.parquet"));
    expect(dataset.classNames).toEqual(["ant", "bee", "wasp"]);
    expect(linesOf(dataset, "train", "test")).toEqual(twelve("words.parquet"));
    expect(dataset.notes).toEqual(['images from the column "img", labels from "class"']);
    expect(dataset.provenance).toMatch(/^images in Parquet files of the user's, 0\.2 of each class drawn/);
  });

  test("have rows without image or label, which are named", async () => {
    const place = join(golden, "missing.parquet");
    await expect(open(place)).rejects.toThrow(
      `${place}: expected images that can be read, got 2 of 10 that cannot: ` +
        '"missing.parquet:01" (its row holds no image) and "missing.parquet:02" (its row holds no image). ' +
        "Mend, add or remove these images, or set skipUnreadable: true to leave them out.",
    );
    const dataset = await open(place, { skipUnreadable: true });
    const without = new Set([1, 2, 3, 4]);
    expect(linesOf(dataset, "train", "test")).toEqual(twelve("missing.parquet").filter((_, n) => !without.has(n)));
    expect(dataset.unreadable?.map(({ path }) => path)).toEqual(["missing.parquet:01", "missing.parquet:02"]);
    expect(dataset.notes).toEqual([
      'images from the column "image", labels from "label", their names from the files\' metadata',
      'passed over 2 rows without a label: "missing.parquet:03" and "missing.parquet:04"',
    ]);
  });
});

const label = (...data: number[]): { name: string; data: number[]; type: "INT32" } => ({
  name: "label",
  data,
  type: "INT32",
});

describe("a folder of files", () => {
  test("has the parts that they are called by, as the hub calls them", async () => {
    const place = await write({
      "README.md": new Uint8Array(1),
      "data/train-00000-of-00002.parquet": { image: [1, 2], columns: [label(0, 1)] },
      "data/train-00001-of-00002.parquet": { image: [3, 4], columns: [label(1, 0)] },
      "data/validation-00000-of-00001.parquet": { image: [5], columns: [label(1)] },
      "data/test-00000-of-00001.parquet": { image: [6], columns: [label(0)] },
      "data/extra-00000-of-00001.parquet": { image: [7], columns: [label(0)] },
    });
    const dataset = await open(place);
    expect(linesOf(dataset, "train")).toEqual([
      "data/train-00000-of-00002.parquet:0 0 1",
      "data/train-00000-of-00002.parquet:1 1 2",
      "data/train-00001-of-00002.parquet:0 1 3",
      "data/train-00001-of-00002.parquet:1 0 4",
    ]);
    expect(linesOf(dataset, "test")).toEqual(["data/test-00000-of-00001.parquet:0 0 6"]);
    expect(dataset.validation?.count).toBe(1);
    expect(dataset.notes).toEqual([
      'images from the column "image", labels from "label"',
      'passed over "data/extra-00000-of-00001.parquet": it is neither training, validation nor test',
    ]);
  });

  test("has the parts of the folders that they lie in", async () => {
    const place = await write({
      "train/0000.parquet": { image: [1, 2], columns: [label(0, 1)] },
      "test/0000.parquet": { image: [3], columns: [label(1)] },
    });
    expect(linesOf(await open(place), "test")).toEqual(["test/0000.parquet:0 1 3"]);
  });

  test.each([
    ["-1", label(-1, -1)],
    ["nothing", { name: "label", data: [null, null], type: "INT32" as const }],
    ["no column", { name: "caption", data: ["a", "b"], type: "STRING" as const }],
  ])("may keep the labels of its test images to itself, as %s", async (_, hidden) => {
    const place = await write({
      "train.parquet": { image: [1, 2], columns: [label(0, 1)] },
      "validation.parquet": { image: [3], columns: [label(1)] },
      "test.parquet": { image: [4, 5], columns: [hidden] },
    });
    const dataset = await open(place);
    expect(linesOf(dataset, "test")).toEqual(["validation.parquet:0 1 3"]);
    expect(dataset.notes).toContain("passed over the test images (without labels)");
  });

  test("says which numbered files are not there", async () => {
    const part = { image: [1, 2], columns: [label(0, 1)] };
    const place = await write({ "train-00000-of-00003.parquet": part, "train-00002-of-00003.parquet": part });
    expect((await open(place)).notes).toContain('only 2 of 3 files of "train" are there');
    expect((await open(join(place, "train-00002-of-00003.parquet"))).notes).toContain(
      'only 1 of 3 files of "train" are there; name the folder for all of them',
    );
  });

  test("of several data sets is refused", async () => {
    const part = { image: [1, 2], columns: [label(0, 1)] };
    const place = await write({ "fine/train.parquet": part, "coarse/train.parquet": part });
    await expect(open(place)).rejects.toThrow(
      `${place}: expected one data set, got several in folders of their own: "coarse" and "fine". ` +
        "Name one of these folders.",
    );
  });
});

describe("columns", () => {
  const ofClass = (names: readonly string[]): unknown => ({ _type: "ClassLabel", names });

  test("of classes without images are left out, and equal names keep their numbers", async () => {
    const place = await write({
      "a.parquet": {
        image: [1, 2, 3],
        columns: [label(3, 0, 1)],
        features: { label: ofClass(["crane", "crane", "rook", "dove\u001b"]) },
      },
    });
    const dataset = await open(place);
    expect(dataset.classNames).toEqual(["crane (0)", "crane (1)", "dove\\u{1b}"]);
    expect(dataset.notes?.slice(1)).toEqual([
      "left out 1 class without images",
      'several classes are called "crane", so their numbers stand beside the name',
    ]);
  });

  test("that several could be the labels are named", async () => {
    const columns = [
      { name: "fine_label", data: [1, 2], type: "INT32" as const },
      { name: "coarse_label", data: [0, 1], type: "INT32" as const },
    ];
    const place = await write({ "a.parquet": { image: [1, 2], columns } });
    await expect(open(place)).rejects.toThrow(
      `${join(place, "a.parquet")}: expected one column of labels, got "fine_label" and "coarse_label". ` +
        'Call the one to learn "label" (ds.rename_column("…", "label")), and write the file anew.',
    );
    await write({ "a.parquet": { image: [1, 2], columns, features: { fine_label: ofClass(["a", "b", "c"]) } } });
    expect((await open(place)).classNames).toEqual(["b", "c"]);
  });

  test.each<[string, ParquetContent, string]>([
    [
      "no images",
      { columns: [label(0, 1)] },
      'expected one column of image files as bytes, or of {bytes, path}, got none among "label". ' +
        'Call the column "image", and write the files themselves into it.',
    ],
    [
      "measurements",
      { image: [1, 2], columns: [{ name: "label", data: [0.5, 1], type: "DOUBLE" }] },
      "expected whole numbers or words as labels, got 0.5 in row 0. Write classes and not measurements.",
    ],
    [
      "a number without a name",
      { image: [1, 2], columns: [label(0, 2)], features: { label: ofClass(["a", "b"]) } },
      "expected labels from 0 to 1, the numbers of its 2 names, or one of these names, got 2 for " +
        '"a.parquet:1". Correct the label or the names.',
    ],
    [
      "no labels",
      { image: [1, 2] },
      'expected rows of images with a label, got none among 2 rows. Add a column "label" of whole numbers or words.',
    ],
    [
      "one class",
      { image: [1, 2], columns: [label(4, 4)] },
      'expected at least two classes, got one, "4". Name the folder that holds all classes, or add images of another class.',
    ],
  ])("of %s are refused", async (_, file, message) => {
    await write({ "a.parquet": file });
    await expect(open(join(folder, "a.parquet"))).rejects.toThrow(`${join(folder, "a.parquet")}: ${message}`);
  });
});

test("images without labels are found to be looked at, however many columns could be labels", async () => {
  const columns = ["fine_label", "coarse_label"].map((name) => ({ ...label(0, 1), name }));
  const place = await write({ "new.parquet": { image: [1, 2], columns }, "more/0000.parquet": { image: [null] } });
  const found = await findImages(join(place, "new.parquet"));
  expect(found.map(({ path }) => path)).toEqual([join(place, "new.parquet:0"), join(place, "new.parquet:1")]);
  const pixels: number[] = [];
  for await (const batch of decodeImages(found, { fit: resolveFit({ imageShape: [1, 1, 1] }) }))
    pixels.push(...batch.pixels);
  expect(pixels).toEqual([1, 2]);
  const [empty] = await findImages(join(place, "more"));
  expect(await empty.withBytes(async (bytes) => bytes)).toBe("its row holds no image");
  await empty.close?.();
});

test("images of 12 bits have one scale in Parquet files as in folders", async () => {
  const deep = (value: number): Promise<Buffer> =>
    sharp(new Uint16Array(16).fill(value), { raw: { width: 4, height: 4, channels: 1 } })
      .toColourspace("grey16")
      .png()
      .toBuffer();
  const data = await Promise.all([4000, 2000, 1000, 500].map(deep));
  const columns = [
    { name: "image", data, type: "BYTE_ARRAY" as const },
    { name: "label", data: ["ant", "bee", "ant", "bee"], type: "STRING" as const },
  ];
  const dataset = await open(join(await write({ "d.parquet": { columns } }), "d.parquet"));
  expect(dataset.notes).toContain(
    "4 images with pixels of uint16 from 500 to 4000: 0 is taken for black, 4095 for white",
  );
  expect(linesOf(dataset, "train", "test").map((line) => Number(line.split(" ").at(-1)))).toEqual([249, 124, 62, 31]);
});

describe("damaged files", () => {
  const whole = readFileSync(join(golden, "hub-snappy.parquet"));
  const metadata = whole.length - 8 - whole.readUInt32LE(whole.length - 8);
  const damaged = Buffer.from(whole).fill(0xff, metadata, metadata + 20);

  test.each([
    ["cut off", whole.subarray(0, 1000), "one that was cut off after 1000 bytes. Fetch it again."],
    ["empty", new Uint8Array(), "another kind of file. Name the right one."],
    ["pointers", Buffer.from("version https://git-lfs.github.com/spec/v1"), "a Git LFS pointer. Run git lfs pull."],
    ["damaged", damaged, "damaged bytes ("],
  ])("that are %s are refused", async (_, bytes, got) => {
    const place = await write({ "a.parquet": bytes });
    await expect(open(join(place, "a.parquet"))).rejects.toThrow(
      `${join(place, "a.parquet")}: expected a Parquet file, got ${got}`,
    );
  });

  test("whose images cannot be unpacked have unreadable ones", async () => {
    const bytes = Buffer.from(readFileSync(join(golden, "hub-zstd.parquet")));
    bytes.fill(0xff, 200, 400);
    const place = await write({ "a.parquet": bytes });
    await expect(open(join(place, "a.parquet"))).rejects.toThrow(
      /got 12 of 12 that cannot: "a\.parquet:00" \(its page/,
    );
  });

  test("are refused or read, never more: a byte after the other is another", async () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < whole.length; at += 31) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 0x5a;
      const place = await write({ "a.parquet": bytes });
      const outcome = await open(join(place, "a.parquet"), { skipUnreadable: true }).catch((error: unknown) => error);
      outcomes.add(outcome instanceof Error ? outcome.name : "read");
    }
    expect(["ConfigError", "DataError", "read"]).toEqual(expect.arrayContaining([...outcomes]));
  });
});
