/** @file Class folders, or train and test folders with class folders in them, as a list of images. */

import type { ImageList, ListedImage, ListedPart } from "./image-list.ts";
import { partNamed } from "./image-list.ts";
import { type FolderScan, type FoundFile, compareBytes } from "./scan-folder.ts";

/** Where a file lies: its class folder, and the part that this is in. */
type Place = { readonly className: string; readonly part: ListedPart | undefined };

/**
 * What the folders of a scan say: `class/…`, or `train|val|valid|validation|test/class/…`.
 *
 * It is the second if there is a training folder and every folder is named as a
 * part is. At whatever depth an image lies, its class is the class folder.
 */
export function listClassFolders({ files, folders, passedOver }: FolderScan): ImageList {
  const hasParts = folders.some((name) => partNamed(name) === "train") && folders.every((name) => partNamed(name));
  const images = files.flatMap((file): ListedImage[] => {
    const place = hasParts ? placeInPart(file) : placeOf(file);
    return place === undefined ? [] : [{ ...file, ...place }];
  });
  const named = hasParts ? images.map(({ className }) => className) : folders;
  return {
    images,
    classNames: [...new Set(named)].sort(compareBytes),
    outside: files.length - images.length,
    passedOver,
  };
}

function placeOf({ path }: FoundFile): Place | undefined {
  const [className, ...rest] = path.split("/");
  return rest.length === 0 ? undefined : { className, part: undefined };
}

function placeInPart({ path }: FoundFile): Place | undefined {
  const [folder, className, ...rest] = path.split("/");
  return rest.length === 0 ? undefined : { className, part: partNamed(folder) };
}
