import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type CacheIndex, formatCacheIndex, parseCacheIndex, pixelFileBytes } from "./cache-index.ts";

/** More where there is time: a number in GRAFT_FUZZ_RUNS. */
const numRuns = Number(process.env["GRAFT_FUZZ_RUNS"] ?? 10_000);

const index: CacheIndex = {
  imageShape: [3, 2, 2],
  classNames: ["ant", "bee"],
  train: { labels: Uint16Array.of(0, 1, 1), files: ["ant/1.jpg", "bee/2.jpg", "bee/3.jpg"] },
  test: { labels: Uint16Array.of(1), files: [] },
  checksum: "0f".repeat(32),
  provenance: "made in a test",
  unreadable: [{ path: "ant/\n.jpg", reason: "it is empty" }],
  ignored: 2,
  pixelsModifiedMs: 1234.5678,
};
const text = formatCacheIndex(index, "key");

test("what is written is read", () => {
  expect(parseCacheIndex(text, "key")).toEqual(index);
  expect(pixelFileBytes(index)).toBe(48);
});

test("labels lie in shared memory, for the threads that read them", () => {
  expect(parseCacheIndex(text, "key")?.train.labels.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test("an index of other pixels is none", () => {
  expect(parseCacheIndex(text, "other")).toBeUndefined();
});

test.each([
  ["cut off", text.slice(0, -1)],
  ["of another format", text.replace('"format":1', '"format":0')],
  ["with a label without a class", text.replace('"classNames":["ant","bee"]', '"classNames":["ant"]')],
  ["with a path too few", text.replace('"ant/1.jpg",', "")],
  ["with a checksum that is none", text.replace("0f0f", "zz")],
  ["with something more", text.replace("{", '{"more":1,')],
])("an index %s is none", (_, damaged) => {
  expect(damaged).not.toBe(text);
  expect(parseCacheIndex(damaged, "key")).toBeUndefined();
});

test("however it is damaged, an index is read or is none", () => {
  const bytes = Buffer.from(text);
  const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255), cut: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let damaged = Buffer.from(bytes);
      for (const { at, byte, cut } of changes) {
        if (cut) damaged = damaged.subarray(0, at);
        else if (at < damaged.length) damaged[at] = byte;
      }
      const found = parseCacheIndex(damaged.toString(), "key");
      if (found === undefined) return;
      for (const { labels, files } of [found.train, found.test]) {
        expect(labels.every((label) => label < found.classNames.length)).toBe(true);
        expect([0, labels.length]).toContain(files.length);
      }
    }),
    { numRuns, seed: 13 },
  );
});

test("any JSON is an index or none", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      expect(parseCacheIndex(JSON.stringify(value), "key")).toBeUndefined();
    }),
    { numRuns, seed: 14 },
  );
});
