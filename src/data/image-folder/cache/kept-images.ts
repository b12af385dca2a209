/** @file The images that are kept in the cache: what they are, when they were used last, and removing them. */

import { readFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type CacheIndex, parseCacheIndex } from "./cache-index.ts";

/** Images of one data set in one shape. */
export interface KeptImages {
  /** Their files: pixels and what lies beside them. */
  readonly paths: readonly string[];
  readonly sizeBytes: number;
  /** In milliseconds since 1970. */
  readonly usedMs: number;
  /** What they are; undefined where that cannot be read, as of files that a killed process left. */
  readonly index: Pick<CacheIndex, "classNames" | "imageShape" | "train" | "test" | "validation"> | undefined;
}

/** Everything that is kept in the folder `cacheDir`, what was used last first. */
export async function listKeptImages(cacheDir: string): Promise<KeptImages[]> {
  const folder = join(cacheDir, "folders");
  const names = await readdir(folder).catch((): string[] => []);
  const byKey = new Map<string, string[]>();
  for (const name of names) {
    const key = name.split(".")[0];
    byKey.set(key, [...(byKey.get(key) ?? []), join(folder, name)]);
  }
  const kept = await Promise.all([...byKey].map(([key, paths]) => readKept(key, paths.sort())));
  return kept.sort((a, b) => b.usedMs - a.usedMs || (a.paths[0] < b.paths[0] ? -1 : 1));
}

/** Removes them; a study that needs them reads its images again. */
export async function removeKeptImages({ paths }: KeptImages): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

async function readKept(key: string, paths: readonly string[]): Promise<KeptImages> {
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  const text = await readFile(paths.find((path) => path.endsWith(".json")) ?? "", "utf8").catch(() => undefined);
  return {
    paths,
    sizeBytes: found.reduce((sum, one) => sum + (one?.size ?? 0), 0),
    usedMs: found.reduce((latest, one) => Math.max(latest, one?.mtimeMs ?? 0), 0),
    index: text === undefined ? undefined : parseCacheIndex(text, key),
  };
}
