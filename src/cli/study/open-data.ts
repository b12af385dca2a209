/** @file Opens a study's data set: tells of a download, and does not wait long for a network that is not there. */

import { DataError, lookUp } from "../../core/index.ts";
import { type DatasetEntry, type ImageDataset, datasets, openDataset } from "../../data/node/index.ts";
import type { Display } from "../terminal/displays/display.ts";

/** Longest wait for the first byte of a download. */
const FIRST_BYTE_MS = 8000;

/** How to open a data set. */
export interface OpenDataOptions {
  readonly display: Display;
  readonly signal: AbortSignal;
  /** True never touches the network. */
  readonly offline: boolean;
}

/**
 * The data set called `name`, downloaded with progress if it is nowhere on this machine.
 *
 * @throws DataError if it cannot be had, also where the network does not answer.
 */
export async function openData(name: string, { display, signal, offline }: OpenDataOptions): Promise<ImageDataset> {
  const { find, title } = entryOf(name);
  if (find() !== undefined || offline) return await openDataset(name, { allowDownload: false, signal });
  display.notice(`${title} is not on this machine yet; downloading it.`);
  const firstByte = firstByteTimer(name);
  const either = AbortSignal.any([signal, firstByte.signal]);
  try {
    return await openDataset(name, {
      allowDownload: true,
      signal: either,
      onProgress: (progress) => {
        firstByte.stop();
        display.download(title, progress);
      },
    });
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    firstByte.stop();
    display.downloadEnded();
  }
}

/**
 * The data set called `name`, or `fallback` where `name` is not on this machine and cannot be downloaded.
 *
 * A copy that is here but damaged is an error, not a reason to fall back.
 */
export async function openDataOr(
  name: string,
  fallback: string | undefined,
  options: OpenDataOptions,
): Promise<ImageDataset> {
  const other = fallback === undefined ? undefined : lookUp<DatasetEntry>(datasets, fallback, "--fallback-data");
  const { find, title } = entryOf(name);
  if (other === undefined || other.name === name || find() !== undefined) return await openData(name, options);
  try {
    return await openData(name, options);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    options.display.notice(
      `${title} is not on this machine and cannot be downloaded (${reasonOf(error)}). ` +
        `Using ${other.title} instead; every table and plot says so.`,
    );
    return await openData(other.name, options);
  }
}

function entryOf(name: string): DatasetEntry {
  return lookUp<DatasetEntry>(datasets, name, "data set");
}

/** What happened, without the way out: the first sentence of the innermost error that says anything. */
function reasonOf(error: Error): string {
  if (error.cause instanceof Error && error.cause.message !== "") return reasonOf(error.cause);
  return error.message.split(/\.(?:\s|$)/)[0];
}

/** Aborts `signal` unless it is stopped in time. */
function firstByteTimer(name: string): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const giveUp = (): void =>
    controller.abort(
      new DataError(
        `${name}: expected an answer to its download within ${FIRST_BYTE_MS / 1000} s, got none. ` +
          "Check the network, name a folder with the files in GRAFT_DATA_DIR, or use --data shapes10.",
      ),
    );
  const timer = setTimeout(giveUp, FIRST_BYTE_MS);
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
}
