/** @file Downloads one large file: resumed after a break, retried, and checked. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { DataError } from "../core/index.ts";
import { PartialFile } from "./partial-file.ts";
import { proxyNote } from "./proxy.ts";
import { type DownloadProgress, type Transfer, TransferError, transfer } from "./transfer-file.ts";

/** What a file's bytes must hash to. */
export interface Checksum {
  readonly algorithm: "md5" | "sha1" | "sha256";
  /** In lower-case hexadecimal digits. */
  readonly hex: string;
  /** What is hashed before the bytes, such as git's `blob 12\0`. */
  readonly prefix?: string;
}

/** How patient a download is, and who hears of it. */
export interface DownloadOptions {
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Ends the download; what has come stays and is gone on with next time. */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for the next bytes; 30,000 by default. */
  readonly stallMs?: number;
  /** Attempts in a row that bring nothing before it gives up; 4 by default. */
  readonly attempts?: number;
  /** Wait after the first of them, 500 by default; it doubles each time. */
  readonly backoffMs?: number;
}

/**
 * Downloads `url` to `path`, which appears only once it is complete and its checksum is right.
 *
 * Bytes gather in `<path>.part`; a download that was cut off, also in an
 * earlier process, goes on where it stopped if the server still has the same file.
 *
 * @throws DataError if the server refuses or cannot be reached, or the file has another checksum (it is then removed).
 */
export async function download(
  url: string,
  path: string,
  options: DownloadOptions & { checksum: Checksum },
): Promise<void> {
  const { checksum, onProgress, signal, stallMs = 30_000, attempts = 4, backoffMs = 500 } = options;
  await mkdir(dirname(path), { recursive: true });
  const part = new PartialFile(path, url);
  await transferWithRetries({ url, part, stallMs, onProgress, signal }, { attempts, backoffMs });
  await requireChecksum(part, url, checksum);
  await rename(part.path, path);
  await part.removeNote();
}

async function transferWithRetries(
  task: Transfer,
  { attempts, backoffMs }: { attempts: number; backoffMs: number },
): Promise<void> {
  let fruitless = 0;
  for (;;) {
    const before = await task.part.sizeBytes();
    try {
      return await transfer(task);
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      const broughtSome = (await task.part.sizeBytes()) > before;
      fruitless = broughtSome ? 1 : fruitless + 1;
      if (fruitless >= attempts) throw gaveUp(task.url, error, attempts);
      await delay(backoffMs * 2 ** (fruitless - 1), undefined, task.signal && { signal: task.signal });
    }
  }
}

/** True if the file is the one of the checksum. */
export async function hasChecksum(path: string, checksum: Checksum): Promise<boolean> {
  return (await digestOf(path, checksum)) === checksum.hex;
}

async function digestOf(path: string, { algorithm, prefix = "" }: Checksum): Promise<string> {
  const hash = createHash(algorithm).update(prefix);
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function requireChecksum(part: PartialFile, url: string, checksum: Checksum): Promise<void> {
  const { algorithm, hex } = checksum;
  const got = await digestOf(part.path, checksum);
  if (got === hex) return;
  await part.discard();
  throw new DataError(`${url}: expected a file with ${titles[algorithm]} ${hex}, got ${got}. The file was removed.`, {
    location: { path: part.path },
  });
}

const titles = { md5: "MD5", sha1: "SHA-1", sha256: "SHA-256" } as const satisfies Record<
  Checksum["algorithm"],
  string
>;

function gaveUp(url: string, cause: TransferError, attempts: number): DataError {
  return new DataError(`${url}: expected to download it in ${attempts} attempts, got ${cause.message}${proxyNote()}.`, {
    location: { path: url },
    cause,
  });
}
