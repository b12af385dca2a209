/** @file What unpacks the pages of Parquet files: Node's own zlib where it can, as the fastest. */

import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { type Compressors, snappyUncompress } from "hyparquet";
import { decompressLz4, decompressLz4Raw } from "hyparquet-compressors";

/** Of every codec that Parquet has a name for but LZO, which nobody writes. */
export const compressors: Compressors = {
  SNAPPY: (packed, length) => {
    const bytes = new Uint8Array(length);
    snappyUncompress(packed, bytes);
    return bytes;
  },
  GZIP: (packed, length) => gunzipSync(packed, roomFor(length)),
  BROTLI: (packed, length) => brotliDecompressSync(packed, roomFor(length)),
  ZSTD: (packed, length) => zstdDecompressSync(packed, roomFor(length)),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

/** In one piece, which would otherwise be put together out of many, in memory of its own. */
function roomFor(length: number): { chunkSize: number; maxOutputLength: number } {
  return { chunkSize: length + 64, maxOutputLength: Math.max(1, length) };
}
