import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataError } from "../../core/index.ts";
import { createBatchLoader } from "./batch-loader.ts";
import { orderedBatches } from "../batches/batch.ts";
import { checkDataset } from "./check/check-dataset.ts";
import { type ImageDataset, checksumOf } from "../dataset.ts";
import { pixelChunks, readImage, readPixels } from "../pixels.ts";
import { takeClasses } from "../split-classes.ts";
import { channelStatistics } from "../statistics.ts";
import { tinyDataset } from "../tiny-dataset.fixture.ts";
import { PixelFile, closePixelFile } from "./pixel-file.ts";

const inMemory = tinyDataset({ train: [0, 1, 2, 1, 0, 2, 1], test: [0, 1, 2] });

let folder: string;
let path: string;
let inFile: ImageDataset;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-pixels-"));
  path = join(folder, "pixels.u8");
  const { train, test: held } = inMemory;
  await writeFile(path, Buffer.concat([Uint8Array.of(1, 2, 3), train.pixels, held.pixels]));
  inFile = {
    ...inMemory,
    train: { ...train, pixels: new PixelFile({ path, offset: 3, sizeBytes: train.pixels.length }) },
    test: { ...held, pixels: new PixelFile({ path, offset: 3 + train.pixels.length, sizeBytes: held.pixels.length }) },
  };
});

afterEach(async () => {
  closePixelFile(path);
  await rm(folder, { recursive: true });
});

test("images are the same from a file as from memory", () => {
  const [one, other, four] = [new Uint8Array(4), new Uint8Array(4), new Uint8Array(16)];
  for (let index = 0; index < 7; index++) {
    readImage(inMemory.train.pixels, index, one);
    readImage(inFile.train.pixels, index, other);
    expect(other).toEqual(one);
  }
  readPixels(inFile.train.pixels, 8, four);
  expect(four).toEqual(inMemory.train.pixels.slice(8, 24));
});

test("checksum, statistics, check and batches do not depend on where the pixels are", () => {
  expect(checksumOf(inFile)).toBe(inMemory.checksum);
  expect(checkDataset(inFile)).toEqual(checkDataset(inMemory));
  const statistics = (dataset: ImageDataset) =>
    channelStatistics(takeClasses(dataset, [1, 2]).train, dataset.imageShape);
  expect(statistics(inFile)).toEqual(statistics(inMemory));
  const batches = (dataset: ImageDataset) => [
    ...orderedBatches({ subset: takeClasses(dataset, [2, 0]).test, imageShape: dataset.imageShape, batchSize: 2 }),
  ];
  expect(batches(inFile)).toEqual(batches(inMemory));
});

test("a worker thread reads the file itself", async () => {
  const loaded = async (dataset: ImageDataset): Promise<unknown[]> => {
    const subset = takeClasses(dataset, [0, 1, 2]).train;
    const { imageShape } = dataset;
    const loader = createBatchLoader({ subset, imageShape, batchSize: 3, seed: 5, shuffle: true, purpose: "target" });
    try {
      const batches: unknown[] = [];
      for await (const batch of loader.epoch(1)) batches.push(batch);
      return batches;
    } finally {
      await loader.close();
    }
  };
  expect(await loaded(inFile)).toEqual(await loaded(inMemory));
});

test("a large file comes in pieces", async () => {
  const bytes = Uint8Array.from({ length: 2_500_000 }, (_, at) => at % 251);
  await writeFile(path, bytes);
  const pixels = new PixelFile({ path, offset: 0, sizeBytes: bytes.length });
  const pieces = [...pixelChunks(pixels)].map((piece) => piece.length);
  expect(pieces).toEqual([1_048_576, 1_048_576, 402_848]);
  const copies: Uint8Array[] = [];
  for (const piece of pixelChunks(pixels)) copies.push(piece.slice());
  expect(Buffer.compare(Buffer.concat(copies), bytes)).toBe(0);
});

test("a file that is gone is named", async () => {
  await rm(path);
  await writeFile(join(folder, "other"), "");
  expect(() => readImage(inFile.train.pixels, 0, new Uint8Array(4))).toThrow(
    new DataError(
      `${path}: expected the pixels of a data set, got no such file. Open the data set again, which makes the file anew.`,
      { location: { path } },
    ),
  );
});

test.each([
  ["before it is opened", false],
  ["after it is opened", true],
])("a file that was cut off %s is named", async (_, opened) => {
  if (opened) readImage(inFile.test.pixels, 2, new Uint8Array(4));
  await truncate(path, 30);
  expect(() => readImage(inFile.test.pixels, 2, new Uint8Array(4))).toThrow(
    new DataError(`${path}: expected 43 bytes of pixels, got 30. Open the data set again, which makes the file anew.`, {
      location: { path, offset: 30 },
    }),
  );
});

test("an image that is not the one that was written is named, in a worker thread too", async () => {
  const { pixels } = inMemory.train;
  const crcs = new Uint32Array(new SharedArrayBuffer(4 * 7));
  crcs.forEach((_, index) => (crcs[index] = crc32(pixels.subarray(4 * index, 4 * index + 4))));
  const checked = { ...inFile.train, pixels: new PixelFile({ path, offset: 3, sizeBytes: pixels.length, crcs }) };
  const file = await open(path, "r+");
  await file.write(Uint8Array.of(pixels[21] ^ 4), 0, 1, 3 + 21);
  await file.close();
  const image = new Uint8Array(4);
  for (const index of [0, 1, 2, 3, 4, 6]) readImage(checked.pixels, index, image);
  const message =
    `${path}: expected the pixels that were written, got others in image 5 from byte 23 on. ` +
    "Delete the file and open the data set again, which makes it anew.";
  expect(() => readImage(checked.pixels, 5, image)).toThrow(new DataError(message, { location: { path, offset: 23 } }));
  const subset = takeClasses({ ...inFile, train: checked }, [0, 1, 2]).train;
  const { imageShape } = inFile;
  const loader = createBatchLoader({ subset, imageShape, batchSize: 7, seed: 5, shuffle: true, purpose: "target" });
  await expect(loader.epoch(0).next()).rejects.toThrow(message);
  await loader.close();
});

test("a thread that is used again reads the file that took the place of one that it has read", async () => {
  const first = async (): Promise<Uint8Array | undefined> => {
    const subset = takeClasses(inFile, [0, 1, 2]).train;
    const { imageShape } = inFile;
    const loader = createBatchLoader({ subset, imageShape, batchSize: 7, seed: 5, shuffle: false, purpose: "target" });
    const { value } = await loader.epoch(0).next();
    await loader.close();
    return value?.images;
  };
  const { pixels } = inMemory.train;
  expect(await first()).toEqual(pixels);
  await rm(path);
  await writeFile(
    path,
    Buffer.concat([Uint8Array.of(1, 2, 3), pixels.map((value) => value ^ 255), new Uint8Array(12)]),
  );
  expect(await first()).toEqual(pixels.map((value) => value ^ 255));
});

test("an image that is not there is not read from its neighbour", () => {
  expect(() => readImage(inFile.train.pixels, 7, new Uint8Array(4))).toThrow(
    "internal: bytes 28 to 32 of 28 bytes of pixels",
  );
});
