import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ArrayDataset } from "../arrays/array-dataset.ts";
import { readImage } from "../pixels.ts";
import { decodeNpz } from "./decode-npz.ts";
import { type NpyContent, npyOf, npzBytes } from "../../../test/support/npz-files.ts";

const read = (arrays: Readonly<Record<string, NpyContent>>): ArrayDataset =>
  decodeNpz({ bytes: npzBytes(arrays), path: "a.npz", crc32 }, { testShare: 0.5, seed: 0 });

/** Images of one row of these pixels; pixel and label say which image it is. */
const rows = (...pixels: number[]): NpyContent => npyOf(Uint8Array.from(pixels), [pixels.length, 1, 1]);
const labels = (...own: number[]): NpyContent => npyOf(Int32Array.from(own));

function pixelsOf({ train, test: held, validation }: ArrayDataset): Record<string, number[]> {
  return { train: [...train.pixels], test: [...held.pixels], validation: [...(validation?.pixels ?? [])] };
}

/** Two training images of two pixels, of either class, and a test image of each. */
function trained(x: NpyContent, test_: NpyContent = x): ArrayDataset {
  return read({ x_train: x, y_train: labels(0, 1), x_test: test_, y_test: labels(0, 1) });
}

/** The bytes that the values of a data set become, four at a time, and what is said of it. */
function bytesOf(values: NpyContent): { bytes: number[]; notes: readonly string[] } {
  const { train, notes = [] } = trained({ ...values, shape: [2, 1, 2] });
  return { bytes: [...train.pixels], notes };
}

describe("arrays are known by their names:", () => {
  const parts = { train: [10, 20], test: [30, 40], validation: [50, 60] };
  const [xTrain, xTest, xValidation] = Object.values(parts).map((own) => rows(...own));
  const y = labels(0, 1);

  test.each([
    ["x_train y_train x_val y_val x_test y_test", "Keras"],
    ["train_images train_labels val_images val_labels test_images test_labels", "MedMNIST"],
    ["X_train y_train X_validation y_validation X_test y_test", "scikit-learn"],
    ["trainX trainY validX validY testX testY", "letters at the end"],
    ["xtrain ytrain xval yval xtest ytest", "letters alone"],
    ["mnist_x_train mnist_y_train mnist_x_dev mnist_y_dev mnist_x_test mnist_y_test", "a word before"],
    ["train-data train-targets eval-data eval-targets holdout-data holdout-targets", "other words"],
    ["images labels images_val labels_val images_test labels_test", "no word for what trains"],
  ])("%s (%s)", (text) => {
    const names = text.split(" ");
    const arrays = [xTrain, y, xValidation, y, xTest, y];
    const dataset = read(Object.fromEntries(names.map((name, at) => [name, arrays[at]])));
    expect(pixelsOf(dataset)).toEqual(parts);
    expect([...(dataset.validation?.labels ?? [])]).toEqual([0, 1]);
    expect(dataset.provenance).toBe("NumPy arrays of the user's, training, validation and test images as given");
    expect(dataset.notes).toBeUndefined();
  });

  test.each(["images labels", "X y", "data target", "imgs lbls", "arr_0 arr_1", "train_images train_labels"])(
    "%s, of which test images are drawn",
    (text) => {
      const [images, own] = text.split(" ");
      const dataset = read({ [images]: rows(1, 2, 3, 4), [own]: labels(0, 0, 1, 1) });
      expect([...dataset.train.pixels, ...dataset.test.pixels].sort()).toEqual([1, 2, 3, 4]);
      expect(dataset.provenance).toBe("NumPy arrays of the user's, 0.5 of each class drawn as test images with seed 0");
    },
  );

  test("validation images serve as test images where there are no others", () => {
    const dataset = read({ x_train: xTrain, y_train: y, x_val: xValidation, y_val: y });
    expect(pixelsOf(dataset)).toEqual({ train: [10, 20], test: [50, 60], validation: [] });
    expect(dataset.provenance).toBe("NumPy arrays of the user's, its validation images serve as test images");
  });

  test("those that are none of the data set are named, whatever they are called", () => {
    const dataset = read({ images: xTrain, data: xTest, "odd\u001b[2J": y, labels: y, test_images: xTest });
    expect([...dataset.train.pixels, ...dataset.test.pixels].sort()).toEqual([10, 20]);
    expect(dataset.notes).toEqual(["passed over data, odd\\u{1b}[2J and test_images"]);
  });

  test("of two data sets in one file neither is taken", () => {
    expect(() => read({ a_x: xTrain, a_y: y, b_x: xTest, b_y: y })).toThrow(
      "a.npz: expected the arrays x_train, y_train, x_test and y_test, or images and labels, got a_x, a_y, b_x, b_y. ",
    );
  });
});

