/** @file Opens a network that was trained elsewhere: by a name of the table, or from a file of the user's own. */

import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename, extname } from "node:path";
import { ConfigError, DataError, nearestName, unknownName } from "../../core/index.ts";
import { kindOf, readWholeFile, requireSeal } from "../../files/index.ts";
import { checkForeign, namesForeignFile } from "../foreign-formats.ts";
import { namesModelFile } from "../model-formats.ts";
import type { KnownPreparation } from "../preparation.ts";
import type { PretrainedEntry } from "../pretrained/entry.ts";
import { type FetchPretrainedOptions, fetchPretrained } from "./fetch-pretrained.ts";
import { namesHubFile } from "./hub-listing.ts";
import { type FoundModel, type ModelPlaces, isFile, locatePretrained, placingByHand } from "./locate.ts";
import { pretrained } from "../pretrained/table.ts";
import { preparationBeside } from "./preparation-beside.ts";

/** How a network is opened. */
export interface OpenPretrainedOptions extends ModelPlaces, Omit<FetchPretrainedOptions, keyof ModelPlaces> {
  /** False never touches the network. */
  readonly allowDownload: boolean;
}

/** The bytes of a model file and what is known of it. */
export interface OpenedModel {
  readonly bytes: Uint8Array;
  readonly path: string;
  /** Also of a file that the table's is under another name; null for a file of the user's own. */
  readonly entry: PretrainedEntry | null;
  /** What files beside a file of the user's own say of its images. */
  readonly beside: KnownPreparation | null;
}

/** What a user means by a name or a path, before anything is read. */
export type ModelReference = { readonly entry: PretrainedEntry } | { readonly path: string };

/**
 * Reads a pretrained network: a name of the table (from the models folder, the cache or its download, in this order),
 * or the path of a file. Files of the table are checked against their SHA-256 each time, those that Graft wrote against
 * the checksum inside them.
 *
 * @throws ConfigError for a name that is not in the table and no file either.
 * @throws DataError if the file cannot be had or is another one.
 */
export async function openPretrained(nameOrPath: string, options: OpenPretrainedOptions): Promise<OpenedModel> {
  const reference = resolvePretrained(nameOrPath);
  if ("entry" in reference) return await openEntry(reference.entry, options);
  const { path } = reference;
  const bytes = await readWholeFile(path, "a model file");
  checkForeign(bytes, path);
  requireSeal(bytes, path);
  const entry = entryOf(bytes);
  return { bytes, path, entry, beside: entry === null ? preparationBeside(path) : null };
}

/** The entry that bytes are the file of. */
export function entryOf(
  bytes: Uint8Array,
  entries: readonly PretrainedEntry[] = Object.values(pretrained),
): PretrainedEntry | null {
  const alike = entries.filter(({ sizeBytes }) => sizeBytes === bytes.length);
  if (alike.length === 0) return null;
  const got = createHash("sha256").update(bytes).digest("hex");
  return alike.find(({ sha256 }) => sha256 === got) ?? null;
}

/** True for a name of the table, whatever file of that name there is. */
export function isPretrainedName(name: string): boolean {
  return Object.hasOwn(pretrained, name);
}

/** True for what a study takes for a trained network: a name of the table, or the path of a model file, there or not. */
export function namesNetwork(nameOrPath: string): boolean {
  return (
    isPretrainedName(nameOrPath) ||
    namesHubFile(nameOrPath) ||
    namesModelFile(nameOrPath) ||
    namesForeignFile(nameOrPath)
  );
}

/** Reads the file of an entry, wherever it is; the errors are those of {@link openPretrained}. */
export async function openEntry(entry: PretrainedEntry, options: OpenPretrainedOptions): Promise<OpenedModel> {
  const { path, from } = await bring(entry, options);
  const bytes = await readWholeFile(path);
  requireSame(entry, bytes, { path, from });
  return { bytes, path, entry, beside: null };
}

/**
 * The entry of a name, or the path of a file: whatever ends as model files do, or is there, is a file.
 *
 * @throws ConfigError if it is neither.
 */
export function resolvePretrained(nameOrPath: string): ModelReference {
  if (namesHubFile(nameOrPath)) {
    throw new ConfigError(
      `${nameOrPath}: expected a network on this machine, got one on the Hub. Bring it here with graft models fetch ` +
        `${nameOrPath}, which says the path to name.`,
    );
  }
  if (isPretrainedName(nameOrPath)) return { entry: pretrained[nameOrPath] };
  if (isFile(nameOrPath)) return { path: nameOrPath };
  const found = statSync(nameOrPath, { throwIfNoEntry: false });
  if (found !== undefined)
    throw new ConfigError(`${nameOrPath}: expected a model file, got ${kindOf(found)}. Correct the path.`);
  const names = Object.keys(pretrained);
  if (!namesNetwork(nameOrPath)) throw unknownName(nameOrPath, names, "pretrained network");
  const near = nearestName(basename(nameOrPath, extname(nameOrPath)), names);
  const hint = near === undefined ? "" : ` The pretrained network of that kind is called "${near}".`;
  throw new ConfigError(`${nameOrPath}: expected a model file, got nothing there. Correct the path.${hint}`);
}

async function bring(entry: PretrainedEntry, options: OpenPretrainedOptions): Promise<FoundModel> {
  const found = locatePretrained(entry, options);
  if (found !== undefined) return found;
  if (options.allowDownload) return { from: "cache", path: await fetchPretrained(entry, options) };
  throw new DataError(
    `${entry.name}: expected its file on this machine, got none and no leave to download it. ` +
      `Run graft models fetch ${entry.name} where there is a network. ${placingByHand(entry, options)}`,
  );
}

const remedies = {
  cache: (name: string) => `Delete it; graft models fetch ${name} brings it anew.`,
  "models folder": () => "Put the right file there, or give another file by its path.",
} as const satisfies Record<FoundModel["from"], (name: string) => string>;

function requireSame(
  { name, sizeBytes, sha256 }: PretrainedEntry,
  bytes: Uint8Array,
  { path, from }: FoundModel,
): void {
  const got = createHash("sha256").update(bytes).digest("hex");
  if (got === sha256) return;
  throw new DataError(
    `${path}: expected ${name} with ${sizeBytes.toLocaleString("en-US")} bytes and SHA-256 ${sha256}, ` +
      `got ${bytes.length.toLocaleString("en-US")} bytes and ${got}. ${remedies[from](name)}`,
    { location: { path } },
  );
}
