import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { datasets, openDataset } from "./find-dataset.ts";
import { officialDatasets } from "./official-dataset.ts";

const dataError = (message: string): object => ({ name: "DataError", message });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-find-"));
  vi.stubEnv("GRAFT_DATA_DIR", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Enough of CIFAR-10 to be found, not to be read. */
async function plant(name: string): Promise<string> {
  const place = join(folder, name, "cifar-10-batches-bin");
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "data_batch_1.bin"), "");
  return place;
}

test("every entry is listed under its own name", () => {
  for (const [name, entry] of Object.entries(datasets)) expect(entry.name).toBe(name);
});

test("the data folder comes before the cache", async () => {
  const cacheDir = join(folder, "cache");
  expect(datasets.cifar10.find({ cacheDir })).toBeUndefined();
  const cached = await plant("cache");
  expect(datasets.cifar10.find({ cacheDir })).toEqual({ from: "cache", path: cached });
  const own = await plant("own");
  expect(datasets.cifar10.find({ cacheDir, dataDir: join(folder, "own") })).toEqual({ from: "data folder", path: own });
  vi.stubEnv("GRAFT_DATA_DIR", join(folder, "own"));
  expect(datasets.cifar10.find({ cacheDir })).toEqual({ from: "data folder", path: own });
});

test.each(["cifar10", "cifar100", "cifar100-coarse", "mnist", "fashion-mnist"] as const)(
  "%s is found in the cache where it is downloaded to, with files of the other data sets beside it",
  async (name) => {
    const files = {
      "cifar-10-batches-bin": "data_batch_1.bin",
      "cifar-100-binary": "train.bin",
      mnist: "train-images-idx3-ubyte.gz",
      "fashion-mnist": "train-images-idx3-ubyte.gz",
    };
    for (const [inner, file] of Object.entries(files)) {
      await mkdir(join(folder, inner));
      await writeFile(join(folder, inner, file), "");
    }
    const path = join(folder, officialDatasets[name].folder);
    expect(datasets[name].find({ cacheDir: folder })).toEqual({ from: "cache", path });
  },
);

test("a damaged file in the data folder is an error, not a reason to look further", async () => {
  const own = await plant("own");
  await expect(openDataset("cifar10", { dataDir: join(folder, "own"), allowDownload: true })).rejects.toMatchObject(
    dataError(
      `${join(own, "data_batch_1.bin")}: expected 30730000 bytes (10000 records of 3073), got 0 bytes. ` +
        "Replace the file by a complete copy.",
    ),
  );
});

test("a data folder without CIFAR-10 in it is named, with what was expected", async () => {
  await plant("cache");
  const options = { dataDir: folder, cacheDir: join(folder, "cache"), allowDownload: true };
  await expect(openDataset("cifar10", options)).rejects.toThrow(
    new ConfigError(
      `GRAFT_DATA_DIR: expected CIFAR-10's data_batch_1.bin to data_batch_5.bin and test_batch.bin in "${folder}" ` +
        "or in its folder cifar-10-batches-bin, got none of them. " +
        "Correct the folder, or leave it out to use the cache.",
    ),
  );
});

test("nothing is downloaded without leave", async () => {
  await expect(openDataset("cifar10", { cacheDir: folder, allowDownload: false })).rejects.toMatchObject(
    dataError(
      `cifar10: expected it in the cache "${folder}", got nothing there and no leave to download ` +
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz. " +
        "Put the .bin files of CIFAR-10's binary version into a folder and name it in GRAFT_DATA_DIR, " +
        "or use the built-in images with --data shapes10.",
    ),
  );
});

test("an unknown data set is answered with the known ones", async () => {
  await expect(openDataset("shapes", { allowDownload: false })).rejects.toThrow(
    new ConfigError(
      'data set: expected one of cifar10, cifar100, cifar100-coarse, mnist, fashion-mnist, shapes10, got "shapes". Did you mean "shapes10"?',
    ),
  );
});
