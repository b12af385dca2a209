/** @file Folders of small images for tests. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import type { ImageDataset } from "../dataset.ts";
import { pixelChunks } from "../pixels.ts";

/** A colour, red, green and blue in 0..255. */
export type Color = readonly [red: number, green: number, blue: number];

/** A folder of its own, and what removes it. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "graft-images-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A PNG of one colour; lossless, so that its pixels are known. */
export async function pngOf([r, g, b]: Color, { width = 4, height = 4 } = {}): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

/** Files by their paths from `folder` on; a number makes a grey PNG of that value. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, number | string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(
      join(folder, path),
      typeof content === "number" ? await pngOf([content, content, content]) : content,
    );
  }
}

/** `path class value` of the images of parts, each of one pixel, in order of the lines. */
export function linesOf(dataset: ImageDataset, ...parts: readonly ("train" | "test")[]): string[] {
  const lines = parts.flatMap((part) => {
    const { labels, pixels } = dataset[part];
    const bytes = [...pixelChunks(pixels)].flatMap((chunk) => [...chunk]);
    const paths = dataset.files?.[part] ?? [];
    return paths.map((path, index) => `${path} ${dataset.classNames[labels[index]]} ${bytes[index]}`);
  });
  return lines.sort();
}
