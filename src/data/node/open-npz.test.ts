import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import type { ImageShape, ImagesInMemory } from "../dataset.ts";
import { type NpyContent, npyOf, npzBytes } from "../../../test/support/npz-files.ts";
import { decodeNpz } from "../npz/decode-npz.ts";
import { openNpz } from "./open-npz.ts";

const dataError = (message: string): object => ({ name: "DataError", message });
const split = { testShare: 0.2, seed: 0 };

/** A file that `test/golden/make_npz.py` wrote by NumPy. */
function golden(name: string): string {
  return fileURLToPath(new URL(`../../../test/golden/npz/${name}.npz`, import.meta.url));
}

/** Image n of every golden file. */
function goldenImage(n: number, [channels, height, width]: ImageShape): number[] {
  const pixels: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (let h = 0; h < height; h++) for (let w = 0; w < width; w++) pixels.push((50 * n + 17 * c + 5 * h + w) % 256);
  }
  return pixels;
}

/** Which golden image each of these is; -1 if none. */
function goldenIndices(part: ImagesInMemory, imageShape: ImageShape): number[] {
  const length = part.pixels.length / part.count;
  const known = Array.from({ length: 10 }, (_, n) => goldenImage(n, imageShape).join());
  return Array.from({ length: part.count }, (_, at) =>
    known.indexOf(part.pixels.subarray(at * length, (at + 1) * length).join()),
  );
}

describe("files that NumPy wrote", () => {
  test("training and test arrays stay as they are", async () => {
    const { train, test: held, checksum, ...rest } = await openNpz(golden("keras"));
    expect(rest).toEqual({
      name: "keras",
      title: "keras",
      classNames: ["0", "1", "2", "3"],
      imageShape: [1, 5, 4],
      provenance: "NumPy arrays of the user's, training and test images as given",
    });
    expect([...train.labels]).toEqual([3, 0, 1, 3, 0, 1]);
    expect([...held.labels]).toEqual([1, 3, 2]);
    expect(goldenIndices(train, [1, 5, 4])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(goldenIndices(held, [1, 5, 4])).toEqual([0, 1, 2]);
    expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    {
      name: "channels-last",
      what: "channels at the end, big-endian labels with gaps",
      imageShape: [3, 4, 5],
      classNames: ["-2", "7", "300"],
      labels: [2, 0, 1, 1, 0, 2, 1, 1, 1, 0],
    },
    {
      name: "fortran",
      what: "column-major images, a column of labels, names",
      imageShape: [3, 4, 5],
      classNames: ["Käfer", "bee", "🐈"],
      labels: [2, 0, 0, 2, 2, 0, 0, 2, 2, 2],
    },
    {
      name: "versions",
      what: "versions 1, 2 and 3 of the format, names as bytes",
      imageShape: [1, 4, 5],
      classNames: ["ant", "bée"],
      labels: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
    },
  ] as const)("$name: $what", async ({ name, imageShape, classNames, labels }) => {
    const dataset = await openNpz(golden(name));
    expect(dataset).toMatchObject({ name, imageShape, classNames });
    const train = goldenIndices(dataset.train, imageShape);
    const held = goldenIndices(dataset.test, imageShape);
    expect([...train, ...held].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(train).toEqual(train.toSorted((a, b) => a - b));
    expect([...dataset.train.labels]).toEqual(train.map((index) => labels[index]));
    expect([...dataset.test.labels]).toEqual(held.map((index) => labels[index]));
  });
});

/** `count` images of [2, 3], of classes 0 and 1 by turns. */
function images(count: number): Record<"images" | "labels", NpyContent> {
  return {
    images: { shape: [count, 2, 3], data: Uint8Array.from({ length: count * 6 }, (_, at) => at) },
    labels: { shape: [count], data: Uint8Array.from({ length: count }, (_, at) => at % 2) },
  };
}

const read = (arrays: Readonly<Record<string, NpyContent>>): ReturnType<typeof decodeNpz> =>
  decodeNpz({ bytes: npzBytes(arrays), path: "a.npz", crc32 }, split);

describe("the draw of test images", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "graft-npz-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("takes the share of every class, by the seed", async () => {
    const path = join(folder, "digits.npz");
    await writeFile(path, npzBytes(images(40)));
    const first = await openNpz(path, { testShare: 0.25, seed: 3 });
    expect(first.provenance).toBe("NumPy arrays of the user's, 0.25 of each class drawn as test images with seed 3");
    expect([...first.test.labels].sort()).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect((await openNpz(path, { testShare: 0.25, seed: 3 })).checksum).toBe(first.checksum);
    expect((await openNpz(path, { testShare: 0.25, seed: 4 })).checksum).not.toBe(first.checksum);
  });

  test("a share that cannot be and a missing file are named", async () => {
    const path = join(folder, "none.npz");
    await expect(openNpz(path, { testShare: 1 })).rejects.toThrow(
      new ConfigError("test share: expected a number between 0 and 1, got 1."),
    );
    await expect(openNpz(path)).rejects.toMatchObject(
      dataError(`${path}: expected a NumPy file (.npz), got no such file. Put the file there.`),
    );
  });
});

