import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { allocateImages, checksumOf } from "./dataset.ts";
import { tinyDataset } from "./tiny-dataset.fixture.ts";

test("images and labels lie in shared memory of exactly their size", () => {
  const { pixels, labels } = allocateImages(3, [3, 4, 5]);
  expect(pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(pixels.byteLength).toBe(180);
  expect(labels.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(labels.length).toBe(3);
});

test("the checksum is SHA-256 over train images, train labels, test images, test labels", () => {
  const dataset = tinyDataset({ train: [0, 1], test: [2] });
  const bytes = [0, 1, 2, 3, 10, 11, 12, 13, 0, 0, 1, 0, 0, 1, 2, 3, 2, 0];
  expect(checksumOf(dataset)).toBe(createHash("sha256").update(Uint8Array.from(bytes)).digest("hex"));
});

test("the checksum changes with a single label", () => {
  expect(tinyDataset({ train: [0, 1], test: [2] }).checksum).not.toBe(
    tinyDataset({ train: [0, 2], test: [2] }).checksum,
  );
});
