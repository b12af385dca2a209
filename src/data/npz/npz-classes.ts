/** @file Classes out of the labels of a NumPy file: any integers become class ids, names come from the file or the integers. */

import { DataError, formatShape } from "../../core/index.ts";
import { type NpyArray, integersOf, stringsOf } from "./npy.ts";

/** Labels have 16 bits. */
const MAX_CLASSES = 65_535;

/** The classes of a data set, and how its labels become their ids. */
export interface NpzClasses {
  readonly classNames: readonly string[];
  readonly idOf: (label: number) => number;
}

/**
 * One integer for each of `count` images.
 *
 * @throws DataError unless the array is [count] or [count, 1] integers.
 */
export function labelsOf(array: NpyArray, { count, of }: { count: number; of: string }): Float64Array {
  const { where, shape } = array;
  const isColumn = shape.length === 2 && shape[1] === 1;
  if (shape.length !== 1 && !isColumn) {
    throw new DataError(
      `${where}: expected one label for each image, as (N,) or (N,1), got ${formatShape(shape)}. ` +
        "Reshape the array; of one-hot labels save np.argmax(labels, axis=1).",
    );
  }
  if (shape[0] !== count) {
    throw new DataError(
      `${where}: expected ${count} labels, one for each image of ${of}, got ${shape[0]}. Save both anew.`,
    );
  }
  return integersOf(array);
}

/**
 * The classes of all labels together. With names, a label is the index of its
 * name; without, each integer that occurs is a class, in ascending order.
 *
 * @throws DataError for fewer than two classes, more than 65,535, names that are not different, or a label without a name.
 */
export function classesOf(labels: readonly Float64Array[], path: string, names?: NpyArray): NpzClasses {
  const integers = new Set<number>();
  for (const part of labels) for (const label of part) integers.add(label);
  const classes = names === undefined ? numberClasses([...integers]) : nameClasses(names, integers);
  const { length } = classes.classNames;
  if (length < 2 || length > MAX_CLASSES) {
    throw new DataError(
      `${path}: expected 2 to ${MAX_CLASSES} classes, got ${length}. Save images of as many classes.`,
      { location: { path } },
    );
  }
  return classes;
}

function numberClasses(integers: readonly number[]): NpzClasses {
  const ascending = integers.toSorted((a, b) => a - b);
  const ids = new Map(ascending.map((label, id) => [label, id]));
  return {
    classNames: ascending.map(String),
    idOf: (label) => ids.get(label) ?? raise(new Error(`internal: label ${label} is new`)),
  };
}

function nameClasses(array: NpyArray, integers: ReadonlySet<number>): NpzClasses {
  const { where, shape } = array;
  if (shape.length !== 1) {
    throw new DataError(`${where}: expected a list of names, got the shape ${formatShape(shape)}. Reshape the array.`);
  }
  if (shape[0] > MAX_CLASSES) {
    throw new DataError(
      `${where}: expected at most ${MAX_CLASSES} names, got ${shape[0]}. Save images of fewer classes.`,
    );
  }
  const classNames = stringsOf(array).map((name) => name.trim());
  const seen = new Set([""]);
  const repeated = classNames.find((name) => seen.size === seen.add(name).size);
  if (repeated !== undefined) {
    const got = repeated === "" ? "an empty one" : `${JSON.stringify(repeated)} twice`;
    throw new DataError(`${where}: expected different names, got ${got}. Give every class a name of its own.`);
  }
  const strange = [...integers].find((label) => label < 0 || label >= classNames.length);
  if (strange !== undefined) {
    throw new DataError(
      `${where}: expected a name for every label, got ${classNames.length} names and the label ${strange}. ` +
        "Number the labels from 0 in the order of the names, or leave the names out.",
    );
  }
  return { classNames, idOf: (label) => label };
}

function raise(error: Error): never {
  throw error;
}
