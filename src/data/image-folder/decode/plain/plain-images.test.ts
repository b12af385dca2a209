/** @file Files that hold their pixels as they are, of every form. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isBmp, readBmp } from "./bmp.ts";
import { type PlainImage, UnreadForm } from "./plain-image.ts";
import { isPnm, mayTakeWords, readPnm } from "./pnm.ts";

interface Golden {
  readonly width: number;
  readonly height: number;
  readonly images: { name: string; file: string; channels: number; isWords: boolean; pixels: number[] }[];
}

const file = new URL("../../../../../test/golden/plain_images.json", import.meta.url);
const { width, height, images }: Golden = JSON.parse(readFileSync(file, "utf8"));
const fileOf = (name: string): Buffer => {
  const found = images.find((image) => image.name === name);
  return Buffer.from(found?.file ?? "", "base64");
};

function read(bytes: Uint8Array, maxPixels = 1000): PlainImage {
  return isBmp(bytes) ? readBmp(bytes, { maxPixels }) : readPnm(bytes, { maxPixels });
}

test.each(images)("$name has Pillow's pixels", ({ name, file: text, channels, isWords, pixels }) => {
  const bytes = Buffer.from(text, "base64");
  expect([isBmp(bytes), isPnm(bytes)]).toEqual([!name.startsWith("P"), name.startsWith("P")]);
  const image = read(bytes);
  expect(image).toMatchObject({ width, height });
  expect(image.pixels instanceof Uint16Array).toBe(isWords);
  // a grey palette is a colour to Pillow
  const isGrey = image.channels < channels;
  expect(isGrey).toBe(name.includes("grey"));
  expect(isGrey ? [...image.pixels].flatMap((value) => [value, value, value]) : [...image.pixels]).toEqual(pixels);
  expect(mayTakeWords(bytes.subarray(0, 32))).toBe(isBmp(bytes) || isWords);
});

describe("damage", () => {
  test.each(images.map(({ name }) => name).filter((name) => !/^P[123]/.test(name)))("%s that was cut off", (name) => {
    const bytes = fileOf(name);
    // two bytes may be those that fill the last row up
    expect(() => read(bytes.subarray(0, -4))).toThrow("it ends early");
  });

  test("text that ends early", () => {
    for (const name of ["P1", "P2", "P3"]) expect(() => read(fileOf(name).subarray(0, -8))).toThrow("it ends early");
  });

  test("more pixels than allowed, and none", () => {
    expect(() => read(fileOf("24 bits"), width * height - 1)).toThrow("exceeds pixel limit");
    expect(() => read(Buffer.from("P5 0 5 255\n"))).toThrow("a size of 0x5");
    expect(() => read(Buffer.from("P5 5 5 0\n"))).toThrow("a beginning of no PNM file");
  });

  test("a form that is not read", () => {
    const bytes = fileOf("8 bits");
    bytes.writeUInt32LE(1, 30);
    expect(() => read(bytes)).toThrow(new UnreadForm("it is a compressed BMP file, which is not read: save it as PNG"));
    bytes.writeUInt32LE(0, 30);
    bytes.writeUInt16LE(12, 28);
    expect(() => read(bytes)).toThrow("12 bits a pixel");
  });

  test("colours beyond the palette are black", () => {
    const bytes = fileOf("8 bits");
    const { pixels } = read(bytes);
    bytes[bytes.readUInt32LE(10) + 8 * (height - 1)] = 200;
    expect([...read(bytes).pixels]).toEqual([0, 0, 0, ...pixels.subarray(3)]);
  });

  test("words that only look like a beginning", () => {
    for (const text of ["BM and more words than one", "P5", "P7 1 2", "P5 notes"]) {
      expect([isBmp(Buffer.from(text)), isPnm(Buffer.from(text))]).toEqual([false, false]);
    }
  });
});
