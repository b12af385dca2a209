/** @file Class folders, or training, validation and test folders with class folders in them, as a list of images. */

import { list } from "../../../core/index.ts";
import { type Folder, foldersIn, imagesBelow, treeOf, unwrap } from "./folder-tree.ts";
import { type ImageList, type ListedImage, type ListedPart, classNamed, partNamed } from "./image-list.ts";
import { type FolderScan, type FoundFile, type PassedOver, compareBytes } from "./scan-folder.ts";

/** Folders that are named one by one. */
const NAMED = 5;

/** Names of folders whose images have no class. */
const NO_CLASS =
  /^(?:__macosx|node_modules|un[\W_]?labell?ed.*|annotations?|bounding[\W_]?boxes|(?:seg_)?pred(?:ict(?:ions?)?)?|lost\+found|\$recycle\.bin|system volume information)$/i;

/** Names of folders that only divide the images of a class. */
const DIVISION = /^(?:batch|part|chunk|shard|folder|dir|group|session|series|set|subset|page|vol(?:ume)?)[\W_]*\d+$/i;

/** A folder of images of one class. */
interface ClassFolder {
  readonly folder: Folder;
  readonly className: string;
  readonly part: ListedPart | undefined;
}

/** What folders say, as far as one way of reading them goes. */
interface Reading {
  readonly classes: readonly ClassFolder[];
  readonly passedOver?: readonly PassedOver[];
  readonly note?: string;
}

/** A folder that may be a part, and what lies in it, unwrapped. */
interface Part {
  readonly folder: Folder;
  readonly inside: Folder;
  readonly part: ListedPart | undefined;
}

/** Why a folder of this name is no class, as a phrase. */
export function refuseAsClass(name: string): string | undefined {
  return NO_CLASS.test(name) ? "no class by its name" : undefined;
}

/**
 * What the folders of `images` say: `class/…`, `train|val|test/class/…` by any usual name, or `class/train|test/…`.
 *
 * At whatever depth an image lies below a class folder, its class is that folder. Folders without images are no classes.
 */
export function listClassFolders(
  images: readonly FoundFile[],
  { folders, passedOver }: Pick<FolderScan, "folders" | "passedOver">,
): ImageList {
  const top = unwrap(treeOf(images));
  const parts = foldersIn(top).map((folder): Part => ({
    folder,
    inside: unwrap(folder),
    part: partNamed(folder.name),
  }));
  const reading = readParts(parts) ?? readPartsOfClasses(parts) ?? readAlike(parts) ?? { classes: plainClasses(parts) };
  const listed = reading.classes.flatMap(({ folder, className, part }) =>
    imagesBelow(folder).map((file): ListedImage => ({ ...file, className, part })),
  );
  const left = [
    ...passedOver,
    ...(reading.passedOver ?? []),
    ...withoutImages(folders, [top, ...parts.map(({ inside }) => inside)]),
  ];
  return {
    images: listed.sort((a, b) => (a.path < b.path ? -1 : 1)),
    classNames: [...new Set(listed.map(({ className }) => className))].sort(compareBytes),
    outside: images.length - listed.length,
    notes: [
      ...(top.path === "" ? [] : [`the classes are the folders in ${JSON.stringify(top.path)}`]),
      ...(reading.note === undefined ? [] : [reading.note]),
      ...passedOverNote(left),
    ],
  };
}

