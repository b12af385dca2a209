import sharp from "sharp";
import { expect, test } from "vitest";
import { tiffOf } from "../../../../test/support/tiff-files.ts";
import { holdsBytes } from "./tiff-samples.ts";

test.each([
  ["grey bytes", tiffOf(Uint8Array.of(1, 2), [1, 1, 2]), true],
  ["coloured bytes", tiffOf(Uint8Array.of(1, 2, 3), [3, 1, 1]), true],
  ["signed bytes", tiffOf(Int8Array.of(1, 2), [1, 1, 2]), false],
  ["signed bytes in colour", tiffOf(Int8Array.of(1, 2, 3), [3, 1, 1]), false],
  ["16 bits", tiffOf(Uint16Array.of(1, 2), [1, 1, 2]), false],
  ["floats", tiffOf(Float32Array.of(1, 2, 3), [3, 1, 1]), false],
  ["no directory, as it lies behind these bytes", tiffOf(Uint8Array.of(1, 2), [1, 1, 2]).subarray(0, 9), false],
  ["a directory that ends early", tiffOf(Uint8Array.of(1, 2), [1, 1, 2]).subarray(0, 40), false],
  ["BigTIFF", Uint8Array.of(0x49, 0x49, 43, 0, 8, 0, 0, 0), false],
  ["nothing", new Uint8Array(), false],
])("%s", (_what, bytes, expected) => {
  expect(holdsBytes(bytes)).toBe(expected);
});

test("what the library writes", async () => {
  const raw = { width: 8, height: 4, channels: 3 } as const;
  const bytes = sharp(new Uint8Array(96), { raw });
  expect(holdsBytes(await bytes.clone().tiff().toBuffer())).toBe(true);
  expect(holdsBytes(await bytes.clone().tiff({ tile: true, compression: "lzw" }).toBuffer())).toBe(true);
  const deep = sharp(new Uint16Array(96), { raw }).toColourspace("rgb16");
  expect(holdsBytes(await deep.tiff({ compression: "lzw" }).toBuffer())).toBe(false);
});
