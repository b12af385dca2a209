/** @file Features of many images in a temporary file. */

import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, sizeOf } from "../../core/index.ts";
import type { FeatureStore, FeatureStoreSize } from "../feature-store.ts";

/** A store in a file without a name, which the system frees when the store closes, or with the process however it ends. */
export function featureFile(size: FeatureStoreSize): FeatureStore {
  const rowLength = sizeOf(size.shape);
  const rowBytes = rowLength * Float32Array.BYTES_PER_ELEMENT;
  const path = join(tmpdir(), `graft-features-${randomUUID()}.f32`);
  const file = openSync(path, "wx+", 0o600);
  unlinkSync(path);
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
    close: () => closeSync(file),
  };
}
