/** @file Images in folders of parts, each with a list of its own, as the Hugging Face hub has them. */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { list } from "../../../core/index.ts";
import { type ImageList, partNamed } from "./image-list.ts";
import { listCsv } from "./list-csv.ts";
import { compareBytes } from "./scan-folder.ts";

/** In the order in which they are looked for. */
const NAMES = ["metadata.csv", "metadata.jsonl"];

/**
 * The images of `train/metadata.csv`, `test/metadata.jsonl` and so on in `root`; undefined where there is no such list.
 *
 * @throws DataError if one of them cannot be read or understood.
 */
export async function listMetadata(
  root: string,
  { signal }: { signal?: AbortSignal | undefined },
): Promise<ImageList | undefined> {
  const lists: (ImageList & { path: string })[] = [];
  for (const folder of (await readdir(root)).sort(compareBytes)) {
    const part = partNamed(folder);
    const name = part && (await nameIn(join(root, folder)));
    if (name === undefined) continue;
    const { images, ...rest } = await listCsv(join(root, folder, name), { signal });
    const parted = images.map((image) => ({ ...image, part, path: `${folder}/${image.path}` }));
    lists.push({ ...rest, images: parted, path: `${folder}/${name}` });
  }
  if (lists.length === 0) return undefined;
  return {
    images: lists.flatMap(({ images }) => images),
    classNames: [...new Set(lists.flatMap(({ classNames }) => classNames))].sort(compareBytes),
    outside: 0,
    notes: [
      `its labels are those of ${list(lists.map(({ path }) => JSON.stringify(path)))}`,
      ...new Set(lists.flatMap(({ notes }) => notes)),
    ],
  };
}

async function nameIn(folder: string): Promise<string | undefined> {
  for (const name of NAMES) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile() === true) return name;
  }
  return undefined;
}
