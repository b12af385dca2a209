import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { damaged, damages, hostileBytes, readOrRefused, requireRefusal } from "../../test/support/damage.ts";
import { allocateImages } from "./dataset.ts";
import { readClassNames, readRecords } from "./official/cifar-records.ts";
import { MOST_PER_PACKED_BYTE } from "./npz/zip-members.ts";
import { gunzipBeginning, gunzipExactly } from "./official/gunzip.ts";
import { decodeIdx, decodeIdxBytes } from "./official/idx.ts";

/** More where there is time: a number in GRAFT_FUZZ_RUNS. */
const numRuns = Number(process.env["GRAFT_FUZZ_RUNS"] ?? 10_000);

/** Files are written and read so many at a time, since the disk takes longer than the reader. */
const AT_ONCE = 25;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "graft-fuzz-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Holds `check` for a file of each of these contents. */
async function forFiles(
  contents: fc.Arbitrary<Uint8Array>,
  check: (path: string, bytes: Uint8Array) => Promise<void>,
  seed: number,
): Promise<void> {
  const several = fc.array(contents, { minLength: AT_ONCE, maxLength: AT_ONCE });
  const one = async (bytes: Uint8Array, index: number): Promise<void> => {
    const path = join(folder, `file-${index}`);
    await writeFile(path, bytes);
    await check(path, bytes);
  };
  const property = fc.asyncProperty(several, async (files) => void (await Promise.all(files.map(one))));
  await fc.assert(property, { numRuns: Math.ceil(numRuns / AT_ONCE), seed });
}

/** `count` bytes that do not repeat soon. */
function noise(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (at * 7919) % 251);
}

test.each([
  { title: "CIFAR-10", labelBytes: 1, labelAt: 0, numClasses: 10 },
  { title: "CIFAR-100", labelBytes: 2, labelAt: 1, numClasses: 100 },
])("a damaged file of $title is read whole or refused, and nothing else happens", async (layout) => {
  const record = noise(layout.labelBytes + 3072);
  record.fill(0, 0, layout.labelBytes);
  const labels = fc.uint8Array({ minLength: layout.labelBytes, maxLength: layout.labelBytes });
  const file = fc.oneof(
    { weight: 2, arbitrary: labels.map((own) => Uint8Array.from([...own, ...record.subarray(own.length)])) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 32 }) },
    // the length alone decides here
    { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }).map((by) => noise(record.length + by)) },
  );
  const check = async (path: string, bytes: Uint8Array): Promise<void> => {
    const into = allocateImages(1, [3, 32, 32]);
    const label = await readRecords(path, layout, into).then(() => into.labels[0], requireRefusal);
    const isSound =
      label === undefined ||
      (bytes.length === record.length && label === bytes[layout.labelAt] && label < layout.numClasses);
    expect(isSound).toBe(true);
  };
  await forFiles(file, check, 31);
});

test("a file of class names is one name for each class, or refused", async () => {
  const official = ["ant", "bee", "cat"];
  const name = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("ant", "bee", "cat", "", " ", "käfer"));
  const lines = fc.array(name, { maxLength: 5 }).map((names) => Uint8Array.from(Buffer.from(names.join("\n"))));
  const three = Uint8Array.from(Buffer.from("ant\nbee\r\ncat\n"));
  const check = async (path: string, bytes: Uint8Array): Promise<void> => {
    const names = await readClassNames(path, official).catch(requireRefusal);
    // a byte that is no character becomes one
    const isSound = names === undefined || (new Set(names).size === 3 && names.join("").length <= bytes.length);
    expect(isSound).toBe(true);
  };
  await forFiles(fc.oneof(lines, hostileBytes([three])), check, 32);
});

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, ...noise(24));
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 9, ...noise(9));

test("a damaged IDX file, packed or not, is read whole or refused", () => {
  const files = [images, labels];
  const packed = fc
    .tuple(fc.constantFrom(...files), damages)
    .map(([file, changes]) => Uint8Array.from(gzipSync(damaged(file, changes))));
  const plain = hostileBytes(
    [...files, ...files.map((file) => Uint8Array.from(gzipSync(file)))],
    [labels.subarray(0, 4)],
  );
  fc.assert(
    fc.property(fc.oneof(plain, packed), fc.constantFrom(1, 3), (bytes, rank) => {
      const array = readOrRefused(() => decodeIdx(bytes, "file"));
      const ofBytes = readOrRefused(() => decodeIdxBytes(bytes, "file", rank));
      const isOfBytes = array?.type.name === "uint8" && array.shape.length === rank;
      expect(ofBytes).toEqual(isOfBytes ? array : undefined);
      if (array === undefined) return;
      const length = array.shape.reduce((product, axis) => product * axis, array.type.itemBytes);
      expect(array.data).toHaveLength(length);
      expect(array.data.length).toBeLessThanOrEqual(bytes.length * MOST_PER_PACKED_BYTE);
    }),
    { numRuns, seed: 33 },
  );
});

test("damaged gzip is unpacked to the size that was asked for, or refused", () => {
  const files = [gzipSync(images), gzipSync(new Uint8Array(3000)), gzipSync(noise(2000), { level: 0 })];
  const gzip = hostileBytes(
    files.map((file) => Uint8Array.from(file)),
    [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)],
  );
  const size = fc.oneof(fc.constantFrom(images.length, 3000, 2000, 0, 1, 2 ** 40), fc.nat(4000));
  fc.assert(
    fc.property(gzip, size, (bytes, sizeBytes) => {
      const exact = readOrRefused(() => gunzipExactly(bytes, "file", sizeBytes));
      expect(exact?.length ?? sizeBytes).toBe(sizeBytes);
      const beginning = readOrRefused(() => gunzipBeginning(bytes, "file"));
      expect(beginning?.length ?? 0).toBeLessThanOrEqual(bytes.length * MOST_PER_PACKED_BYTE);
    }),
    { numRuns, seed: 34 },
  );
});
