/** @file A data set out of arrays of images and labels. */

import { DataError, formatShape, list, printable, sameShape } from "../../core/index.ts";
import { type DatasetInMemory, type ImagesInMemory, allocateImages } from "../dataset.ts";
import { type DrawnSplit, drawTestPlaces } from "../drawn-split.ts";
import {
  BYTES,
  type PixelScale,
  type PixelScales,
  type ValueRange,
  areShades,
  joinRanges,
  noScaleText,
  rangeText,
  scaleOf,
  scaleText,
  usesScale,
} from "../pixel-scale.ts";
import { type ImageArray, copyImages, imagesOf, rangeOfImages } from "./array-images.ts";
import { type ArrayClasses, type Labels, classesOf, labelsOf } from "./array-labels.ts";
import type { ArrayPart, ArrayRoles } from "./array-names.ts";
import type { DataArray } from "./data-array.ts";

/** Others that are named one by one. */
const NAMED = 10;

const AS_THEY_ARE: ArrayScale = { scale: BYTES, note: [], pixelScales: {} };

/** What arrays say of their images. */
export type ArrayDataset = Omit<DatasetInMemory, "name" | "title" | "checksum"> &
  Partial<Record<"validation", ImagesInMemory>>;

/** The arrays of a data set, and how to read it. */
export interface ArraySource {
  readonly roles: ArrayRoles;
  /** The array of a name; each is asked for once. */
  readonly read: (name: string) => DataArray;
  readonly path: string;
  /** Divides a data set without test images. */
  readonly split: DrawnSplit;
  /** What they are, as provenance begins: `NumPy arrays of the user's`. */
  readonly what: string;
}

/** The images and labels of one part, or of all. */
interface Labelled {
  /** Of the array of images. */
  readonly name: string;
  readonly images: ImageArray;
  readonly labels: Labels;
}

/** What was decided of the pixels. */
interface ArrayScale {
  readonly scale: PixelScale;
  readonly note: readonly string[];
  /** For images of the same type that come in files of their own; none where that is bytes. */
  readonly pixelScales: PixelScales;
}

/** Images of a part that is to be. */
interface Chosen {
  readonly from: Labelled;
  readonly indices: readonly number[];
}

/**
 * The images of all parts as bytes, by one scale for all of them.
 *
 * Validation images serve as test images where there are none; without either, a share of each class is drawn.
 *
 * @throws DataError if an array is damaged or of another kind, or they do not go together.
 */
export function datasetOfArrays(source: ArraySource): ArrayDataset {
  const { roles, read, path, what } = source;
  const named = (part: ArrayPart): Labelled | undefined => {
    const names = roles.parts[part];
    return names && labelled(read(names.images), read(names.labels), names.images);
  };
  const train = named("train") ?? named("all");
  if (train === undefined) throw new Error("internal: arrays without training images");
  const [validation, test] = [named("validation"), named("test")];
  const all = [train, validation, test].filter((part) => part !== undefined);
  const { imageShape } = requireOneShape(all);
  const names = roles.classNames === undefined ? undefined : read(roles.classNames);
  const classes = classesOf(
    all.map(({ labels }) => labels),
    path,
    names,
  );
  const { scale, note, pixelScales } = scaleForAll(all, path);
  const { phrase, ...parts } = divide({ train, validation, test }, classes, source);
  const part = (chosen: Chosen): ImagesInMemory => partOf(chosen, scale, classes);
  const notes = [...note, ...new Set(all.flatMap(({ images }) => images.notes)), ...othersNote(roles)];
  return {
    classNames: classes.classNames,
    imageShape,
    train: part(parts.train),
    test: part(parts.test),
    ...(parts.validation === undefined ? {} : { validation: part(parts.validation) }),
    provenance: `${what}, ${phrase}`,
    ...(notes.length === 0 ? {} : { notes }),
    ...(note.length === 0 ? {} : { pixelScales }),
  };
}

function labelled(x: DataArray, y: DataArray, of: string): Labelled {
  const images = imagesOf(x);
  return { name: of, images, labels: labelsOf(y, { count: images.count, of }) };
}

/** @throws DataError if a part has images of another shape than the training images. */
function requireOneShape([train, ...others]: readonly Labelled[]): ImageArray {
  const { imageShape } = train.images;
  for (const { images } of others) {
    if (sameShape(imageShape, images.imageShape)) continue;
    throw new DataError(
      `${images.where}: expected images of ${formatShape(imageShape)} as in ${train.name}, ` +
        `got ${formatShape(images.imageShape)}. Save images of one size.`,
    );
  }
  return train.images;
}

