import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { damagedFile, fileDamages } from "../../../../test/support/damage.ts";
import { stream } from "../../../core/index.ts";
import { checksumOf } from "../../dataset.ts";
import { closePixelFile } from "../../node/pixel-file.ts";
import { type PixelStore, readImage } from "../../pixels.ts";
import { temporaryFolder } from "../image-files.fixture.ts";
import { cachedImages } from "./pixel-cache.ts";

test("pixels that are read in several pieces come back as they were written", async () => {
  const { folder, remove } = await temporaryFolder();
  try {
    // both parts longer than what is read at once, and neither a multiple of it
    const imageShape = [3, 512, 512] as const;
    const counts = { train: 23, test: 12, validation: 1 };
    const part = (count: number, seed: number) => ({
      count,
      labels: Uint16Array.from({ length: count }, (_, at) => at % 2),
      pixels: Uint8Array.from({ length: count * 3 * 512 * 512 }, (_, at) => (at * 7919 + (at >> 16) + seed) % 251),
    });
    const parts = {
      train: part(counts.train, 1),
      test: part(counts.test, 2),
      validation: part(counts.validation, 3),
    };
    const {
      train,
      test: held,
      validation,
    } = await cachedImages("key", { cacheDir: folder }, async (begin) => {
      const writer = await begin();
      await writer.write(parts.train.pixels);
      await writer.write(parts.test.pixels);
      await writer.write(parts.validation.pixels);
      return {
        writer,
        made: {
          imageShape,
          classNames: ["a", "b"],
          train: { labels: parts.train.labels, files: [], crcs: new Uint32Array(counts.train) },
          test: { labels: parts.test.labels, files: [], crcs: new Uint32Array(counts.test) },
          validation: { labels: parts.validation.labels, files: [], crcs: new Uint32Array(counts.validation) },
          checksum: checksumOf(parts),
          provenance: "a test",
          unreadable: [],
          ignored: 0,
          notes: [],
          pixelScales: {},
        },
      };
    });
    expect(Buffer.compare(train.pixels as Uint8Array, parts.train.pixels)).toBe(0);
    expect(Buffer.compare(held.pixels as Uint8Array, parts.test.pixels)).toBe(0);
    expect(Buffer.compare(validation.pixels as Uint8Array, parts.validation.pixels)).toBe(0);
  } finally {
    await remove();
  }
});

test("however its files are damaged, the images are those that were made, or are refused by name", async () => {
  const imageShape = [1, 4, 4] as const;
  const pixels = Uint8Array.from({ length: 6 * 16 }, (_, at) => (at * 7) % 251);
  const crcs = Uint32Array.from({ length: 6 }, (_, index) => crc32(pixels.subarray(16 * index, 16 * index + 16)));
  const parts = {
    train: { labels: Uint16Array.of(0, 1, 0, 1), files: ["a/1", "b/1", "a/2", "b/2"], crcs: crcs.slice(0, 4) },
    test: { labels: Uint16Array.of(0), files: ["a/3"], crcs: crcs.slice(4, 5) },
    validation: { labels: Uint16Array.of(1), files: ["b/3"], crcs: crcs.slice(5) },
  };
  const stored = {
    train: { count: 4, labels: parts.train.labels, pixels: pixels.subarray(0, 64) },
    test: { count: 1, labels: parts.test.labels, pixels: pixels.subarray(64, 80) },
    validation: { count: 1, labels: parts.validation.labels, pixels: pixels.subarray(80) },
  };
  const facts = {
    imageShape,
    classNames: ["a", "b"],
    provenance: "a test",
    unreadable: [],
    ignored: 0,
    notes: [],
    pixelScales: {},
  };
  for (let number = 0; number < 100; number++) {
    const { folder, remove } = await temporaryFolder();
    // in memory, or in the file
    const options = { cacheDir: folder, memoryLimitBytes: number % 2 === 0 ? 1024 : 1 };
    const open = () =>
      cachedImages("key", options, async (begin) => {
        const writer = await begin();
        await writer.write(pixels);
        return { writer, made: { ...facts, ...parts, checksum: checksumOf(stored) } };
      });
    await open();
    const random = stream(3, "damage", number);
    const path = join(folder, "folders", random.uniform() < 0.5 ? "key.u8" : "key.json");
    const { atime, mtime } = await stat(path);
    const kind = fileDamages[random.integer(fileDamages.length)];
    await writeFile(
      path,
      damagedFile(await readFile(path), kind, () => random.uniform()),
    );
    // a disk that loses bits does not say when
    await utimes(path, atime, mtime);
    closePixelFile(join(folder, "folders", "key.u8"));
    const found = await open();
    expect(found.index, `${number}: ${kind}`).toMatchObject({ ...facts, ...parts });
    for (const part of ["train", "test", "validation"] as const) {
      for (let index = 0; index < stored[part].count; index++) {
        const image = readOrNamed(found[part].pixels, index);
        expect(image ?? readOrNamed(stored[part].pixels, index)).toEqual(readOrNamed(stored[part].pixels, index));
      }
    }
    closePixelFile(join(folder, "folders", "key.u8"));
    await remove();
  }
});

/** An image of 16 bytes; undefined where it is refused by the name of its file. */
function readOrNamed(pixels: PixelStore, index: number): Uint8Array | undefined {
  const image = new Uint8Array(16);
  try {
    readImage(pixels, index, image);
    return image;
  } catch (error) {
    if (/key\.u8: expected the pixels that were written, got others in image \d/.test(String(error))) return undefined;
    throw error;
  }
}
