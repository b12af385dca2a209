/** @file `graft cache`: what Graft keeps on this machine, and removing it. */

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, bytes, list, plural, printable } from "../../../core/index.ts";
import { type KeptImages, listKeptImages, removeKeptImages } from "../../../data/node/index.ts";
import { cacheDirectory } from "../../../download/index.ts";
import { parseWhole } from "../../options/parse-values.ts";
import { alignColumns } from "../../terminal/align-columns.ts";
import { say } from "../../terminal/say.ts";

const DAY_MS = 86_400_000;
const UNUSED_DAYS = 30;
/** Classes that are named before the others are counted. */
const NAMED_CLASSES = 3;

/** What `prune` is told, as typed. */
export interface PruneOptions {
  readonly unused?: string;
  readonly keep?: string;
  readonly downloads?: true;
}

/** A downloaded data set or network, or several in one folder. */
interface Download {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** Prints everything that is kept. */
export async function listCache({ json }: { json?: true }): Promise<number> {
  const folder = cacheDirectory();
  const [images, downloads] = [await listKeptImages(folder), await listDownloads(folder)];
  if (json === true) {
    console.log(JSON.stringify({ folder, images: images.map(imagesJson), downloads }));
    return 0;
  }
  const total = [...images, ...downloads].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  say(`${printable(folder)}: ${bytes(total)}`);
  const rows = [
    ...images.map((kept) => ["images", ...describeImages(kept), bytes(kept.sizeBytes), `used ${dayOf(kept.usedMs)}`]),
    ...downloads.map(({ name, sizeBytes }) => ["download", printable(name), "", bytes(sizeBytes), ""]),
  ];
  if (rows.length > 0) for (const line of alignColumns(rows, { right: [3] })) say(line);
  return 0;
}

/** Removes images, and downloads where that is asked for; prints what went. */
export async function pruneCache({ unused, keep, downloads }: PruneOptions): Promise<number> {
  const usual = keep === undefined ? UNUSED_DAYS : Infinity;
  const days = unused === undefined ? usual : parseWhole(unused, "--unused", { min: 0, max: 36_500 });
  const keptBytes = keep === undefined ? Infinity : parseSize(keep, "--keep");
  const folder = cacheDirectory();
  const outdated = chooseOutdated(await listKeptImages(folder), { before: Date.now() - days * DAY_MS, keptBytes });
  for (const kept of outdated) await removeKeptImages(kept);
  const removed = downloads === true ? await listDownloads(folder) : [];
  for (const { path } of removed) await rm(path, { recursive: true, force: true });
  const freed = [...outdated, ...removed].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const what = [
    plural(outdated.length, "set of images", "sets of images"),
    ...(removed.length === 0 ? [] : [plural(removed.length, "download")]),
  ];
  say(`Removed ${list(what)}, ${bytes(freed)}, from ${printable(folder)}.`);
  return 0;
}

/** Of images by their last use, the latest first: those that are too old, and what is past the limit. */
function chooseOutdated(
  images: readonly KeptImages[],
  { before, keptBytes }: { before: number; keptBytes: number },
): KeptImages[] {
  let together = 0;
  return images.filter(({ usedMs, sizeBytes }) => {
    const isOutdated = usedMs < before || together + sizeBytes > keptBytes;
    if (!isOutdated) together += sizeBytes;
    return isOutdated;
  });
}

/** Everything in the cache beside images: each folder or file on its own. */
async function listDownloads(folder: string): Promise<Download[]> {
  const names = (await readdir(folder).catch((): string[] => [])).filter((name) => name !== "folders");
  const paths = names.map((name) => join(folder, name));
  return Promise.all(paths.map(async (path, at) => ({ path, name: names[at], sizeBytes: await sizeBelow(path) })));
}

async function sizeBelow(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return (await stat(path).catch(() => undefined))?.size ?? 0;
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => undefined))?.size ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function describeImages({ index }: KeptImages): [what: string, shape: string] {
  if (index === undefined) return ["left half written", ""];
  const { classNames, imageShape, train, test, validation } = index;
  const images = [train, test, validation].reduce((sum, { labels }) => sum + labels.length, 0);
  const more = classNames.length - NAMED_CLASSES;
  const named = classNames.slice(0, NAMED_CLASSES).map((name) => printable(name));
  return [
    `${images} of ${named.join(", ")}${more > 0 ? ` and ${plural(more, "more class", "more classes")}` : ""}`,
    imageShape.join("x"),
  ];
}

function imagesJson({ paths, sizeBytes, usedMs, index }: KeptImages): object {
  const { classNames = null, imageShape = null } = index ?? {};
  return { paths, sizeBytes, used: new Date(usedMs).toISOString(), classNames, imageShape };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

const units: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

function parseSize(text: string, option: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([kmgt]b)$/i.exec(text) ?? [];
  if (number === undefined || unit === undefined) {
    throw new ConfigError(`${option}: expected a size such as 500MB or 5GB, got "${text}". Try ${option} 5GB.`);
  }
  return Number(number) * units[unit.toLowerCase()];
}
