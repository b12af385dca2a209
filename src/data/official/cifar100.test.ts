import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CIFAR100_COARSE_NAMES, CIFAR100_FINE_NAMES } from "./cifar100-names.ts";
import { findCifar100, readCifar100 } from "./cifar100.ts";

const RECORD_BYTES = 3074;
const records = { train: 3, test: 2 };
const dataError = (message: string): object => ({ name: "DataError", message });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-cifar100-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Record r has kind (first + r) % 20, class 99 - first - r, and pixels that count up from r. */
function recordsFrom(first: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count * RECORD_BYTES);
  for (let record = 0; record < count; record++) {
    const own = bytes.subarray(record * RECORD_BYTES, (record + 1) * RECORD_BYTES);
    own.forEach((_, at) => (own[at] = record + at));
    own[0] = (first + record) % 20;
    own[1] = 99 - first - record;
  }
  return bytes;
}

async function writeFiles(): Promise<void> {
  await writeFile(join(folder, "train.bin"), recordsFrom(0, 3));
  await writeFile(join(folder, "test.bin"), recordsFrom(10, 2));
}

test("an image's class is its second label, its kind the first", async () => {
  await writeFiles();
  const fine = await readCifar100(folder, { records });
  expect({ ...fine, train: [...fine.train.labels], test: [...fine.test.labels] }).toMatchObject({
    name: "cifar100",
    title: "CIFAR-100",
    imageShape: [3, 32, 32],
    train: [99, 98, 97],
    test: [89, 88],
    provenance: "binary version, from a folder of the user's",
  });
  const coarse = await readCifar100(folder, { records, labels: "coarse" });
  expect({ ...coarse, train: [...coarse.train.labels], test: [...coarse.test.labels] }).toMatchObject({
    name: "cifar100-coarse",
    title: "CIFAR-100 (20 kinds)",
    train: [0, 1, 2],
    test: [10, 11],
  });
  expect(coarse.train.pixels).toEqual(fine.train.pixels);
  expect(coarse.checksum).not.toBe(fine.checksum);
});

test("pixels follow both labels", async () => {
  await writeFiles();
  const { train } = await readCifar100(folder, { records });
  expect([...train.pixels.subarray(3072, 3076)]).toEqual([3, 4, 5, 6]);
});

test("names are the official ones unless the files beside it say others", async () => {
  await writeFiles();
  expect((await readCifar100(folder, { records })).classNames[0]).toBe("apple");
  const numbered = (count: number): string => Array.from({ length: count }, (_, id) => `class ${id}\n`).join("");
  await writeFile(join(folder, "fine_label_names.txt"), numbered(100));
  await writeFile(join(folder, "coarse_label_names.txt"), numbered(20));
  expect((await readCifar100(folder, { records })).classNames[99]).toBe("class 99");
  expect((await readCifar100(folder, { records, labels: "coarse" })).classNames).toHaveLength(20);
});

test("there are 100 official classes and 20 kinds, in alphabetical order", () => {
  for (const [names, count] of [
    [CIFAR100_FINE_NAMES, 100],
    [CIFAR100_COARSE_NAMES, 20],
  ] as const) {
    expect(names).toHaveLength(count);
    expect(new Set(names).size).toBe(count);
    expect([...names].sort()).toEqual(names);
  }
});

test("a label that is no class is named with its place", async () => {
  await writeFiles();
  const path = join(folder, "test.bin");
  const bytes = recordsFrom(10, 2);
  bytes[RECORD_BYTES] = 20;
  bytes[1] = 100;
  await writeFile(path, bytes);
  const fix = "Replace the file by an unharmed copy.";
  await expect(readCifar100(folder, { records })).rejects.toMatchObject(
    dataError(`${path}: expected a label in 0..99 at byte 1, got 100. ${fix}`),
  );
  await expect(readCifar100(folder, { records, labels: "coarse" })).rejects.toMatchObject(
    dataError(`${path}: expected a label in 0..19 at byte 3074, got 20. ${fix}`),
  );
});

test("files of another size and missing ones are named", async () => {
  await writeFile(join(folder, "train.bin"), recordsFrom(0, 2));
  await expect(readCifar100(folder, { records })).rejects.toMatchObject(
    dataError(
      `${join(folder, "train.bin")}: expected 9222 bytes (3 records of 3074), got 6148 bytes. ` +
        "Replace the file by a complete copy.",
    ),
  );
  await writeFile(join(folder, "train.bin"), recordsFrom(0, 3));
  await expect(readCifar100(folder, { records })).rejects.toMatchObject(
    dataError(`${join(folder, "test.bin")}: expected a CIFAR-100 binary file, got no such file. Put the file there.`),
  );
});

test("a file of names that is far too long is not read", async () => {
  await writeFiles();
  const path = join(folder, "fine_label_names.txt");
  await writeFile(path, "x".repeat(200_000));
  await expect(readCifar100(folder, { records })).rejects.toMatchObject(
    dataError(
      `${path}: expected 100 different class names, one a line, got 200000 bytes, more than 100 names take. ` +
        "Replace the file by the official one or remove it.",
    ),
  );
});

test("it is found in its own folder by any of its files, elsewhere by both", async () => {
  const inner = join(folder, "cifar-100-binary");
  await mkdir(inner);
  await writeFile(join(folder, "train.bin"), "");
  expect(findCifar100(folder)).toBeUndefined();
  await writeFile(join(folder, "test.bin"), "");
  expect(findCifar100(folder)).toBe(folder);
  await writeFile(join(inner, "test.bin"), "");
  expect(findCifar100(folder)).toBe(inner);
});