describe("labels", () => {
  const of = (y: NpyContent, names?: NpyContent): { classNames: readonly string[]; ids: number[] } => {
    const x = rows(1, 2, 3);
    const { classNames, train } = read({
      x_train: x,
      y_train: y,
      x_test: x,
      y_test: y,
      ...(names && { class_names: names }),
    });
    return { classNames, ids: [...train.labels] };
  };
  const oneHot = [0, 0, 1, 1, 0, 0, 0, 0, 1];
  const names: NpyContent = { descr: "|S3", shape: [3], data: Buffer.from("antbeecat") };

  test.each([
    ["whole numbers as floats", npyOf(Float32Array.of(7, 3, 7)), ["3", "7"], [1, 0, 1]],
    ["truths", { ...npyOf(Uint8Array.of(1, 0, 1)), descr: "|b1" }, ["0", "1"], [1, 0, 1]],
    ["a column of a column", npyOf(Int16Array.of(-1, 5, -1), [3, 1, 1]), ["-1", "5"], [0, 1, 0]],
    [
      "big-endian floats",
      { descr: ">f4", shape: [3], data: Uint8Array.of(64, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0) },
      ["0", "2"],
      [1, 0, 1],
    ],
    ["one-hot integers", npyOf(Uint8Array.from(oneHot), [3, 3]), ["0", "2"], [1, 0, 1]],
    ["one-hot floats", npyOf(Float64Array.from(oneHot), [3, 3]), ["0", "2"], [1, 0, 1]],
    ["one-hot truths", { ...npyOf(Uint8Array.from(oneHot), [3, 3]), descr: "|b1" }, ["0", "2"], [1, 0, 1]],
    [
      "one-hot in columns",
      { ...npyOf(Int8Array.of(0, 1, 0, 0, 0, 0, 1, 0, 1), [3, 3]), fortranOrder: true },
      ["0", "2"],
      [1, 0, 1],
    ],
    ["texts", { descr: "|S3", shape: [3], data: Buffer.from("beeantbee") }, ["ant", "bee"], [1, 0, 1]],
  ] as const)("that are %s become classes", (_what, y, classNames, ids) => {
    expect(of(y)).toEqual({ classNames, ids });
  });

  test("that are one-hot or texts have the names that are given", () => {
    expect(of(npyOf(Uint8Array.from(oneHot), [3, 3]), names)).toEqual({
      classNames: ["ant", "bee", "cat"],
      ids: [2, 0, 2],
    });
    const texts = { descr: "|S3", shape: [3], data: Buffer.from("catantcat") };
    expect(of(texts, names)).toEqual({ classNames: ["ant", "bee", "cat"], ids: [2, 0, 2] });
    expect(() => of({ ...texts, data: Buffer.from("dogantdog") }, names)).toThrow(
      "a.npz: class_names: expected a name for every label, got 3 names and the label dog. ",
    );
  });

  test("names steer no terminal", () => {
    const steering = { descr: "|S4", shape: [2], data: Buffer.from("a\u001b[mb\0\0\0") };
    expect(of(labels(0, 1, 0), steering).classNames).toEqual(["a\\u{1b}[m", "b"]);
  });

  test("of two kinds are refused", () => {
    const x = rows(1, 2);
    const y_test = { descr: "|S3", shape: [2], data: Buffer.from("antbee") };
    expect(() => read({ x_train: x, y_train: labels(0, 1), x_test: x, y_test })).toThrow(
      "a.npz: expected labels that are all numbers or all texts, got both. Save those of all parts alike.",
    );
  });
});

