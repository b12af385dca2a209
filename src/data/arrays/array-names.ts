/** @file Which array is what, by its name: images or labels, of which part. */

/** A part that arrays can be of; `all` is a data set without parts. */
export type ArrayPart = "train" | "validation" | "test" | "all";

type Role = "images" | "labels";

/** Arrays by what they are. */
export interface ArrayRoles {
  /** Each part has both arrays. */
  readonly parts: Readonly<Partial<Record<ArrayPart, Readonly<Record<Role, string>>>>>;
  readonly classNames: string | undefined;
  /** Those that are none of these. */
  readonly others: readonly string[];
}

/** A name that says what an array is. */
interface NamedArray {
  readonly name: string;
  readonly role: Role;
  readonly part: ArrayPart;
  /** Words that tell the arrays of one data set from those of another in the same file. */
  readonly prefix: string;
  /** How well it says its role; the least is the best. */
  readonly rank: number;
}

/** By which words; of two names for one array the earlier word's is taken. */
const roleWords: Readonly<Record<Role, readonly string[]>> = {
  labels: "labels label lbls lbl targets target y".split(" "),
  images: "images image imgs img pictures photos pixels x inputs input data features".split(" "),
};

const partWords: Readonly<Record<Exclude<ArrayPart, "all">, readonly string[]>> = {
  train: "train training trn tr".split(" "),
  validation: "validation val valid dev development eval evaluation".split(" "),
  test: "test testing tst te t10k holdout".split(" "),
};

/** What names of class names are. */
const CLASS_NAMES = /^(?:(?:class|label|target|category)_?names?|classes|categories)$/i;

/** What says how a file holds an array, as in `train-images-idx3-ubyte`. */
const FORM = /^(?:idx\d?|ubyte|byte|short|int|float|double)$/;

/**
 * What the arrays of these names are; undefined if none are training images with labels.
 *
 * `x_train`, `X_train`, `train_images`, `trainX`, `xtrain` and `train-images-idx3-ubyte` say the same, and `images`,
 * `x` or `data` without a part are all images there are. Names may have further words: those with none come first, and
 * of two data sets in one file neither is taken.
 */
export function rolesOf(names: readonly string[]): ArrayRoles | undefined {
  const named = names.flatMap((name) => describe(name) ?? []);
  const sets = [...Map.groupBy(named, ({ prefix }) => prefix)]
    .map(([prefix, arrays]) => ({ prefix, parts: partsOf(arrays) }))
    .filter(({ parts }) => parts.train !== undefined || parts.all !== undefined);
  const [chosen, second] = sets.sort((a, b) => a.prefix.length - b.prefix.length);
  if (chosen === undefined || (second !== undefined && chosen.prefix !== "")) return undefined;
  const classNames = names.find((name) => CLASS_NAMES.test(name));
  const { all, ...divided } = chosen.parts;
  const parts = divided.train !== undefined || all === undefined ? divided : withoutTrain(divided, all);
  const used = new Set([classNames, ...Object.values(parts).flatMap(({ images, labels }) => [images, labels])]);
  return { parts, classNames, others: names.filter((name) => !used.has(name)) };
}

/** `x` beside `x_test` is what trains. */
function withoutTrain(divided: ArrayRoles["parts"], all: Readonly<Record<Role, string>>): ArrayRoles["parts"] {
  return Object.keys(divided).length === 0 ? { all } : { ...divided, train: all };
}

function partsOf(arrays: readonly NamedArray[]): ArrayRoles["parts"] {
  const parts: Partial<Record<ArrayPart, Record<Role, string>>> = {};
  for (const [part, own] of Map.groupBy(arrays, (array) => array.part)) {
    const best = (role: Role): string | undefined =>
      own.filter((array) => array.role === role).sort((a, b) => a.rank - b.rank)[0]?.name;
    const [images, labels] = [best("images"), best("labels")];
    if (images !== undefined && labels !== undefined) parts[part] = { images, labels };
  }
  return parts;
}

function describe(name: string): NamedArray | undefined {
  if (CLASS_NAMES.test(name)) return undefined;
  const words = wordsOf(name).filter((word) => !FORM.test(word));
  const role = (["labels", "images"] as const).find((each) => words.some((word) => roleWords[each].includes(word)));
  if (role === undefined) return undefined;
  const partOf = (word: string): ArrayPart | undefined =>
    (["train", "validation", "test"] as const).find((part) => partWords[part].includes(word));
  const part = words.map(partOf).find((each) => each !== undefined) ?? "all";
  const isKnown = (word: string): boolean =>
    partOf(word) !== undefined || roleWords.images.includes(word) || roleWords.labels.includes(word);
  const prefix = words.filter((word) => !isKnown(word)).join(" ");
  const rank = Math.min(...words.map((word) => roleWords[role].indexOf(word)).filter((place) => place >= 0));
  return { name, role, part, prefix, rank };
}

/** `arr_0` and `arr_1` are what np.savez(path, x, y) calls its arrays. */
function wordsOf(name: string): readonly string[] {
  if (name === "arr_0") return ["x"];
  if (name === "arr_1") return ["y"];
  return (
    name
      .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, " ")
      .replace(/^([xy])(?=(?:train|test|val|valid|validation)$)/i, "$1 ")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
