/** @file Where the file of a pretrained network is on this machine. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../../download/index.ts";
import { type PretrainedEntry, fileNameOf } from "../pretrained/entry.ts";

/** Where to look for the files of pretrained networks. */
export interface ModelPlaces {
  /** A folder that the user keeps; `$GRAFT_MODELS_DIR` by default. */
  readonly modelsDir?: string | undefined;
  /** `cacheDirectory()` by default; the files are in its folder `models`. */
  readonly cacheDir?: string | undefined;
}

/** Where a file is. */
export interface FoundModel {
  readonly from: "models folder" | "cache";
  readonly path: string;
}

/** The file of an entry, which has not been read yet; undefined if it is in neither folder. */
export function locatePretrained(entry: PretrainedEntry, places: ModelPlaces = {}): FoundModel | undefined {
  const { modelsDir = process.env["GRAFT_MODELS_DIR"] } = places;
  const placed = modelsDir ? join(modelsDir, fileNameOf(entry)) : undefined;
  if (placed !== undefined && isFile(placed)) return { from: "models folder", path: placed };
  const path = cachedPath(entry, places);
  return isFile(path) ? { from: "cache", path } : undefined;
}

/** Where a download of an entry ends up. */
export function cachedPath(entry: PretrainedEntry, { cacheDir = cacheDirectory() }: ModelPlaces = {}): string {
  return join(cacheDir, "models", fileNameOf(entry));
}

/** How a file is put in place by hand, where there is no network. */
export function placingByHand(entry: PretrainedEntry, places: ModelPlaces = {}): string {
  const { sizeBytes, sha256 } = entry;
  return (
    `Put ${fileNameOf(entry)} (${sizeBytes.toLocaleString("en-US")} bytes, SHA-256 ${sha256}) ` +
    `at ${cachedPath(entry, places)} or into a folder that GRAFT_MODELS_DIR names.`
  );
}

/** False also where nothing is there. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
