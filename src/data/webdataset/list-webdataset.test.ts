/** @file Archives of images and labels as data sets. */

import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header, Pax, create } from "tar";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ImageDataset } from "../dataset.ts";
import { resolveFit } from "../image-folder/decode/image-fit.ts";
import { linesOf, pngOf, temporaryFolder, writeFiles } from "../image-folder/image-files.fixture.ts";
import { decodeImages } from "../image-folder/loose-images.ts";
import { findImages, openImages } from "../node/formats.ts";

let folder: string;
let cacheDir: string;
const removals: (() => Promise<void>)[] = [];
beforeEach(async () => {
  const [files, cache] = [await temporaryFolder(), await temporaryFolder()];
  [folder, cacheDir] = [files.folder, cache.folder];
  process.env["GRAFT_CACHE_DIR"] = cacheDir;
  removals.push(files.remove, cache.remove);
});
afterEach(async () => {
  delete process.env["GRAFT_CACHE_DIR"];
  for (const remove of removals.splice(0)) await remove();
});

/** Files in their order; a number makes a grey PNG of that value. */
type Entries = readonly (readonly [path: string, content: number | string | Uint8Array])[];

async function tarOf(entries: Entries): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  for (const [path, content] of entries) {
    const bytes = typeof content === "number" ? await pngOf([content, content, content]) : Buffer.from(content);
    if (path.length > 99) blocks.push(new Pax({ path, size: bytes.length }).encode());
    const header = new Header({ path: path.slice(-99), size: bytes.length, mode: 0o644, type: "File" });
    header.encode();
    blocks.push(header.block ?? Buffer.alloc(0), bytes, Buffer.alloc(-bytes.length & 511));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

async function write(files: Readonly<Record<string, Entries | Uint8Array>>): Promise<string> {
  for (const [path, file] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), file instanceof Uint8Array ? file : await tarOf(file));
  }
  return folder;
}

const open = (place: string, options: { skipUnreadable?: boolean } = {}): Promise<ImageDataset> =>
  openImages(place, { imageShape: [1, 1, 1], cacheDir, ...options });

/** Two samples of two classes. */
const pair: Entries = [
  ["0.png", 10],
  ["0.cls", "0"],
  ["1.png", 20],
  ["1.cls", "1\n"],
];

