/** @file An image file's bytes, and what is wrong with a file that is no image. */

import { readFileSync, statSync } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { kindOf } from "../../../files/index.ts";
import { type FoundFile, isGarbled } from "../list/scan-folder.ts";
import { decodeImage, unreadableReason } from "./decode-image.ts";
import type { ImageFit } from "./image-fit.ts";
import { UnscaledPixels } from "./deep-pixels.ts";
import { createMemoryGate } from "./memory-gate.ts";
import type { PixelScales } from "../../pixel-scale.ts";
import { KIND_BYTES, asImage, hasImageExtension, imageKind } from "./image-kind.ts";

/** Files up to this size are read without a detour through the thread pool, which takes longer than the reading. */
const SMALL_BYTES = 256 * 1024;

/** No larger file is read into memory. */
const MAX_FILE_BYTES = 2 ** 30;

/** Files that are in memory at once, unless a single one is larger. */
const MEMORY_BYTES = 2 ** 28;

const gate = createMemoryGate(MEMORY_BYTES);

/** How pixels are read, beside their size. */
interface DecodeOptions {
  readonly maxPixels: number;
  readonly scales: PixelScales;
}

/**
 * Decodes an image into `into`; returns why it cannot be read, as a phrase, or undefined if it was.
 *
 * `bytes` are those of its file, or why there are none, as a phrase.
 *
 * @throws UnscaledPixels for pixels of a type that `scales` does not have.
 */
export async function readImage(
  bytes: Uint8Array | string,
  { into, ...options }: ImageFit & DecodeOptions & { into: Uint8Array },
): Promise<string | undefined> {
  if (typeof bytes === "string") return bytes;
  try {
    await decodeImage(bytes, options, into);
    return undefined;
  } catch (error) {
    if (error instanceof UnscaledPixels) throw error;
    return unreadableReason(error, options.maxPixels);
  }
}

/** What is made of an image's bytes, or of why there are none, as a phrase. */
export type UseBytes<T> = (bytes: Uint8Array | string) => Promise<T>;

/** What `use` makes of an image file's bytes; large files wait until there is room. */
export async function withImageBytes<T>(
  path: string,
  file: Pick<FoundFile, "sizeBytes">,
  use: UseBytes<T>,
): Promise<T> {
  const work = async (): Promise<T> => await use(await imageBytes(path, file));
  return file.sizeBytes <= SMALL_BYTES ? await work() : await gate(file.sizeBytes, work);
}

async function imageBytes(path: string, { sizeBytes }: Pick<FoundFile, "sizeBytes">): Promise<Uint8Array | string> {
  if (sizeBytes < 0) return absence(path);
  if (sizeBytes > MAX_FILE_BYTES) return "it is larger than 1 GiB";
  try {
    const bytes = sizeBytes <= SMALL_BYTES ? readFileSync(path) : await readFile(path);
    return asImage(bytes);
  } catch (error) {
    return readFailure(error);
  }
}

/** True if a file of the folder `root` is worth reading as an image: by its name, or else by its first bytes. */
export async function meansToBeImage(root: string, file: FoundFile): Promise<boolean> {
  if (hasImageExtension(file.path)) return true;
  if (file.sizeBytes <= 0) return false;
  let opened: FileHandle;
  try {
    opened = await open(join(root, file.path));
  } catch {
    // no name of an image, and nobody can tell
    return false;
  }
  try {
    const { buffer, bytesRead } = await opened.read(new Uint8Array(KIND_BYTES), 0, KIND_BYTES, 0);
    return imageKind(buffer.subarray(0, bytesRead)) !== undefined;
  } catch {
    return false;
  } finally {
    await opened.close();
  }
}

/** Why a file cannot even be asked about, as a phrase. */
export function absence(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined && isGarbled(path)) return "its name is not in UTF-8: rename it";
  return found === undefined || found.isFile() ? "there is no such file in the folder" : `it is ${kindOf(found)}`;
}

function readFailure(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  if (code === "EACCES" || code === "EPERM") return "you may not read it";
  return code === "ENOENT" ? "there is no such file in the folder" : `reading it failed with ${code}`;
}
