/** @file Features of many images: rows of floats, in memory or in a file. */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, type Shape, sizeOf } from "../core/index.ts";

/** Rows of one shape, written once in order and read in any. */
export interface FeatureStore {
  readonly count: number;
  readonly shape: Shape;
  /** Bytes of all rows. */
  readonly sizeBytes: number;
  /** True if the rows are in a file. */
  readonly spilled: boolean;
  /** Writes rows beginning at `start`. */
  write(start: number, rows: Float32Array): void;
  /** Copies the given rows into `into`, one after another. */
  read(rows: Uint32Array, into: Float32Array): void;
  /** Frees the memory or deletes the file. */
  close(): void;
}

/** A store in memory, or in a temporary file if it is larger than the limit. */
export function createFeatureStore(
  { count, shape }: { count: number; shape: Shape },
  { memoryLimitBytes }: { memoryLimitBytes: number },
): FeatureStore {
  const sizeBytes = count * sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT;
  return sizeBytes > memoryLimitBytes
    ? fileStore({ count, shape, sizeBytes })
    : memoryStore({ count, shape, sizeBytes });
}

type StoreSize = Pick<FeatureStore, "count" | "shape" | "sizeBytes">;

function memoryStore(size: StoreSize): FeatureStore {
  const rowLength = sizeOf(size.shape);
  let data = new Float32Array(size.count * rowLength);
  return {
    ...size,
    spilled: false,
    write: (start, rows) => data.set(rows, start * rowLength),
    read: (rows, into) => {
      rows.forEach((row, index) => into.set(data.subarray(row * rowLength, (row + 1) * rowLength), index * rowLength));
    },
    close: () => {
      data = new Float32Array();
    },
  };
}

function fileStore(size: StoreSize): FeatureStore {
  const rowLength = sizeOf(size.shape);
  const rowBytes = rowLength * Float32Array.BYTES_PER_ELEMENT;
  const folder = mkdtempSync(join(tmpdir(), "graft-features-"));
  const path = join(folder, "features.f32");
  const file = openSync(path, "wx+");
  keepUntilExit(folder);
  return {
    ...size,
    spilled: true,
    write: (start, rows) => {
      const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
      try {
        for (let done = 0; done < bytes.length;)
          done += writeSync(file, bytes, done, bytes.length - done, start * rowBytes + done);
      } catch (cause) {
        throw new DataError(
          `${path}: expected room for ${size.sizeBytes} bytes of features, got ${(cause as Error).message}. Free some space or raise featureMemoryMb.`,
          {
            location: { path },
            cause,
          },
        );
      }
    },
    read: (rows, into) => {
      const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
      rows.forEach((row, index) => {
        if (readSync(file, bytes, index * rowBytes, rowBytes, row * rowBytes) !== rowBytes) {
          throw new DataError(
            `${path}: expected ${rowBytes} bytes at offset ${row * rowBytes}, got fewer. Start the study again.`,
            {
              location: { path, offset: row * rowBytes },
            },
          );
        }
      });
    },
    close: () => {
      closeSync(file);
      removeFolder(folder);
    },
  };
}

/** Folders of stores that are open. */
const folders = new Set<string>();

/** One listener for all folders, since there can be many. */
function keepUntilExit(folder: string): void {
  if (folders.size === 0) process.once("exit", removeFolders);
  folders.add(folder);
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
  if (folders.size === 0) process.off("exit", removeFolders);
}

function removeFolders(): void {
  for (const folder of folders) removeFolder(folder);
}