describe("pixels", () => {
  const taken = (type: string, found: string, low: number, high: number): string[] => [
    `pixels of ${type} from ${found}: ${low} is taken for black, ${high} for white`,
  ];

  test.each([
    ["bytes", Uint8Array.of(0, 3, 100, 200), [0, 3, 100, 200], []],
    ["bytes, 0 and 1", Uint8Array.of(0, 1, 1, 0), [0, 255, 255, 0], taken("uint8", "0 to 1", 0, 1)],
    ["bytes as integers", BigInt64Array.of(0n, 3n, 100n, 255n), [0, 3, 100, 255], taken("int64", "0 to 255", 0, 255)],
    ["bytes as floats", Float64Array.of(0, 3, 100, 255), [0, 3, 100, 255], taken("float64", "0 to 255", 0, 255)],
    [
      "resized bytes",
      Float32Array.of(-0.5, 3.4, 99.6, 255.75),
      [0, 3, 100, 255],
      taken("float32", "-0.5 to 255.8", 0, 255),
    ],
    ["divided by 255", Float32Array.of(0, 3 / 255, 100 / 255, 1), [0, 3, 100, 255], taken("float32", "0 to 1", 0, 1)],
    ["from -1 to 1", Float32Array.of(-1, 0.2, 0.5, 1), [0, 153, 191, 255], taken("float32", "-1 to 1", -1, 1)],
    [
      "from -0.5 to 0.5",
      Float32Array.of(-0.5, 0.1, 0.25, 0.5),
      [0, 153, 191, 255],
      taken("float32", "-0.5 to 0.5", -0.5, 0.5),
    ],
    ["signed bytes", Int8Array.of(-128, 0, 27, 127), [0, 128, 155, 255], taken("int8", "-128 to 127", -128, 127)],
    ["digits of 17 levels", Float64Array.of(0, 4, 8, 16), [0, 63, 127, 255], taken("float64", "0 to 16", 0, 16)],
    ["16 bits", Uint16Array.of(0, 256, 257, 65_535), [0, 0, 1, 255], taken("uint16", "0 to 65535", 0, 65_535)],
    ["12 bits in 16", Uint16Array.of(0, 17, 2048, 4095), [0, 1, 127, 255], taken("uint16", "0 to 4095", 0, 4095)],
    ["10 bits in 32", Int32Array.of(0, 5, 512, 1000), [0, 1, 127, 249], taken("int32", "0 to 1000", 0, 1023)],
    [
      "signed 16 bits",
      Int16Array.of(-32_768, 0, 257, 32_767),
      [0, 127, 128, 255],
      taken("int16", "-32768 to 32767", -32_768, 32_767),
    ],
  ] as const)("of %s become bytes", (_what, values, bytes, notes) => {
    expect(bytesOf(npyOf(values))).toEqual({ bytes, notes });
  });

  test("of truths and of half precision become bytes", () => {
    const truths = { ...npyOf(Uint8Array.of(0, 1, 1, 0)), descr: "|b1" };
    expect(bytesOf(truths)).toEqual({ bytes: [0, 255, 255, 0], notes: taken("bool", "0 to 1", 0, 1) });
    const halves = { ...npyOf(Uint16Array.of(0, 0x3400, 0x3800, 0x3c00)), descr: "<f2" };
    expect(bytesOf(halves)).toEqual({ bytes: [0, 64, 128, 255], notes: taken("float16", "0 to 1", 0, 1) });
  });

  test("of all parts have one scale", () => {
    const dark = npyOf(Uint16Array.of(0, 100, 200, 255), [2, 1, 2]);
    const bright = npyOf(Uint16Array.of(0, 1000, 2000, 4000), [2, 1, 2]);
    expect(pixelsOf(trained(dark, bright))).toEqual({ train: [0, 6, 12, 15], test: [0, 62, 124, 249], validation: [] });
    expect([...trained(bright, dark).train.pixels]).toEqual([0, 62, 124, 249]);
  });

  test.each([
    ["bytes", Uint8Array.of(0, 9, 100, 255), "uint8 from 0 to 255"],
    ["floats", Float32Array.of(0, 9.5, 100, 255), "float32 from 0 to 255"],
  ])("of which only one part was divided by 255 are refused: %s", (_what, values, found) => {
    const divided = npyOf(Float32Array.of(0, 0.2, 0.5, 1), [2, 1, 2]);
    expect(() => trained(divided, npyOf(values, [2, 1, 2]))).toThrow(
      `a.npz: x_train: expected pixels of the same range as in x_test, ${found}, got float32 from 0 to 1. ` +
        "Scale all parts alike.",
    );
  });

  test.each([
    ["standardized", Float32Array.of(-2.1, 0, 1, 2.6), "float32 from -2.1 to 2.6"],
    ["divided by 255 twice", Float32Array.of(0, 0.001, 0.002, 0.0039), "float32 from 0 to 0.0039"],
    ["of a few levels of 32 bits", Uint32Array.of(0, 1, 2, 100_000), "uint32 from 0 to 100000"],
    ["Hounsfield units", Int16Array.of(-1024, 0, 40, 3071), "int16 from -1024 to 3071"],
  ])("%s are refused with their range", (_what, values, found) => {
    expect(() => bytesOf(npyOf(values))).toThrow(
      "a.npz: x_train and x_test: expected pixels whose range says what is black and white (0 to 1, -1 to 1, 0 to 255, " +
        `or that of 10, 12, 14 or 16 bits), got ${found}. ` +
        "Save (x - low) / (high - low), with one low and one high for all images.",
    );
  });

  test.each([
    [[NaN, 0, 0.5, 1], "2 that are NaN or infinite, the others float32 from 0 to 1"],
    [[-Infinity, Infinity, NaN, NaN], "8 that are NaN or infinite"],
  ])("%j are refused", (values, got) => {
    expect(() => bytesOf(npyOf(Float32Array.from(values)))).toThrow(
      `a.npz: x_train and x_test: expected pixels that are numbers, got ${got}. ` +
        "Replace them, for example by np.nan_to_num(x).",
    );
  });
});

