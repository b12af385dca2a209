/** @file The images of the benchmark's tasks, each as small as its task needs. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type DatasetInMemory,
  type ImageDataset,
  type ImageShape,
  type ImagesInMemory,
  allocateImages,
  checksumOf,
  createShapes10,
  openDataset,
  openImageFolder,
  resizeDataset,
} from "../../src/data/node/index.ts";
import { type DerivedClass, classesOf, deriveDataset, mirrored, padDataset, turned } from "./derive-dataset.ts";
import { type Places, findFile, findFolder } from "./places.ts";

/** How a task or a source gets at its images. */
export type OpenImages = (places: Places) => Promise<ImageDataset>;

/** More images than this would make measuring dearer than training. */
const TEST_IMAGES = 1000;
/** The same for images of 224x224. */
const LARGE_TEST_IMAGES = 400;

const LARGE: ImageShape = [3, 224, 224];
const CIFAR_SHAPE: ImageShape = [3, 32, 32];
const CIFAR_IMAGE_BYTES = 3 * 32 * 32;
const MNIST_DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Some classes of CIFAR-10. */
export function cifar(ids: readonly number[]): OpenImages {
  return async (places) => {
    const whole = await wholeCifar(places);
    return deriveDataset(whole, { name: "cifar10", classes: classesOf(whole, ids), testImages: TEST_IMAGES });
  };
}

/** Some classes of CIFAR-10, enlarged for networks that see photographs. */
export function largeCifar(ids: readonly number[], trainPerClass: number): OpenImages {
  return async (places) => {
    const whole = await wholeCifar(places);
    const classes = classesOf(whole, ids);
    const small = deriveDataset(whole, { name: "cifar10", classes, testImages: LARGE_TEST_IMAGES, trainPerClass });
    return resizeDataset(small, { imageShape: LARGE, cacheDir: places.cache });
  };
}

/** Classes of CIFAR-10 upright, and the same lying on their side, as classes of their own. */
export function lyingCifar(ids: readonly number[]): OpenImages {
  return async (places) => {
    const whole = await wholeCifar(places);
    const classes = classesOf(whole, ids).flatMap((one): DerivedClass[] => [
      one,
      { name: `${one.name} lying`, from: one.from, change: turned },
    ]);
    return deriveDataset(whole, { name: "cifar10-lying", classes, testImages: TEST_IMAGES });
  };
}

/** All of CIFAR-10 in original pixels, as far as they are there. */
export const losslessCifar: OpenImages = async (places) => {
  const folder = await findFolder("cifar10-lossless", places);
  const train = await readRecords(join(folder, "train_subset.bin"));
  const test = await readRecords(join(folder, "test_subset.bin"));
  const { classNames } = await wholeCifar(places);
  const checksum = checksumOf({ train, test }, createHash("sha256"));
  const whole = { name: "cifar10-lossless", title: "CIFAR-10", classNames, imageShape: CIFAR_SHAPE };
  const dataset: DatasetInMemory = { ...whole, train, test, checksum, provenance: "original records of CIFAR-10" };
  return deriveDataset(dataset, {
    name: dataset.name,
    classes: classesOf(dataset, [...classNames.keys()]),
    testImages: TEST_IMAGES,
  });
};

/** Some digits of MNIST. */
export function mnist(ids: readonly number[] = MNIST_DIGITS): OpenImages {
  return async (places) => {
    const whole = await wholeMnist(places);
    return deriveDataset(whole, { name: "mnist", classes: classesOf(whole, ids), testImages: TEST_IMAGES });
  };
}

/** All digits as images of CIFAR-10's shape. */
export const colouredMnist: OpenImages = async (places) => padDataset(await mnist()(places), CIFAR_SHAPE);

/** Digits and their mirror images, as classes of their own. */
export function mirroredMnist(ids: readonly number[]): OpenImages {
  return async (places) => {
    const whole = await wholeMnist(places);
    const classes = classesOf(whole, ids).flatMap((one): DerivedClass[] => [
      one,
      { name: `${one.name} mirrored`, from: one.from, change: mirrored },
    ]);
    return deriveDataset(whole, { name: "mnist-mirrored", classes, testImages: TEST_IMAGES });
  };
}

/** Some of the built-in shapes. */
export function shapes(ids: readonly number[]): OpenImages {
  return async () => {
    const whole = createShapes10({ trainImagesPerClass: 400, testImagesPerClass: TEST_IMAGES / ids.length });
    return deriveDataset(whole, { name: "shapes10", classes: classesOf(whole, ids), testImages: TEST_IMAGES });
  };
}

/** Ants and bees. */
export const photos: OpenImages = async (places) => {
  const folder = dirname(await findFile("photos", places));
  return openImageFolder(folder, { imageShape: LARGE, cacheDir: places.cache, skipUnreadable: true });
};

const wholeCifar = once(async (places) =>
  openDataset("cifar10", { allowDownload: false, dataDir: await findFolder("cifar10", places) }),
);

const wholeMnist = once(async (places) =>
  openDataset("mnist", { allowDownload: false, dataDir: await findFolder("mnist", places) }),
);

/** Many tasks cut their images out of one data set. */
function once(open: OpenImages): OpenImages {
  let opened: Promise<ImageDataset> | undefined;
  return (places) => (opened ??= open(places));
}

/** As many records as the file has: a byte with the label, then the image. */
async function readRecords(path: string): Promise<ImagesInMemory> {
  const bytes = await readFile(path);
  const images = allocateImages(bytes.length / (1 + CIFAR_IMAGE_BYTES), CIFAR_SHAPE);
  for (let index = 0; index < images.count; index++) {
    const start = index * (1 + CIFAR_IMAGE_BYTES);
    images.labels[index] = bytes[start];
    images.pixels.set(bytes.subarray(start + 1, start + 1 + CIFAR_IMAGE_BYTES), index * CIFAR_IMAGE_BYTES);
  }
  return images;
}
