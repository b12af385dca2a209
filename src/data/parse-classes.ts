/** @file Reads a choice of classes as users write it: ids, names or both. */

import { ConfigError, unknownName } from "../core/index.ts";
import type { ImageDataset } from "./dataset.ts";

/** `"0,7"`, `"airplane,horse"`, or a list of ids and names. */
export type ClassChoice = string | number | readonly (string | number)[];

/**
 * The class ids that `choice` stands for, in the order written.
 *
 * Names match whatever their case. A name made of digits is read as a name
 * where the data set has it, else as an id. `where` is how the user knows the
 * setting, for example "target classes".
 *
 * @throws ConfigError for an empty choice, an unknown name, an id out of range or a class named twice.
 */
export function parseClasses(
  choice: ClassChoice,
  dataset: Pick<ImageDataset, "name" | "classNames">,
  where: string,
): readonly number[] {
  const words = typeof choice === "object" ? choice : String(choice).split(",");
  const entries = words
    .map((word) => (typeof word === "string" ? word.trim() : word))
    .filter((word, _index, all) => word !== "" || all.length > 1);
  if (entries.length === 0) {
    throw new ConfigError(`${where}: expected one or more classes of ${dataset.name}, got none.`);
  }
  const classIds = entries.map((entry) => classIdOf(entry, dataset, where));
  const repeated = classIds.find((classId, index) => classIds.indexOf(classId) !== index);
  if (repeated !== undefined) {
    throw new ConfigError(
      `${where}: expected every class once, got ${repeated} (${dataset.classNames[repeated]}) more than once.`,
    );
  }
  return classIds;
}

function classIdOf(
  entry: string | number,
  { name, classNames }: Pick<ImageDataset, "name" | "classNames">,
  where: string,
): number {
  const plain = (text: string): string => text.normalize("NFC").toLowerCase();
  const named = classNames.findIndex((className) => plain(className) === plain(String(entry)));
  if (typeof entry === "string" && named >= 0) return named;
  if (typeof entry === "string" && !/^[+-]?\d+(\.\d+)?$/.test(entry)) throw unknownName(entry, classNames, where);
  const classId = Number(entry);
  if (!Number.isInteger(classId) || classId < 0 || classId >= classNames.length) {
    throw new ConfigError(
      `${where}: expected a class id of ${name} from 0 to ${classNames.length - 1} or a class name, got ${entry}.`,
    );
  }
  return classId;
}
