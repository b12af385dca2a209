import { afterEach, beforeEach, expect, test } from "vitest";
import { checksumOf } from "../dataset.ts";
import { pixelChunks } from "../pixels.ts";
import { temporaryFolder, writeFiles } from "./image-files.fixture.ts";
import { type ImageFolderDataset, openImageFolder } from "./open-image-folder.ts";

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

const open = (options: { memoryLimitBytes?: number } = {}): Promise<ImageFolderDataset> =>
  openImageFolder(folder, { imageShape: [1, 1, 1], cacheDir, ...options });

test("validation images beside test images are a part of their own", async () => {
  await writeFiles(folder, {
    "train/bee/2.png": 20,
    "train/ant/1.png": 10,
    "test/ant/3.png": 30,
    "test/bee/4.png": 40,
  });
  const without = await open();
  await writeFiles(folder, { "val/ant/5.png": 50, "val/bee/6.png": 60, "val/dog/7.png": 70 });
  const dataset = await open();
  expect([...(dataset.validation?.labels ?? [])]).toEqual([0, 1]);
  expect([...pixelChunks(dataset.validation?.pixels ?? new Uint8Array())].flatMap((chunk) => [...chunk])).toEqual([
    50, 60,
  ]);
  expect(dataset.checksum).toBe(checksumOf(dataset));
  expect(dataset.checksum).not.toBe(without.checksum);
  expect(without.validation).toBeUndefined();
  expect([dataset.train, dataset.test]).toEqual([without.train, without.test]);
  expect(dataset.notes).toEqual(['passed over "val/dog" (no class of the training images)']);
  const large = await open({ memoryLimitBytes: 0 });
  expect(checksumOf(large)).toBe(dataset.checksum);
});

test("of several lists beside images without class folders one is named", async () => {
  await writeFiles(folder, { "train/1.png": 1, "test/2.png": 2, "one.csv": "id,label\n1,a", "two.csv": "1,b" });
  await expect(open()).rejects.toThrow(
    `got none among 2 images outside of such folders. Make a folder for every class, or name the list of them, ${folder}/one.csv.`,
  );
});
