import sharp from "sharp";
import { expect, it } from "vitest";
import type { ImageSubset } from "../../data/index.ts";
import { packPredictions } from "../../statistics/index.ts";
import type { RunRecord } from "../records/records.ts";
import { rememberShownImages } from "./shown-images.ts";

/** Four grey images of 2x2 pixels, the first of which is not of the task. */
const test: ImageSubset = {
  part: {
    count: 4,
    pixels: Uint8Array.from([9, 50, 100, 200].flatMap((grey) => Array.from({ length: 4 }, () => grey))),
    labels: Uint16Array.of(2, 0, 1, 1),
  },
  files: ["test/c/0.png", "test/a/1.png", "test/b/2.png", "test/b/3.png"],
  indices: Uint32Array.of(1, 2, 3),
  labels: Uint16Array.of(0, 1, 1),
  classNames: ["a", "b"],
};
const imageShape = [1, 2, 2] as const;

function run(labels: number[], probabilities: number[], task: "source" | "target" = "target"): RunRecord {
  return { task, evaluation: { predicted: packPredictions({ labels, probabilities }) } } as RunRecord;
}

it("lists those of the most accurate model first, its surest ones first, each once", async () => {
  const shownImagesOf = rememberShownImages({ test, imageShape });
  const poor = run([1, 0, 0], [0.99, 0.98, 0.97]);
  const good = run([0, 0, 0], [0.9, 0.6, 0.8]);
  const { wrongImages: found } = await shownImagesOf([run([1, 1, 1], [1, 1, 1], "source"), poor, good]);
  expect(found.map(({ place, index, file, label }) => [place, index, file, label])).toEqual([
    [2, 3, "test/b/3.png", 1],
    [1, 2, "test/b/2.png", 1],
    [0, 1, "test/a/1.png", 0],
  ]);
});

it("has the picture of each, and no file where images are none of their own", async () => {
  const { files: _, ...arrays } = test;
  const { wrongImages } = await rememberShownImages({ test: arrays, imageShape })([run([0, 1, 0], [1, 1, 1])]);
  const [found] = wrongImages;
  expect(found).not.toHaveProperty("file");
  const { data, info } = await sharp(Buffer.from(found.jpegBase64 ?? "", "base64"))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([2, 2]);
  for (const value of data) expect(Math.abs(value - 200)).toBeLessThan(4);
});

it("is empty where no answers were kept", async () => {
  expect(await rememberShownImages({ test, imageShape })([{ task: "target" } as RunRecord])).toEqual({
    wrongImages: [],
    rightImages: [],
  });
});

it("lists right ones of which a map was kept, with their pictures", async () => {
  const mapped = run([0, 1, 0], [1, 1, 1]);
  const images = [1, 2, 3].map((index) => ({ index, base64: "" }));
  const evaluation = { ...mapped.evaluation, heatMaps: { method: "grad-cam", height: 1, width: 1, images } };
  const { wrongImages, rightImages } = await rememberShownImages({ test, imageShape })([
    { ...mapped, evaluation } as RunRecord,
  ]);
  expect(wrongImages.map(({ place }) => place)).toEqual([2]);
  expect(rightImages.map(({ place, index, label }) => [place, index, label])).toEqual([
    [0, 1, 0],
    [1, 2, 1],
  ]);
  expect(rightImages.every(({ jpegBase64 }) => jpegBase64 !== undefined)).toBe(true);
});
