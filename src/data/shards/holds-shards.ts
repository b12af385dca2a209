/** @file Whether a place is a file of many images or a folder of such, without looking at everything in it. */

import { type Dirent, opendirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hasImageExtension } from "../image-folder/decode/image-kind.ts";
import type { ShardKind } from "./find-shards.ts";

/** Entries that are enough to tell what kind of files a folder holds. */
const LOOKED_AT = 64;

/** How deep to look: `data/train/0000.parquet` lies in the third folder, an image of `train/ant` too. */
const DEPTH = 3;

/** Where a place may be something else, too, files that are its own lie near. */
const NEAR = 2;

/** What a look into a folder found. */
interface Look {
  readonly shards: boolean;
  readonly images: boolean;
}

/**
 * True for a path of the kind's ending, there or not, and for a folder with such files in it or a little below;
 * `alone` where images of their own must not be there too.
 */
export function holdsShards(place: string, { pattern }: ShardKind, { alone = false } = {}): boolean {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return pattern.test(place);
  const { shards, images } = look(place, pattern, { depth: 1, deepest: alone ? NEAR : DEPTH });
  return shards && !(alone && images);
}

function look(folder: string, pattern: RegExp, { depth, deepest }: { depth: number; deepest: number }): Look {
  const entries = firstEntries(folder);
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const below = depth === DEPTH ? [] : entries.filter((entry) => entry.isDirectory());
  const looks = below.map(({ name }) => look(join(folder, name), pattern, { depth: depth + 1, deepest }));
  return {
    shards: (depth <= deepest && files.some((name) => pattern.test(name))) || looks.some(({ shards }) => shards),
    images: files.some(hasImageExtension) || looks.some(({ images }) => images),
  };
}

/** Those that are not hidden; none of a folder that cannot be read, which opening it will say. */
function firstEntries(path: string): Dirent[] {
  const found: Dirent[] = [];
  try {
    const folder = opendirSync(path);
    try {
      for (let entry = folder.readSync(); entry !== null && found.length < LOOKED_AT; entry = folder.readSync()) {
        if (!entry.name.startsWith(".")) found.push(entry);
      }
    } finally {
      folder.closeSync();
    }
  } catch {
    return [];
  }
  return found;
}