describe("channels", () => {
  /** Two images of 5x6; a channel's number is its value. */
  const of = (channels: number, isFirst: boolean): NpyContent => {
    const channelAt = (at: number): number => (isFirst ? Math.floor(at / 30) % channels : at % channels);
    const data = Uint8Array.from({ length: 2 * 30 * channels }, (_, at) => 100 + channelAt(at));
    return npyOf(data, isFirst ? [2, channels, 5, 6] : [2, 5, 6, channels]);
  };

  test.each([
    [1, true],
    [1, false],
    [3, true],
    [3, false],
    [4, true],
    [4, false],
  ])("%d of them, first: %s", (channels, isFirst) => {
    const { imageShape, train, notes } = trained(of(channels, isFirst));
    expect(imageShape).toEqual([Math.min(3, channels), 5, 6]);
    const image = new Uint8Array(30 * imageShape[0]);
    readImage(train.pixels, 1, image);
    expect([...image]).toEqual(Array.from({ length: image.length }, (_, at) => 100 + Math.floor(at / 30)));
    expect(notes).toEqual(channels === 4 ? ["the fourth channel, alpha, is left out"] : undefined);
  });

  test("alpha does not decide how bright the others are", () => {
    const data = Uint16Array.from({ length: 2 * 5 * 6 * 4 }, (_, at) => (at % 4 === 3 ? 65_535 : 4095));
    expect(trained(npyOf(data, [2, 5, 6, 4])).train.pixels.every((pixel) => pixel === 255)).toBe(true);
  });

  test("sides of four pixels are no alpha", () => {
    expect(trained(npyOf(new Uint8Array(2 * 4 * 5 * 3), [2, 4, 5, 3])).imageShape).toEqual([3, 4, 5]);
    expect(trained(npyOf(new Uint8Array(2 * 3 * 5 * 4), [2, 3, 5, 4])).imageShape).toEqual([3, 5, 4]);
  });

  test("rows of as many pixels as a square has are images", () => {
    const { imageShape, notes, train } = trained(
      npyOf(
        Uint8Array.from({ length: 18 }, (_, at) => 20 + at),
        [2, 9],
      ),
    );
    expect(imageShape).toEqual([1, 3, 3]);
    expect([...train.pixels.subarray(9)]).toEqual([29, 30, 31, 32, 33, 34, 35, 36, 37]);
    expect(notes).toEqual(["rows of 9 pixels are taken for images of 3x3"]);
  });
});