/** @throws DataError if nobody can say what is black and what is white, or there are pixels that are no numbers. */
function scaleForAll(all: readonly Labelled[], path: string): ArrayScale {
  const arrays = all.map(({ images }) => images);
  const areBytes = arrays.every(({ typeName }) => typeName === "uint8");
  if (areBytes && arrays.some(({ values }) => areShades(values))) return AS_THEY_ARE;
  const ranges = arrays.map(rangeOfImages);
  const range = ranges.reduce(joinRanges);
  const scale = scaleOf(range);
  const typeName = [...new Set(arrays.map((images) => images.typeName))].join(" and ");
  if (scale === undefined) {
    const names = list(all.map(({ name }) => name));
    throw new DataError(`${path}: ${names}: ${noScaleText(typeName, range)}`, { location: { path } });
  }
  requireOneRange(all, { path, ranges, scale });
  if (areBytes && scale.high === BYTES.high) return AS_THEY_ARE;
  const pixelScales = Object.fromEntries(arrays.map((images) => [images.typeName, scale]));
  return { scale, note: [scaleText(typeName, range, scale)], pixelScales };
}

/** @throws DataError if a part was divided, say by 255, and another was not: it would come out black. */
function requireOneRange(
  all: readonly Labelled[],
  { path, ranges, scale }: { path: string; ranges: readonly ValueRange[]; scale: PixelScale },
): void {
  const areAlike = all.every(({ images }) => images.typeName === all[0].images.typeName);
  if (areAlike && scale.isWhole) return;
  const odd = ranges.findIndex((range) => !usesScale(range, scale));
  const other = ranges.findIndex((range) => usesScale(range, scale));
  if (odd < 0 || other < 0) return;
  const textOf = (index: number): string => rangeText(all[index].images.typeName, ranges[index]);
  throw new DataError(
    `${path}: ${all[odd].name}: expected pixels of the same range as in ${all[other].name}, ${textOf(other)}, ` +
      `got ${textOf(odd)}. Scale all parts alike.`,
    { location: { path } },
  );
}

function divide(
  { train, validation, test }: { train: Labelled; validation: Labelled | undefined; test: Labelled | undefined },
  { classNames, idOf }: ArrayClasses,
  { split }: ArraySource,
): { train: Chosen; test: Chosen; validation?: Chosen; phrase: string } {
  const whole = (from: Labelled): Chosen => ({ from, indices: [...Array(from.images.count).keys()] });
  if (test !== undefined && validation !== undefined) {
    const parts = { train: whole(train), test: whole(test), validation: whole(validation) };
    return { ...parts, phrase: "training, validation and test images as given" };
  }
  const held = test ?? validation;
  if (held !== undefined) {
    const phrase = held === test ? "training and test images as given" : "its validation images serve as test images";
    return { train: whole(train), test: whole(held), phrase };
  }
  const { labels } = train;
  const ofClass = Map.groupBy(labels.keys(), (index) => idOf(labels[index]));
  const isTest = new Uint8Array(labels.length);
  for (const [id, indices] of ofClass) {
    for (const place of drawTestPlaces(classNames[id], indices.length, split)) isTest[indices[place]] = 1;
  }
  const drawn = (value: number): Chosen => ({
    from: train,
    indices: [...isTest.keys()].filter((index) => isTest[index] === value),
  });
  const phrase = `${split.testShare} of each class drawn as test images with seed ${split.seed}`;
  return { train: drawn(0), test: drawn(1), phrase };
}

function partOf({ from, indices }: Chosen, scale: PixelScale, { idOf }: ArrayClasses): ImagesInMemory {
  const part = allocateImages(indices.length, from.images.imageShape);
  copyImages(from.images, { indices, scale, into: part.pixels });
  indices.forEach((index, at) => (part.labels[at] = idOf(from.labels[index])));
  return part;
}

function othersNote({ others }: ArrayRoles): string[] {
  if (others.length === 0) return [];
  const shown = others.slice(0, NAMED).map((name) => printable(name));
  const more = others.length - shown.length;
  return [`passed over ${list(more === 0 ? shown : [...shown, `${more} more`])}`];
}
