/** @file Classes out of arrays of labels: any whole numbers, one-hot rows or texts become class ids. */

import { DataError, formatShape, printable } from "../../core/index.ts";
import { type DataArray, integersOf, isText, numbersOf, stridesOf, stringsOf } from "./data-array.ts";

/** Labels have 16 bits. */
const MAX_CLASSES = 65_535;

/** Values of a row that a message shows. */
const SHOWN = 8;

/** One for each image: a whole number, or the name of a class. */
export type Labels = Float64Array | readonly string[];

/** The classes of a data set, and how its labels become their ids. */
export interface ArrayClasses {
  readonly classNames: readonly string[];
  readonly idOf: (label: number | string) => number;
}

/**
 * One label for each of `count` images.
 *
 * @throws DataError unless the array is [count] or [count, 1] whole numbers or texts, or one-hot rows.
 */
export function labelsOf(array: DataArray, { count, of }: { count: number; of: string }): Labels {
  const { where, shape } = array;
  const axes = [...shape.keys()].filter((axis) => axis === 0 || shape[axis] !== 1);
  const isOneHot = axes.length === 2 && !isText(array);
  if (axes.length !== 1 && !isOneHot) {
    throw new DataError(
      `${where}: expected one label for each image, as (N,) or (N,1), or one-hot rows, as (N,classes), ` +
        `got ${formatShape(shape)}. Reshape the array.`,
    );
  }
  if (shape[0] !== count) {
    throw new DataError(
      `${where}: expected ${count} labels, one for each image of ${of}, got ${shape[0]}. Save both anew.`,
    );
  }
  if (isOneHot) return columnsOfOnes(array, axes[1]);
  return isText(array) ? stringsOf(array).map(classNamed) : integersOf(array);
}

/**
 * The classes of all labels together. With names, a number is the index of its name; without, each number or text that
 * occurs is a class, in ascending order.
 *
 * @throws DataError for fewer than two classes, more than 65,535, names that are not different, or a label without a name.
 */
export function classesOf(labels: readonly Labels[], path: string, names?: DataArray): ArrayClasses {
  const found = new Set<number | string>();
  for (const part of labels) for (const label of part) found.add(label);
  const classes = names === undefined ? ownClasses([...found], path) : nameClasses(names, found);
  const { length } = classes.classNames;
  if (length < 2 || length > MAX_CLASSES) {
    throw new DataError(
      `${path}: expected 2 to ${MAX_CLASSES} classes, got ${length}. Save images of as many classes.`,
      { location: { path } },
    );
  }
  return classes;
}

/** Of every row the place of its only 1. */
function columnsOfOnes(array: DataArray, axis: number): Float64Array {
  const { where, shape, type } = array;
  const values = numbersOf(array);
  if (values === undefined) {
    throw new DataError(`${where}: expected one-hot labels, got ${type.name}. Save it with .astype(np.uint8).`);
  }
  const strides = stridesOf(array);
  const columns = [...Array(shape[axis]).keys()];
  return Float64Array.from({ length: shape[0] }, (_, row) => {
    const valueAt = (column: number): number => values[row * strides[0] + column * strides[axis]];
    const column = columns.findIndex((each) => valueAt(each) === 1);
    if (column >= 0 && columns.every((each) => each === column || valueAt(each) === 0)) return column;
    const shown = columns.slice(0, SHOWN).map(valueAt).join(", ");
    throw new DataError(
      `${where}: expected one-hot labels, a single 1 among zeros in every row, got row ${row} of ${shown}` +
        `${columns.length > SHOWN ? ", …" : ""}. Save one label for each image.`,
    );
  });
}

function ownClasses(found: readonly (number | string)[], path: string): ArrayClasses {
  const texts = found.filter((label) => typeof label === "string");
  if (texts.length > 0 && texts.length < found.length) {
    throw new DataError(
      `${path}: expected labels that are all numbers or all texts, got both. Save those of all parts alike.`,
      { location: { path } },
    );
  }
  if (texts.includes("")) {
    throw new DataError(`${path}: expected the name of a class for every image, got an empty one. Name each class.`, {
      location: { path },
    });
  }
  const ascending = texts.length > 0 ? texts.toSorted() : found.toSorted((a, b) => Number(a) - Number(b));
  return { classNames: ascending.map(String), idOf: idsOf(new Map(ascending.map((label, id) => [label, id]))) };
}

function nameClasses(array: DataArray, found: ReadonlySet<number | string>): ArrayClasses {
  const { where, shape } = array;
  if (shape.length !== 1) {
    throw new DataError(`${where}: expected a list of names, got the shape ${formatShape(shape)}. Reshape the array.`);
  }
  if (shape[0] > MAX_CLASSES) {
    throw new DataError(
      `${where}: expected at most ${MAX_CLASSES} names, got ${shape[0]}. Save images of fewer classes.`,
    );
  }
  const classNames = stringsOf(array).map(classNamed);
  const seen = new Set([""]);
  const repeated = classNames.find((name) => seen.size === seen.add(name).size);
  if (repeated !== undefined) {
    const got = repeated === "" ? "an empty one" : `${JSON.stringify(repeated)} twice`;
    throw new DataError(`${where}: expected different names, got ${got}. Give every class a name of its own.`);
  }
  const ids = new Map<number | string, number>(
    classNames.flatMap((name, id) => [[name, id] as const, [id, id] as const]),
  );
  const strange = [...found].find((label) => !ids.has(label));
  if (strange !== undefined) {
    throw new DataError(
      `${where}: expected a name for every label, got ${classNames.length} names and the label ${strange}. ` +
        "Number the labels from 0 in the order of the names, or leave the names out.",
    );
  }
  return { classNames, idOf: idsOf(ids) };
}

function idsOf(ids: ReadonlyMap<number | string, number>): ArrayClasses["idOf"] {
  return (label) => ids.get(label) ?? raise(new Error(`internal: label ${label} is new`));
}

/** A name as other data sets have theirs: of composed letters, without what nobody can see. */
function classNamed(name: string): string {
  return printable(name.normalize("NFC").trim());
}

function raise(error: Error): never {
  throw error;
}
