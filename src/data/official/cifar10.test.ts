import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataError } from "../../core/index.ts";
import { CIFAR10_FILES, findCifar10, readCifar10 } from "./cifar10.ts";

const RECORD_BYTES = 3073;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-cifar10-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Six files of records; record r of file f has label (r + f) % 10 and pixels that count up from r + f. */
async function writeFiles(recordsPerFile: number): Promise<Uint8Array[]> {
  const files = CIFAR10_FILES.map((_, file) =>
    Uint8Array.from({ length: recordsPerFile * RECORD_BYTES }, (_unused, at) => {
      const record = Math.floor(at / RECORD_BYTES) + file;
      return at % RECORD_BYTES === 0 ? record % 10 : record + (at % RECORD_BYTES);
    }),
  );
  await Promise.all(files.map((bytes, file) => writeFile(join(folder, CIFAR10_FILES[file]), bytes)));
  return files;
}

async function failure(work: Promise<unknown>): Promise<DataError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

test("every pixel and label of every file arrives at its place", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 255 })), {
        minLength: 18,
        maxLength: 18,
      }),
      async (recordsPerFile, contents) => {
        const records = contents.slice(0, recordsPerFile * CIFAR10_FILES.length).map(([label, seed]) => {
          const record = Uint8Array.from({ length: RECORD_BYTES }, (_, at) => seed + at * 7);
          record[0] = label;
          return record;
        });
        for (const [file, name] of CIFAR10_FILES.entries()) {
          const own = records.slice(file * recordsPerFile, (file + 1) * recordsPerFile);
          await writeFile(join(folder, name), Buffer.concat(own));
        }
        const { train, test: held } = await readCifar10(folder, { recordsPerFile });
        expect([...train.labels, ...held.labels]).toEqual(records.map((record) => record[0]));
        const pixels = Buffer.concat(records.map((record) => record.subarray(1)));
        expect(Buffer.compare(Buffer.concat([train.pixels, held.pixels]), pixels)).toBe(0);
      },
    ),
    { numRuns: 20, seed: 1 },
  );
});

test("files longer than one read arrive whole", async () => {
  const files = await writeFiles(501);
  const { train } = await readCifar10(folder, { recordsPerFile: 501 });
  const last = files[4].subarray(500 * RECORD_BYTES);
  expect(train.labels[5 * 501 - 1]).toBe(last[0]);
  expect(Buffer.compare(train.pixels.subarray(-3072), last.subarray(1))).toBe(0);
});

test("class names are the official ones unless batches.meta.txt has others", async () => {
  await writeFiles(1);
  const official = await readCifar10(folder, { recordsPerFile: 1 });
  expect(official.classNames.join(" ")).toBe("airplane automobile bird cat deer dog frog horse ship truck");
  await writeFile(join(folder, "batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
  const other = await readCifar10(folder, { recordsPerFile: 1 });
  expect(other.classNames.join("")).toBe("abcdefghij");
});

test("a wrong number of class names is refused", async () => {
  await writeFiles(1);
  const path = join(folder, "batches.meta.txt");
  await writeFile(path, "a\nb\n");
  expect((await failure(readCifar10(folder, { recordsPerFile: 1 }))).message).toBe(
    `${path}: expected 10 different class names, one a line, got 2 (a, b). ` +
      "Replace the file by the official one or remove it.",
  );
});

test("a truncated file is named with both sizes", async () => {
  await writeFiles(2);
  const path = join(folder, "data_batch_3.bin");
  await writeFile(path, new Uint8Array(5000));
  const error = await failure(readCifar10(folder, { recordsPerFile: 2 }));
  expect(error.message).toBe(
    `${path}: expected 6146 bytes (2 records of 3073), got 5000 bytes. Replace the file by a complete copy.`,
  );
  expect(error.location).toEqual({ path, offset: 5000 });
});

test("a label outside 0..9 is named with its place", async () => {
  const files = await writeFiles(2);
  const path = join(folder, "test_batch.bin");
  files[5][RECORD_BYTES] = 10;
  await writeFile(path, files[5]);
  const error = await failure(readCifar10(folder, { recordsPerFile: 2 }));
  expect(error.message).toBe(
    `${path}: expected a label in 0..9 at byte 3073, got 10. Replace the file by an unharmed copy.`,
  );
  expect(error.location).toEqual({ path, offset: 3073 });
});

test("a missing file is named", async () => {
  await writeFiles(1);
  const path = join(folder, "data_batch_5.bin");
  await rm(path);
  expect((await failure(readCifar10(folder, { recordsPerFile: 1 }))).message).toBe(
    `${path}: expected a CIFAR-10 binary file, got no such file. Put the file there.`,
  );
});

test("the files are found in the folder itself and in cifar-10-batches-bin", async () => {
  expect(findCifar10(folder)).toBeUndefined();
  const inner = join(folder, "cifar-10-batches-bin");
  await mkdir(inner);
  await writeFile(join(inner, "test_batch.bin"), "");
  expect(findCifar10(folder)).toBe(inner);
  expect(findCifar10(inner)).toBe(inner);
});
