import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { idxBytes } from "../../../test/support/idx-files.ts";
import { holdsOwnIdx, openOwnIdx } from "./own-idx.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-own-idx-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

/** Values that count up. */
const counted = (length: number): number[] => Array.from({ length }, (_, at) => at);
const two = idxBytes([2], [0, 1]);

describe("openOwnIdx", () => {
  test("reads images of any size and number of classes, packed or not, with validation images", async () => {
    await write({
      "train-images-idx3-ubyte.gz": gzipSync(idxBytes([3, 2, 5], counted(30))),
      "train-labels-idx1-ubyte.gz": gzipSync(idxBytes([3], [26, 1, 26])),
      "t10k-images.idx3-ubyte": idxBytes([2, 2, 5], counted(20)),
      "t10k-labels.idx1-ubyte": idxBytes([2], [1, 13]),
      "valid-images-idx3-ubyte": idxBytes([1, 2, 5], counted(10)),
      "valid-labels-idx1-ubyte": idxBytes([1], [13]),
    });
    const { checksum, train, test: held, validation, ...rest } = await openOwnIdx(folder);
    expect(rest).toEqual({
      name: basename(folder),
      title: basename(folder),
      classNames: ["1", "13", "26"],
      imageShape: [1, 2, 5],
      provenance: "IDX files of the user's, training, validation and test images as given",
    });
    expect([train, held, validation].map((part) => [...(part?.labels ?? [])])).toEqual([[2, 0, 2], [0, 1], [1]]);
    expect([...train.pixels]).toEqual(counted(30));
    expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  });

  test("draws test images where there are none, and takes a file that is there twice once", async () => {
    const images = idxBytes([10, 3, 3], counted(90));
    const labels = idxBytes([10], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    await write({
      "letters-images-idx3-ubyte": images,
      "letters-images-idx3-ubyte.gz": gzipSync(images),
      "letters-labels-idx1-ubyte": labels,
    });
    const { train, test: held, notes } = await openOwnIdx(folder, { testShare: 0.4 });
    expect([train.count, held.count, notes]).toEqual([6, 4, undefined]);
  });

  test.each([
    ["channels last", [2, 5, 6, 3], [3, 5, 6]],
    ["channels first", [2, 3, 5, 6], [3, 5, 6]],
    ["rows of pixels", [2, 16], [1, 4, 4]],
  ])("of axes: %s", async (_what, shape, imageShape) => {
    const images = idxBytes(shape, counted(shape.reduce((product, length) => product * length, 1)));
    await write({
      "train-images-idx-ubyte": images,
      "train-labels-idx1-ubyte": two,
      "test-images-idx-ubyte": images,
      "test-labels-idx1-ubyte": two,
    });
    expect((await openOwnIdx(folder)).imageShape).toEqual(imageShape);
  });

  test.each([
    ["float32", [0, 0.5, 1, 0.25], [0, 128, 255, 64], "float32 from 0 to 1: 0 is taken for black, 1 for white"],
    ["float64", [-1, 0, 1, 0.5], [0, 128, 255, 191], "float64 from -1 to 1: -1 is taken for black, 1 for white"],
    ["int16", [0, 4095, 2048, 17], [0, 255, 127, 1], "int16 from 0 to 4095: 0 is taken for black, 4095 for white"],
    ["int32", [0, 255, 7, 100], [0, 255, 7, 100], "int32 from 0 to 255: 0 is taken for black, 255 for white"],
    ["int8", [-128, 127, 0, 1], [0, 255, 128, 129], "int8 from -128 to 127: -128 is taken for black, 127 for white"],
  ] as const)("of %s", async (type, values, bytes, note) => {
    await write({
      "train-images-idx3": idxBytes([2, 1, 2], values, type),
      "train-labels-idx1": two,
      "test-images-idx3": idxBytes([2, 1, 2], values, type),
      "test-labels-idx1": two,
    });
    const { train, notes } = await openOwnIdx(folder);
    expect([...train.pixels]).toEqual(bytes);
    expect(notes).toEqual([`pixels of ${note}`]);
  });

  test("refuses what does not go together", async () => {
    await write({ "train-images-idx3-ubyte": idxBytes([2, 1, 2], counted(4)), "t10k-labels-idx1-ubyte": two });
    await expect(openOwnIdx(folder)).rejects.toThrow(
      `${folder}: expected IDX files of training images and of their labels, such as train-images-idx3-ubyte and ` +
        "train-labels-idx1-ubyte, of one data set, got t10k-labels-idx1-ubyte and train-images-idx3-ubyte. " +
        "Name the files so, and put those of another data set into another folder.",
    );
    const labels = join(folder, "train-labels-idx1-ubyte");
    await writeFile(labels, idxBytes([3], [0, 1, 2]));
    await expect(openOwnIdx(folder)).rejects.toThrow(
      `${labels}: expected 2 labels, one for each image of train-images-idx3-ubyte, got 3. Save both anew.`,
    );
    await writeFile(labels, two.subarray(0, -1));
    await expect(openOwnIdx(folder)).rejects.toThrow(
      `${labels}: expected 10 bytes for [2], as its header says, got 9. Replace the file by a complete copy.`,
    );
    await writeFile(labels, idxBytes([1, 1, 1, 1, 2], [0, 1]));
    await expect(openOwnIdx(folder)).rejects.toThrow(
      `${labels}: expected an IDX file with 1 to 4 axes, got 5 axes. Replace the file by the right one.`,
    );
  });
});

describe("holdsOwnIdx", () => {
  const digits = [5, 0, 4, 1, 9, 2, 1, 3, 1, 4];

  test.each([
    ["the first digits of MNIST", digits, 28, false],
    ["other images with MNIST's labels", digits, 14, true],
    ["other labels", digits.toReversed(), 28, true],
  ])("tells a data set of one's own from those that are known by name: %s", async (_what, labels, side, isOwn) => {
    await write({
      "train-images-idx3-ubyte.gz": gzipSync(
        idxBytes(
          [10, side, side],
          counted(10 * side * side).map((at) => at % 256),
        ),
      ),
      "train-labels-idx1-ubyte": idxBytes([10], labels),
    });
    expect(holdsOwnIdx(folder)).toBe(isOwn);
  });

  test("is not so for other files and places", async () => {
    await write({ "notes-idx3.txt": Buffer.from("about"), "a.png": two });
    expect([folder, join(folder, "a.png"), join(folder, "none")].map(holdsOwnIdx)).toEqual([false, false, false]);
  });
});
