import * as fc from "fast-check";
import { expect, test } from "vitest";
import { blankSeal, checkSeal, seal } from "../../../files/index.ts";
import { type CacheIndex, formatCacheIndex, parseCacheIndex, pixelFileBytes } from "./cache-index.ts";

/** More where there is time: a number in GRAFT_FUZZ_RUNS. */
const numRuns = Number(process.env["GRAFT_FUZZ_RUNS"] ?? 10_000);

const index: CacheIndex = {
  imageShape: [3, 2, 2],
  classNames: ["ant", "bee"],
  train: {
    labels: Uint16Array.of(0, 1, 1),
    files: ["ant/1.jpg", "bee/2.jpg", "bee/3.jpg"],
    crcs: Uint32Array.of(1, 2 ** 31, 2 ** 32 - 1),
  },
  test: { labels: Uint16Array.of(1), files: [], crcs: Uint32Array.of(0) },
  validation: { labels: Uint16Array.of(0), files: ["ant/4.jpg"], crcs: Uint32Array.of(7) },
  checksum: "0f".repeat(32),
  provenance: "made in a test",
  unreadable: [{ path: "ant/\n.jpg", reason: "it is empty" }],
  ignored: 2,
  notes: ["2 images with pixels of uint16"],
  pixelScales: { uint16: { low: 0, high: 4095, isWhole: true } },
  pixelsModifiedMs: 1234.5678,
};
const text = formatCacheIndex(index, "key");

test("what is written is read", () => {
  expect(parseCacheIndex(text, "key")).toEqual(index);
  expect(pixelFileBytes(index)).toBe(60);
});

test("labels and checksums lie in shared memory, for the threads that read them", () => {
  expect(parseCacheIndex(text, "key")?.train.labels.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(parseCacheIndex(text, "key")?.train.crcs.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test("an index of other pixels is none", () => {
  expect(parseCacheIndex(text, "other")).toBeUndefined();
});

test.each([
  ["cut off", text.slice(0, -1)],
  ["with another class", text.replace('"ant"', '"and"')],
  ["without its seal", text.replace("graft-sha256:", "")],
])("an index %s is none", (_, damaged) => {
  expect(damaged).not.toBe(text);
  expect(parseCacheIndex(damaged, "key")).toBeUndefined();
});

test.each([
  ["of another format", text.replace('"format":4', '"format":1')],
  ["with a label without a class", text.replace('"classNames":["ant","bee"]', '"classNames":["ant"]')],
  ["with a path too few", text.replace('"ant/1.jpg",', "")],
  ["with a checksum that is none", text.replace("0f0f", "zz")],
  ["with an image's checksum too few", text.replace('"crcs":"AAAAAA=="', '"crcs":""')],
  ["with something more", text.replace("{", '{"more":1,')],
])("an index %s is none, though it was written so", (_, other) => {
  expect(other).not.toBe(text);
  const sealed = seal(Buffer.from(other.replace(/graft-sha256:[0-9a-f]+/, blankSeal))).toString();
  expect(checkSeal(Buffer.from(sealed))).toBe("whole");
  expect(parseCacheIndex(sealed, "key")).toBeUndefined();
});

test("however it is damaged, it is none", () => {
  const bytes = Buffer.from(text);
  const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255), cut: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let damaged = Buffer.from(bytes);
      for (const { at, byte, cut } of changes) {
        if (cut) damaged = damaged.subarray(0, at);
        else if (at < damaged.length) damaged[at] = byte;
      }
      const isSame = damaged.equals(bytes);
      expect(parseCacheIndex(damaged.toString(), "key")).toEqual(isSame ? index : undefined);
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
