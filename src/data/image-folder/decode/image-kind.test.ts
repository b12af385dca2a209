import sharp from "sharp";
import { expect, test } from "vitest";
import { pngOf } from "../image-files.fixture.ts";
import { hasImageExtension, imageKind, unknownKindReason } from "./image-kind.ts";

test.each([
  ["jpeg", "JPEG"],
  ["png", "PNG"],
  ["webp", "WebP"],
  ["gif", "GIF"],
  ["tiff", "TIFF"],
  ["avif", "AVIF"],
] as const)("%s is told by its first bytes", async (format, kind) => {
  const bytes = await sharp(await pngOf([1, 2, 3]))
    .toFormat(format)
    .toBuffer();
  expect(imageKind(bytes)).toBe(kind);
});

test.each([
  ["", "it is empty"],
  ["\0\0\0\x18ftypheic\0\0\0\0", "it is a HEIC photo, which is not read: export it as JPEG"],
  ["\0\0\0\x18ftypisom\0\0\0\0", "it is a film, not an image"],
  ["version https://git-lfs.github.com/spec/v1\noid", "it is a Git LFS pointer, not the image: run git lfs pull"],
  ["<svg xmlns='http://www.w3.org/2000/svg'/>", "it is text in markup, not an image"],
  ["<!DOCTYPE html>", "it is text in markup, not an image"],
  ["hello", "it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image"],
])("%j is not read", (start, reason) => {
  const bytes = Buffer.from(start, "latin1");
  expect(imageKind(bytes)).toBeUndefined();
  expect(unknownKindReason(bytes)).toBe(reason);
});

test("names that mean an image are known in any capitals", () => {
  expect(["a.jpg", "b.JPEG", "c/d.Png"].map(hasImageExtension)).toEqual([true, true, true]);
  expect(["a.txt", "Thumbs.db", "jpg"].map(hasImageExtension)).toEqual([false, false, false]);
});
