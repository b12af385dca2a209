/** @file `graft data`: lists, fetches and checks data sets. */

import { existsSync } from "node:fs";
import { ConfigError, unknownName } from "../../core/index.ts";
import {
  type DatasetCheck,
  type DatasetEntry,
  type ImageDataset,
  type PartCheck,
  checkDataset,
  datasets,
  openDataset,
} from "../../data/index.ts";
import { cacheDirectory } from "../../download/index.ts";
import { bytes, count, plural } from "../format.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { openData } from "../open-data.ts";
import { createView } from "../views/create-view.ts";
import { whereIs } from "../where-is.ts";

const entries: Readonly<Record<string, DatasetEntry>> = datasets;

/** Prints every data set and where it is. */
export async function listData(): Promise<number> {
  for (const { name, description, find } of Object.values(entries)) {
    console.log(`${name}\n  ${description}\n  ${whereIs(find)}`);
  }
  console.log(`Downloads are kept in ${cacheDirectory()}.`);
  return 0;
}

/** Brings a data set onto this machine. */
export async function fetchData(name: string): Promise<number> {
  const view = await createView({ json: false });
  const interrupt = listenForInterrupt(() =>
    console.error("graft: stopped; the same command goes on where this one ended."),
  );
  try {
    const { title, provenance } = await openData(name, { view, signal: interrupt.signal, offline: false });
    view.close();
    console.log(`${title} is ready: ${provenance}.`);
    return 0;
  } finally {
    view.close();
    interrupt.stop();
  }
}

/** Prints what there is to know about the data set called, or lying in, `place`. */
export async function checkData(place: string): Promise<number> {
  const dataset = await openPlace(place);
  const check = checkDataset(dataset);
  for (const line of checkLines(dataset, check)) console.log(line);
  return 0;
}

async function openPlace(place: string): Promise<ImageDataset> {
  if (Object.hasOwn(entries, place)) return await openDataset(place, { allowDownload: false });
  if (!existsSync(place)) throw unknownName(place, Object.keys(entries), "data set or folder");
  try {
    datasets.cifar10.find({ dataDir: place });
  } catch (cause) {
    throw new ConfigError(
      `data check: expected CIFAR-10's data_batch_1.bin to data_batch_5.bin and test_batch.bin in "${place}", ` +
        "got none of them. Name the folder that holds them.",
      { cause },
    );
  }
  return await openDataset("cifar10", { dataDir: place, allowDownload: false });
}

function checkLines({ title, classNames, provenance, checksum }: ImageDataset, check: DatasetCheck): string[] {
  const { train, test, leaks, imageShape, sizeBytes } = check;
  const longest = Math.max(...classNames.map((name) => name.length));
  const classLine = (name: string, id: number): string =>
    `  ${String(id).padStart(3)} ${name.padEnd(longest)} ${count(train.perClass[id]).padStart(9)} ${count(test.perClass[id]).padStart(9)}`;
  return [
    `${title}: ${provenance}`,
    `  images of ${imageShape.join("x")} (channels, height, width), ${bytes(sizeBytes)}; SHA-256 ${checksum.slice(0, 16)}…`,
    `  class${" ".repeat(longest)} training      test`,
    ...classNames.map(classLine),
    `  together${" ".repeat(Math.max(0, longest - 4))}${count(train.count).padStart(9)} ${count(test.count).padStart(9)}`,
    ...partLines("training", train, classNames),
    ...partLines("test", test, classNames),
    leaks.length === 0
      ? "  no test image is among the training images"
      : `  ${plural(leaks.length, "test image")} also among the training images, ` +
        `the first: test image ${leaks[0].testIndex} is training image ${leaks[0].trainIndex}`,
  ];
}

function partLines(part: string, { perClass, repeated }: PartCheck, classNames: readonly string[]): string[] {
  const empty = classNames.filter((_, id) => perClass[id] === 0);
  return [
    ...(empty.length === 0 ? [] : [`  no ${part} images of ${empty.join(", ")}`]),
    ...(repeated === 0 ? [] : [`  ${plural(repeated, `${part} image`)} repeated byte for byte`]),
  ];
}
