import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { type DatasetInMemory, checksumOf } from "../dataset.ts";
import { tinyDataset } from "../tiny-dataset.fixture.ts";
import { temporaryFolder } from "./image-files.fixture.ts";
import { resizeDataset } from "./resize-dataset.ts";

let cacheDir: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ folder: cacheDir, remove } = await temporaryFolder()));
afterEach(() => remove());

const labels = { train: [0, 1, 2, 1], test: [2, 0] };

function constant(channels: number, valueOf: (image: number, channel: number) => number): DatasetInMemory {
  const dataset = tinyDataset({ ...labels, imageShape: [channels, 4, 4] });
  const fill = (pixels: Uint8Array): void => {
    pixels.forEach((_, at) => {
      pixels[at] = valueOf(Math.floor(at / (16 * channels)), Math.floor(at / 16) % channels);
    });
  };
  fill(dataset.train.pixels);
  fill(dataset.test.pixels);
  return { ...dataset, checksum: checksumOf(dataset) };
}

test("images keep their order, labels and channels", async () => {
  const dataset = constant(3, (image, channel) => 50 * image + channel);
  const resized = await resizeDataset(dataset, { imageShape: [3, 1, 1], cacheDir });
  expect(resized.train.pixels).toEqual(Uint8Array.of(0, 1, 2, 50, 51, 52, 100, 101, 102, 150, 151, 152));
  expect(resized.test.pixels).toEqual(Uint8Array.of(0, 1, 2, 50, 51, 52));
  expect([[...resized.train.labels], [...resized.test.labels]]).toEqual([labels.train, labels.test]);
  expect(resized.imageShape).toEqual([3, 1, 1]);
  expect(resized.checksum).toBe(checksumOf(resized));
  expect(resized.provenance).toBe("made in a test; resized to 1x1, the centre cut out");
});

test("grey becomes RGB by copying, RGB becomes grey by luma", async () => {
  const grey = constant(1, (image) => 60 * image);
  const rgb = await resizeDataset(grey, { imageShape: [3, 4, 4], cacheDir });
  expect(rgb.train.pixels).toEqual(constant(3, (image) => 60 * image).train.pixels);
  const red = constant(3, (_, channel) => (channel === 0 ? 255 : 0));
  const luma = await resizeDataset(red, { imageShape: [1, 4, 4], cacheDir });
  expect(luma.test.pixels).toEqual(new Uint8Array(32).fill(76));
});

test("it is done once for the same images and options", async () => {
  const dataset = constant(3, (image) => image);
  const passes = async (from: DatasetInMemory, side: number): Promise<number> => {
    let images = 0;
    await resizeDataset(from, { imageShape: [3, side, side], cacheDir, onProgress: () => images++ });
    return images;
  };
  expect(await passes(dataset, 8)).toBe(6);
  expect(await passes(dataset, 8)).toBe(0);
  expect(await passes(dataset, 9)).toBe(6);
  expect(
    await passes(
      constant(3, (image) => image + 1),
      8,
    ),
  ).toBe(6);
});

test("a data set of the shape already is returned as it is", async () => {
  const dataset = constant(3, () => 7);
  expect(await resizeDataset(dataset, { imageShape: [3, 4, 4], cacheDir })).toBe(dataset);
});

test("images of two channels are refused", async () => {
  await expect(
    resizeDataset(
      constant(2, () => 7),
      { imageShape: [3, 4, 4], cacheDir },
    ),
  ).rejects.toThrow(
    new ConfigError("tiny: expected images of 3 or 1 channels to resize, got 2. Choose another data set."),
  );
});
