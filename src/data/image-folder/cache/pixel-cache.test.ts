import { expect, test } from "vitest";
import { checksumOf } from "../../dataset.ts";
import { temporaryFolder } from "../image-files.fixture.ts";
import { cachedImages } from "./pixel-cache.ts";

test("pixels that are read in several pieces come back as they were written", async () => {
  const { folder, remove } = await temporaryFolder();
  try {
    // both parts longer than what is read at once, and neither a multiple of it
    const imageShape = [3, 512, 512] as const;
    const counts = { train: 23, test: 12 };
    const part = (count: number, seed: number) => ({
      count,
      labels: Uint16Array.from({ length: count }, (_, at) => at % 2),
      pixels: Uint8Array.from({ length: count * 3 * 512 * 512 }, (_, at) => (at * 7919 + (at >> 16) + seed) % 251),
    });
    const parts = { train: part(counts.train, 1), test: part(counts.test, 2) };
    const { train, test: held } = await cachedImages("key", { cacheDir: folder }, async (begin) => {
      const writer = await begin();
      await writer.write(parts.train.pixels);
      await writer.write(parts.test.pixels);
      return {
        writer,
        made: {
          imageShape,
          classNames: ["a", "b"],
          train: { labels: parts.train.labels, files: [], crcs: new Uint32Array(counts.train) },
          test: { labels: parts.test.labels, files: [], crcs: new Uint32Array(counts.test) },
          checksum: checksumOf(parts),
          provenance: "a test",
          unreadable: [],
          ignored: 0,
        },
      };
    });
    expect(Buffer.compare(train.pixels as Uint8Array, parts.train.pixels)).toBe(0);
    expect(Buffer.compare(held.pixels as Uint8Array, parts.test.pixels)).toBe(0);
  } finally {
    await remove();
  }
});