describe("arrays that do not do", () => {
  const ten = images(10);
  const { images: x, labels: y } = ten;
  const changed = (name: string, content: NpyContent): Record<string, NpyContent> => ({ ...ten, [name]: content });

  test.each([
    [
      "others",
      { x_train: x, x_test: x, y_test: y, "odd\u001b": y },
      "a.npz: expected the arrays x_train, y_train, x_test and y_test, or images and labels, got x_train, x_test, y_test, " +
        "odd\\u001b. Save them by np.savez_compressed(path, images=…, labels=…).",
    ],
    [
      "pixels that are no numbers",
      changed("images", { descr: "<c8", shape: [10, 2, 3], data: new Uint8Array(480) }),
      "a.npz: images: expected pixels that are numbers, got complex64. Save it with .astype(np.uint8).",
    ],
    [
      "rows without columns",
      changed("images", { shape: [10, 6], data: x.data }),
      "a.npz: images: expected images as (N,H,W), (N,H,W,C) or (N,C,H,W) of 1, 3 or 4 channels C, got [10, 6]. " +
        "Reshape the array.",
    ],
    [
      "two channels",
      changed("images", { shape: [10, 2, 5, 2], data: new Uint8Array(200) }),
      "a.npz: images: expected images as (N,H,W), (N,H,W,C) or (N,C,H,W) of 1, 3 or 4 channels C, got [10, 2, 5, 2]. " +
        "Reshape the array.",
    ],
    [
      "two axes that may be the channels",
      changed("images", { shape: [10, 1, 2, 3], data: x.data }),
      "a.npz: images: expected one axis of 1, 3 or 4 channels, got two in [10, 1, 2, 3]. " +
        "Save the images with more rows and columns.",
    ],
    [
      "no images",
      changed("images", { shape: [0, 2, 3] }),
      "a.npz: images: expected images, got none in [0, 2, 3]. Save some.",
    ],
    [
      "labels between whole numbers",
      changed("labels", npyOf(Float32Array.of(0, 1, 2, 0.5, 1, 2, 0, 1, 2, 0))),
      "a.npz: labels: expected whole numbers, got 0.5 at index 3. Number the classes from 0.",
    ],
    [
      "labels that are NaN",
      changed("labels", npyOf(Float64Array.of(0, 1, 2, 1, NaN, 2, 0, 1, 2, 0))),
      "a.npz: labels: expected whole numbers, got NaN at index 4. Number the classes from 0.",
    ],
    [
      "several labels an image",
      changed(
        "labels",
        npyOf(
          Uint8Array.from({ length: 30 }, (_, at) => (at % 3 === 1 || at === 5 ? 1 : 0)),
          [10, 3],
        ),
      ),
      "a.npz: labels: expected one-hot labels, a single 1 among zeros in every row, got row 1 of 0, 1, 1. " +
        "Save one label for each image.",
    ],
    [
      "labels of three axes",
      changed("labels", { shape: [10, 2, 2], data: new Uint8Array(40) }),
      "a.npz: labels: expected one label for each image, as (N,) or (N,1), or one-hot rows, as (N,classes), " +
        "got [10, 2, 2]. Reshape the array.",
    ],
    [
      "a label too few",
      changed("labels", { shape: [9], data: new Uint8Array(9) }),
      "a.npz: labels: expected 10 labels, one for each image of images, got 9. Save both anew.",
    ],
    [
      "labels past 2^53",
      changed("labels", { descr: "<u8", shape: [10], data: new Uint8Array(80).fill(1) }),
      "a.npz: labels: expected integers of less than 2^53, got 72340172838076670 at index 0. Number the classes from 0.",
    ],
    [
      "one class",
      changed("labels", { shape: [10], data: new Uint8Array(10) }),
      "a.npz: expected 2 to 65535 classes, got 1. Save images of as many classes.",
    ],
    [
      "names that repeat",
      changed("class_names", { descr: "|S1", shape: [2], data: Uint8Array.of(97, 97) }),
      'a.npz: class_names: expected different names, got "a" twice. Give every class a name of its own.',
    ],
    [
      "names for others",
      changed("class_names", { descr: "|S1", shape: [1], data: Uint8Array.of(97) }),
      "a.npz: class_names: expected a name for every label, got 1 names and the label 1. " +
        "Number the labels from 0 in the order of the names, or leave the names out.",
    ],
    [
      "names that are numbers",
      changed("class_names", { shape: [2], data: Uint8Array.of(1, 2) }),
      "a.npz: class_names: expected strings, got uint8. Save it with .astype(str).",
    ],
    [
      "names that are no text",
      changed("class_names", { descr: "|S1", shape: [2], data: Uint8Array.of(97, 0xff) }),
      "a.npz: class_names: expected strings, got bytes that are none at index 1. Save it again.",
    ],
    [
      "Python objects",
      changed("class_names", { descr: "|O", shape: [2], data: new Uint8Array(16) }),
      "a.npz: class_names: expected plain elements, got Python objects, which are not read as they could run code. " +
        "Save it with a plain dtype.",
    ],
    [
      "images of two sizes",
      { x_train: x, y_train: y, x_test: { shape: [10, 3, 2], data: x.data }, y_test: y },
      "a.npz: x_test: expected images of [1, 2, 3] as in x_train, got [1, 3, 2]. Save images of one size.",
    ],
  ])("%s", (_what, arrays, message) => {
    expect(() => read(arrays)).toThrow(expect.objectContaining(dataError(message)));
  });
});