describe("a sample", () => {
  test.each<[string, Entries]>([
    ["cls", pair],
    ["cls.txt", pair.map(([path, own]) => [path.replace(/cls$/, "cls.txt"), own])],
    [
      "json",
      pair.map(([path, own]) => [path.replace(/cls$/, "json"), path.endsWith("cls") ? `{"label": ${own}}` : own]),
    ],
    [
      "json",
      pair.map(([path, own]) => [path.replace(/cls$/, "JSON"), path.endsWith("cls") ? `{"cls":"${own}"}` : own]),
    ],
  ])("has its label in .%s", async (ending, entries) => {
    // a line end is none in JSON
    const plainly = entries.map(([path, own]) => [path, own === '{"cls":"1\n"}' ? '{"cls":"1"}' : own] as const);
    const dataset = await open(await write({ "a.tar": plainly }));
    expect(linesOf(dataset, "train", "test")).toEqual(["a.tar/0.png 0 10", "a.tar/1.png 1 20"]);
    expect(dataset.notes).toEqual([`labels from .${ending}`]);
    expect(dataset.provenance).toMatch(/^images in WebDataset archives of the user's, 0\.2 of each class drawn/);
  });

  test("may have words as labels, names below folders, long ones, and files that are neither", async () => {
    const long = `${"deep/".repeat(40)}3`;
    const dataset = await open(
      await write({
        "a.tar": [
          ["./x/1.jpg", 10],
          ["./x/1.cls", "wasp"],
          ["./x/1.mask.png", 99],
          ["./x/1.txt", "a caption"],
          ["y/1.cls", "ant"],
          ["y/1.jpg", 20],
          ["y/._1.jpg", "resource fork"],
          [`${long}.png`, 30],
          [`${long}.cls`, "ant"],
        ],
      }),
    );
    expect(dataset.classNames).toEqual(["ant", "wasp"]);
    expect(linesOf(dataset, "train", "test")).toEqual([
      `a.tar/${long}.png ant 30`,
      "a.tar/x/1.jpg wasp 10",
      "a.tar/y/1.jpg ant 20",
    ]);
  });

  test("is named where it lacks an image or a label", async () => {
    const dataset = await open(
      await write({ "a.tar": [...pair, ["2.png", 30], ["3.cls", "1"], ["1.cls", "0"], ["4.png", 40], ["4.cls", ""]] }),
    );
    expect(linesOf(dataset, "train", "test")).toEqual(["a.tar/0.png 0 10", "a.tar/1.png 1 20"]);
    expect(dataset.notes).toEqual([
      "labels from .cls",
      'passed over 1 label without an image: "a.tar/3.cls"',
      'passed over 1 file of a name that came before: "a.tar/1.cls"',
      'passed over 2 samples without a label: "a.tar/2.png" and "a.tar/4.png"',
    ]);
  });

  test("whose image cannot be read is one that cannot be read", async () => {
    const place = await write({ "a.tar": [...pair, ["2.png", "no image"], ["2.cls", "1"]] });
    await expect(open(place)).rejects.toThrow(
      `${place}: expected images that can be read, got 1 of 3 that cannot: ` +
        '"a.tar/2.png" (it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image). ' +
        "Mend, add or remove these images, or set skipUnreadable: true to leave them out.",
    );
    expect((await open(place, { skipUnreadable: true })).unreadable).toHaveLength(1);
  });
});

describe("archives", () => {
  test("have the parts that they are called by, and names of classes beside them", async () => {
    const place = await write({
      "train-000000.tar": pair,
      "train-000001.tar": [
        ["2.png", 30],
        ["2.cls", "2"],
      ],
      "val-000000.tar": pair,
      "classes.txt": Buffer.from("ant\nbee\nwasp\n"),
    });
    const dataset = await open(place);
    expect(linesOf(dataset, "train")).toEqual([
      "train-000000.tar/0.png ant 10",
      "train-000000.tar/1.png bee 20",
      "train-000001.tar/2.png wasp 30",
    ]);
    expect(linesOf(dataset, "test")).toEqual(["val-000000.tar/0.png ant 10", "val-000000.tar/1.png bee 20"]);
    expect(dataset.notes).toEqual(["labels from .cls, their names from a list of the classes"]);
  });

  test("may hold the names, numbered or not", async () => {
    const place = await write({ "a.tar": [...pair, ["classes.txt", "0 red ant\r\n1 bee\r\n"]] });
    expect((await open(place)).classNames).toEqual(["red ant", "bee"]);
  });

  test("packed by gzip leave nothing behind", async () => {
    const place = await write({
      "train-0.tar.gz": gzipSync(await tarOf(pair)),
      "test-0.tgz": gzipSync(await tarOf(pair)),
    });
    const dataset = await open(place);
    expect(linesOf(dataset, "test")).toEqual(["test-0.tgz/0.png 0 10", "test-0.tgz/1.png 1 20"]);
    expect(await readdir(cacheDir)).toEqual(["folders"]);
  });

  test("that tar itself made are read", async () => {
    const long = `${"a long folder ".repeat(8)}/one`;
    await writeFiles(folder, { [`in/${long}.png`]: 10, [`in/${long}.cls`]: "0", "in/two.png": 20, "in/two.cls": "1" });
    await create({ cwd: join(folder, "in"), file: join(folder, "a.tar") }, ["."]);
    expect(linesOf(await open(join(folder, "a.tar")), "train", "test")).toEqual([
      `a.tar/${long}.png 0 10`,
      "a.tar/two.png 1 20",
    ]);
  });

  test("beside images are not the data set", async () => {
    await writeFiles(folder, { "ant/1.png": 10, "bee/1.png": 20 });
    await write({ "photos.tar": pair });
    expect((await open(folder)).classNames).toEqual(["ant", "bee"]);
  });
});

test("images are found to be looked at, whatever their labels", async () => {
  const place = await write({
    "a.tar": [
      ["1.png", 10],
      ["2.png", 20],
      ["2.json", "no JSON"],
    ],
  });
  const found = await findImages(place);
  expect(found.map(({ path }) => path)).toEqual([join(place, "a.tar/1.png"), join(place, "a.tar/2.png")]);
  const pixels: number[] = [];
  for await (const batch of decodeImages(found, { fit: resolveFit({ imageShape: [1, 1, 1] }) }))
    pixels.push(...batch.pixels);
  expect(pixels).toEqual([10, 20]);
});

describe("refused are archives", () => {
  test.each<[string, Entries | Uint8Array, string]>([
    [
      "of class folders",
      [
        ["ant/1.png", 10],
        ["bee/1.png", 20],
      ],
      "expected samples of images with a label, got none among 2 samples. Put a label beside each image " +
        "(000.cls beside 000.jpg), or unpack the archive if the classes are its folders.",
    ],
    [
      "without images",
      [["notes.txt", "x"]],
      "expected samples of images with a label, got no images. Put a label beside each image",
    ],
    [
      "of samples with two images",
      [
        ["1.png", 1],
        ["1.jpg", 1],
      ],
      'expected one image in each sample, got "1.png" and "1.jpg". Take one of them out.',
    ],
    [
      "of several labels for an image",
      [
        ["1.png", 1],
        ["1.json", '{"labels": [1, 2]}'],
      ],
      'expected a whole number or a word as the label in "1.json", got a list, which is multi-label classification. ' +
        "Correct it, and make the archive anew.",
    ],
    [
      "with a label that is no text",
      [
        ["1.png", 1],
        ["1.cls", Uint8Array.of(0xff, 0xfe)],
      ],
      'expected text in UTF-8 in "1.cls", got other bytes. Correct it, and make the archive anew.',
    ],
    [
      "of something else",
      Buffer.alloc(2048, "x"),
      "expected an archive made by tar, got damaged bytes at 0. Replace it by an unharmed copy.",
    ],
    [
      "of damaged gzip",
      gzipSync(Buffer.alloc(4096)).subarray(0, 20),
      "expected an archive made by tar, got unexpected end of file. Replace it by an unharmed copy.",
    ],
  ])("%s", async (_, file, message) => {
    const place = join(await write({ "a.tar": file }), "a.tar");
    await expect(open(place)).rejects.toThrow(`${place}: ${message}`);
  });

  test("that were cut off", async () => {
    const whole = await tarOf(pair);
    const place = join(await write({ "a.tar": whole.subarray(0, 600) }), "a.tar");
    await expect(open(place)).rejects.toThrow(
      `${place}: expected an archive made by tar, got one that was cut off after 600 bytes. Replace it by an unharmed copy.`,
    );
  });

  test("or read, never more: a byte after the other is another", async () => {
    const whole = await tarOf(pair);
    const outcomes = new Set<string>();
    for (let at = 0; at < whole.length; at += 37) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 0x5a;
      const place = join(await write({ "a.tar": bytes }), "a.tar");
      const outcome = await open(place, { skipUnreadable: true }).catch((error: unknown) => error);
      outcomes.add(outcome instanceof Error ? outcome.name : "read");
    }
    expect(["ConfigError", "DataError", "read"]).toEqual(expect.arrayContaining([...outcomes]));
  });
});
