/**
 * @file Reads a folder of 60,000 small JPEG files for the first time, and again from the cache in a process of its own;
 * prints the images a second of the first time and the seconds of the second as a line of JSON.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { createShapes10, openImageFolder, readImage } from "../../src/data/node/index.ts";

const IMAGES = 60_000;
const SIDE = 32;
const WRITTEN_AT_ONCE = 64;

const { values } = parseArgs({
  options: {
    folder: { type: "string", default: "." },
    device: { type: "string" },
    again: { type: "boolean", default: false },
  },
});
const photos = join(values.folder, "photos");
const cacheDir = join(values.folder, "cache");

if (values.again) {
  console.log(JSON.stringify({ seconds: await openingSeconds() }));
} else {
  await writePhotos();
  const seconds = await openingSeconds();
  const args = [fileURLToPath(import.meta.url), "--again", "--folder", values.folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`graft-folder: expected exit code 0, got ${status}. ${stderr.trim()}`);
  const again = JSON.parse(stdout) as { seconds: number };
  console.log(
    JSON.stringify({ value: IMAGES / seconds, details: { firstSeconds: seconds, againSeconds: again.seconds } }),
  );
}

async function openingSeconds(): Promise<number> {
  const started = performance.now();
  const { train, test } = await openImageFolder(photos, { imageShape: [3, SIDE, SIDE], cacheDir });
  if (train.count + test.count !== IMAGES) throw new Error(`graft-folder: expected ${IMAGES} images in ${photos}.`);
  return (performance.now() - started) / 1000;
}

/** The images of shapes10 over and over, as `train/<class>/NNNNN.jpg` and `test/<class>/NNNNN.jpg`. */
async function writePhotos(): Promise<void> {
  const { classNames, train } = createShapes10();
  for (const part of ["train", "test"]) {
    for (const name of classNames) mkdirSync(join(photos, part, name), { recursive: true });
  }
  const bytes = new Uint8Array(3 * SIDE * SIDE);
  const writing: Promise<unknown>[] = [];
  for (let number = 0; number < IMAGES; number++) {
    const index = number % train.count;
    readImage(train.pixels, index, bytes);
    const name = `${String(number).padStart(5, "0")}.jpg`;
    const path = join(photos, number % 6 === 0 ? "test" : "train", classNames[train.labels[index]], name);
    writing.push(writeJpeg(path, interleaved(bytes)));
    if (writing.length === WRITTEN_AT_ONCE) await Promise.all(writing.splice(0));
  }
  await Promise.all(writing);
}

async function writeJpeg(path: string, pixels: Uint8Array): Promise<void> {
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  await writeFile(path, await sharp(pixels, { raw }).jpeg({ quality: 90 }).toBuffer());
}

/** Channel after channel becomes pixel after pixel. */
function interleaved(planes: Uint8Array): Uint8Array {
  const size = SIDE * SIDE;
  return Uint8Array.from({ length: 3 * size }, (_, place) => planes[(place % 3) * size + Math.floor(place / 3)]);
}
