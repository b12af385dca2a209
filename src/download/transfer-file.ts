/** @file One attempt to bring a file over HTTP, going on from what is already there. */

import { type FileHandle, open } from "node:fs/promises";
import { DataError } from "../core/index.ts";
import type { PartialFile, ResumePoint } from "./partial-file.ts";

/** Statuses that may be gone at the next attempt, besides all from 500. */
const PASSING_STATUSES: readonly number[] = [408, 416, 425, 429];

/** How far a download is. */
export interface DownloadProgress {
  readonly receivedBytes: number;
  /** Undefined while the server has not said. */
  readonly totalBytes: number | undefined;
}

/** One file to bring. */
export interface Transfer {
  readonly url: string;
  readonly part: PartialFile;
  /** Longest wait for the next bytes. */
  readonly stallMs: number;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An attempt that failed for a reason that may pass: the network, or a server that is busy. */
export class TransferError extends Error {
  override name = "TransferError";
}

/**
 * Brings the rest of a file into its part; the part is complete once this resolves.
 *
 * @throws TransferError if another attempt may succeed, and DataError if not.
 */
export async function transfer(task: Transfer): Promise<void> {
  const resume = await task.part.resumePoint();
  if (resume !== undefined && resume.receivedBytes === resume.totalBytes) return;
  const stall = stallTimer(task.stallMs);
  const signal = task.signal === undefined ? stall.signal : AbortSignal.any([stall.signal, task.signal]);
  try {
    const response = await fetch(task.url, { headers: headersFor(resume), signal });
    await receive(response, task, { resume, onData: stall.restart });
  } catch (error) {
    if (task.signal?.aborted) throw task.signal.reason;
    throw error instanceof DataError || error instanceof TransferError ? error : networkError(error);
  } finally {
    stall.stop();
  }
}

/** Identity, because a body that is unpacked on the way has no byte positions to resume at. */
function headersFor(resume: ResumePoint | undefined): Record<string, string> {
  const always = { "accept-encoding": "identity" };
  if (resume === undefined) return always;
  return { ...always, range: `bytes=${resume.receivedBytes}-`, "if-range": resume.validator };
}

async function receive(
  response: Response,
  { url, part, onProgress }: Transfer,
  { resume, onData }: { resume: ResumePoint | undefined; onData: () => void },
): Promise<void> {
  await rejectStatus(response, url, part);
  const goesOn = response.status === 206;
  if (goesOn) await checkRange(response, part, resume);
  const alreadyThere = goesOn ? (resume?.receivedBytes ?? 0) : 0;
  const totalBytes = totalOf(response, alreadyThere);
  if (!goesOn) await part.startOver(validatorOf(response), totalBytes);
  let receivedBytes = alreadyThere;
  const file = await open(part.path, goesOn ? "a" : "w");
  try {
    onProgress?.({ receivedBytes, totalBytes });
    for await (const chunk of response.body ?? []) {
      onData();
      await append(file, part, chunk);
      receivedBytes += chunk.length;
      onProgress?.({ receivedBytes, totalBytes });
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (totalBytes !== undefined && receivedBytes !== totalBytes) {
    throw new TransferError(`${receivedBytes} of ${totalBytes} bytes`);
  }
}

async function rejectStatus(response: Response, url: string, part: PartialFile): Promise<void> {
  const { status, statusText } = response;
  if (status === 200 || status === 206) return;
  await response.body?.cancel();
  // 416: the part is longer than the file that is there now.
  if (status === 416) await part.discard();
  const answer = `HTTP ${status} ${statusText}`.trim();
  if (status >= 500 || PASSING_STATUSES.includes(status)) throw new TransferError(answer);
  throw new DataError(`${url}: expected to download it, got ${answer}.`, { location: { path: url } });
}

async function checkRange(response: Response, part: PartialFile, resume: ResumePoint | undefined): Promise<void> {
  const range = response.headers.get("content-range") ?? "no Content-Range";
  if (resume !== undefined && range.startsWith(`bytes ${resume.receivedBytes}-`)) return;
  await response.body?.cancel();
  await part.discard();
  throw new TransferError(`${range} in answer to a request from byte ${resume?.receivedBytes ?? 0}`);
}

function totalOf(response: Response, alreadyThere: number): number | undefined {
  const length = response.headers.get("content-length");
  return length === null ? undefined : alreadyThere + Number(length);
}

/** A strong ETag, else the date; a weak ETag may not be sent in `If-Range`. */
function validatorOf({ headers }: Response): string | undefined {
  const etag = headers.get("etag");
  if (etag !== null && !etag.startsWith("W/")) return etag;
  return headers.get("last-modified") ?? undefined;
}

async function append(file: FileHandle, part: PartialFile, chunk: Uint8Array): Promise<void> {
  try {
    await file.appendFile(chunk);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`${part.path}: expected to write the download there, got ${reason}.`, {
      location: { path: part.path },
      cause,
    });
  }
}

/** Aborts `signal` when `restart` has not been called for `stallMs`. */
function stallTimer(stallMs: number): { signal: AbortSignal; restart: () => void; stop: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new TransferError(`no data for ${stallMs / 1000} s`)), stallMs);
  return { signal: controller.signal, restart: () => timer.refresh(), stop: () => clearTimeout(timer) };
}

/** `fetch` says only "fetch failed"; the reason is in its cause, that of a proxy deeper still. */
function networkError(error: unknown): TransferError {
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const reason = cause instanceof Error ? cause.message || code : String(error);
  return new TransferError(reason.replace(/\.$/, ""), { cause: error });
}
