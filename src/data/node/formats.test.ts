/** @file What a name or path of images means, to a study and to who looks it over. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { npzBytes } from "../../../test/support/npz-files.ts";
import { pixelBytes } from "../pixels.ts";
import { tinyDataset } from "../tiny-dataset.fixture.ts";
import { dataFormats, formatOf, namesDataFile, openImages } from "./formats.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "graft-formats-"));
  for (const place of ["cifar-10-batches-bin", "photos/ant", "arrays.npz", "digits", "named-only"])
    mkdirSync(join(folder, place), { recursive: true });
  writeFileSync(join(folder, "digits", "my-images-idx3-ubyte"), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0));
  writeFileSync(join(folder, "named-only", "my-images-idx3-ubyte"), "no such file");
  writeFileSync(join(folder, "named-only", "idx_images.png"), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0));
  writeFileSync(join(folder, "cifar-10-batches-bin", "data_batch_1.bin"), "");
  const files = [
    "more/hub/README.md",
    "more/hub/assets/a.png",
    "more/hub/data/train-00000-of-00001.parquet",
    "more/shards/train/000000.tar",
    "more/unpacked/photos.tar",
    "more/unpacked/train/ant/a.jpg",
    "more/listed/metadata.parquet",
  ];
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the format of", () => {
  test.each([
    ["shapes10", "named"],
    ["cifar100-coarse", "named"],
    ["photos", "imageFolder"],
    ["photos/labels.csv", "imageFolder"],
    ["nothing/there", "imageFolder"],
    ["nothing/there.npz", "npz"],
    ["arrays.npz", "npz"],
    ["nothing/there.parquet", "parquet"],
    ["more/hub", "parquet"],
    ["more/hub/data", "parquet"],
    ["nothing/there.tar.gz", "webDataset"],
    ["more/shards", "webDataset"],
    ["more/unpacked", "imageFolder"],
    ["more/unpacked/photos.tar", "webDataset"],
    ["more/listed", "imageFolder"],
    ["cifar-10-batches-bin", "official"],
    [".", "official"],
    ["digits", "idx"],
    ["named-only", "imageFolder"],
  ] as const)("%s is %s", (place, format) => {
    expect(formatOf(format === "named" ? place : join(folder, place))).toBe(dataFormats[format]);
  });
});

test("a file is known by its ending, there or not", () => {
  expect(["a.npz", "b/list.csv", "photos", "cifar10", "a.NPZ"].map(namesDataFile)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

describe("the images that a study opens", () => {
  const tiny = tinyDataset({ train: [0, 1, 2], test: [0, 1, 2] });
  const named = (name: string): Promise<typeof tiny> => Promise.resolve({ ...tiny, name });

  test("of a name are the opener's, as they come where no shape is asked for", async () => {
    expect(await openImages("cifar10", { named })).toEqual({ ...tiny, name: "cifar10" });
    expect((await openImages("cifar10", { named, imageShape: [1, 2, 2] })).train).toBe(tiny.train);
  });

  test("have the shape that is asked for", async () => {
    const cacheDir = join(folder, "cache");
    const { imageShape, train } = await openImages("cifar10", { named, imageShape: [3, 4, 4], cacheDir });
    expect([imageShape, pixelBytes(train.pixels)]).toEqual([[3, 4, 4], 3 * 3 * 4 * 4]);
  });

  test("of a NumPy file are divided as it is said", async () => {
    const place = join(folder, "digits.npz");
    const labels = Uint8Array.from({ length: 20 }, (_, at) => at % 2);
    const images = { shape: [20, 2, 3], data: new Uint8Array(120) };
    writeFileSync(place, npzBytes({ images, labels: { shape: [20], data: labels } }));
    const { train, test: held } = await openImages(place, { testShare: 0.4 });
    expect([train.count, held.count]).toEqual([12, 8]);
  });
});
