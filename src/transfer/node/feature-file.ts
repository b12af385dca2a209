/** @file Features of many images in a temporary file. */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, sizeOf } from "../../core/index.ts";
import type { FeatureStore, FeatureStoreSize } from "../feature-store.ts";

/** A store in a file that is deleted when the store closes, or with the process. */
export function featureFile(size: FeatureStoreSize): FeatureStore {
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