/** Training and other parts by their names, or by holding the same classes as the part that is named. */
function readParts(all: readonly Part[]): Reading | undefined {
  const named = all.some(({ part }) => part === "train") ? all : withTraining(all);
  const training = named.filter(({ part, inside }) => part === "train" && inside.folders.size > 0);
  const isAlike = (own: Part): boolean => training.some((one) => namesIn(one) === namesIn(own));
  const hasTest = named.some(({ part, inside }) => part === "test" && inside.folders.size > 0);
  const parts = named.map((own): Part => {
    return own.part === undefined && !hasTest && isAlike(own) ? { ...own, part: "test" } : own;
  });
  if (training.length === 0 || !parts.some(({ part }) => part === "validation" || part === "test")) return undefined;
  const known = new Map<string, string>();
  for (const name of training.flatMap(({ inside }) => foldersIn(inside).map((folder) => classNamed(folder.name)))) {
    known.set(name, name);
    if (!known.has(name.toLowerCase())) known.set(name.toLowerCase(), name);
  }
  const classes: ClassFolder[] = [];
  const passedOver: PassedOver[] = [];
  for (const { folder, inside, part } of parts) {
    const own = part === undefined ? [] : foldersIn(inside).map((one) => ({ ...classOf(one), part }));
    const labelled = own.flatMap(({ className, ...rest }) => {
      const name = known.get(className) ?? known.get(className.toLowerCase());
      return name === undefined ? [] : [{ ...rest, className: name }];
    });
    classes.push(...labelled);
    if (part === undefined) passedOver.push({ path: folder.path, why: "neither training, validation nor test" });
    else if (labelled.length === 0) passedOver.push({ path: folder.path, why: "without labels" });
    else {
      const unknown = own.filter(({ folder: one }) => !labelled.some((other) => other.folder === one));
      passedOver.push(...unknown.map((one) => ({ path: one.folder.path, why: "no class of the training images" })));
    }
  }
  return { classes, passedOver };
}

/** Beside a test or validation part, the only other folder with the same classes is the training part. */
function withTraining(all: readonly Part[]): readonly Part[] {
  const named = all.filter(({ part }) => part !== undefined).map(namesIn);
  const alike = all.filter(
    (own) => own.part === undefined && own.inside.folders.size > 1 && named.includes(namesIn(own)),
  );
  return alike.length === 1 ? all.map((own) => (own === alike[0] ? { ...own, part: "train" as const } : own)) : all;
}

/** `class/train/…` and `class/test/…`. */
function readPartsOfClasses(all: readonly Part[]): Reading | undefined {
  const inside = all.map(({ folder }) =>
    foldersIn(folder).map((own) => ({ folder: own, className: classNamed(folder.name), part: partNamed(own.name) })),
  );
  const isDivided = inside.every(
    (own) => own.length > 1 && own.every(({ part }) => part !== undefined) && own.some(({ part }) => part === "train"),
  );
  return all.length > 1 && isDivided ? { classes: inside.flat() } : undefined;
}

/** Folders that all hold the same several folders, and nothing else: the classes are these, unless they only divide. */
function readAlike(all: readonly Part[]): Reading | undefined {
  const [first, ...others] = all;
  if (first === undefined || others.length === 0 || first.inside.folders.size < 2) return undefined;
  const isAlike = all.every(
    (own) => own.folder.own.length === 0 && own.inside.own.length === 0 && namesIn(own) === namesIn(first),
  );
  if (!isAlike || foldersIn(first.inside).every(({ name }) => DIVISION.test(name))) return undefined;
  const names = list(all.map(({ folder }) => JSON.stringify(folder.name)));
  const note = `${names} hold the same folders, so these are the classes`;
  return { classes: all.flatMap(({ inside }) => foldersIn(inside).map(classOf)), note };
}

/** A class in each folder; training and test images without class folders have none. */
function plainClasses(all: readonly Part[]): ClassFolder[] {
  return all.every(({ part }) => part !== undefined) ? [] : all.map(({ folder }) => classOf(folder));
}

function namesIn({ inside }: Part): string {
  return JSON.stringify(foldersIn(inside).map(({ name }) => classNamed(name)));
}

function classOf(folder: Folder): ClassFolder {
  return { folder, className: classNamed(folder.name), part: undefined };
}

/** Folders where a class could be, without an image in them. */
function withoutImages(folders: readonly string[], places: readonly Folder[]): PassedOver[] {
  const byPath = new Map(places.map((folder) => [folder.path, folder]));
  return folders.flatMap((path) => {
    const cut = path.lastIndexOf("/");
    const above = byPath.get(path.slice(0, Math.max(0, cut)));
    return above === undefined || above.folders.has(path.slice(cut + 1)) ? [] : [{ path, why: "no images" }];
  });
}

function passedOverNote(left: readonly PassedOver[]): string[] {
  if (left.length === 0) return [];
  const named = left.slice(0, NAMED).map(({ path, why }) => `${JSON.stringify(path)} (${why})`);
  const more = left.length - named.length;
  return [`passed over ${list(more === 0 ? named : [...named, `${more} more`])}`];
}
