/** @file The images that a CSV file names, or one of JSON lines, and where they are. */

import { realpath, stat } from "node:fs/promises";
import { dirname, posix } from "node:path";
import { DataError, plural } from "../../../core/index.ts";
import { requireFile } from "../../../files/index.ts";
import { type ImageFinder, createImageFinder, isThere, pathInside } from "./csv/image-finder.ts";
import { jsonRecordsOf } from "./csv/read-json-lines.ts";
import { type CsvRow, readImageCsv, severalLabels, wrong } from "./csv/read-image-csv.ts";
import { delimiterOf, encodingOf, recordsOf, textOf } from "./csv/read-text.ts";
import { type ImageList, type ListedImage, partNamed } from "./image-list.ts";
import { type FoundFile, compareBytes, statFiles } from "./scan-folder.ts";

/** A list, and the real path of the folder that its paths begin in. */
type CsvList = ImageList & { readonly root: string };

/**
 * The images of a CSV file, or lines of JSON, of paths, labels and perhaps parts, its columns in any order, see
 * `readImageCsv`.
 *
 * Names are paths from its folder on, or of files anywhere in that folder, with or without their ending.
 *
 * @throws DataError if it cannot be read or understood, or names images outside of its folder.
 */
export async function listCsv(csvPath: string, { signal }: { signal?: AbortSignal | undefined }): Promise<CsvList> {
  requireFile(await stat(csvPath), csvPath, "a CSV file");
  const root = await realpath(dirname(csvPath));
  const place = { root, csvPath };
  let made: Promise<ImageFinder> | undefined;
  const finder = (): Promise<ImageFinder> => (made ??= createImageFinder(place, { signal }));
  try {
    const encoding = await encodingOf(csvPath);
    const text = textOf(csvPath, encoding);
    const records = csvPath.toLowerCase().endsWith(".jsonl")
      ? jsonRecordsOf(text, csvPath)
      : recordsOf(text, { csvPath, delimiter: await delimiterOf(csvPath, encoding) });
    const rows = await readImageCsv(records, {
      csvPath,
      likenessFor: async (sample) => {
        if (sample.some(({ cells }) => cells.some((cell) => isThere(cell, place)))) {
          return (written) => Number(isThere(written, place));
        }
        const { find } = await finder();
        return (written) => Number(find(written) !== undefined);
      },
    });
    const found = await findRows(rows, place, { finder, signal });
    const { images, repeated } = withoutRepeats(rows, found, csvPath);
    const parted = byFolders(images);
    return {
      root,
      images: parted ?? images,
      classNames: [...new Set(rows.map(({ label }) => label))].sort(compareBytes),
      outside: 0,
      notes: [
        ...(encoding === "windows-1252" ? ["its letters were read as Windows-1252, since they are no UTF-8"] : []),
        ...(parted === undefined ? [] : ["training and other images are those of its folders"]),
        ...(repeated === 0 ? [] : [`${plural(repeated, "line")} that repeats an image passed over`]),
      ],
    };
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new DataError(`${csvPath}: expected a CSV file that can be read, got ${cause.message}. Correct the file.`, {
      location: { path: csvPath },
      cause,
    });
  }
}

/** The file of each row; a size of -1 where there is none. */
async function findRows(
  rows: readonly CsvRow[],
  place: { root: string; csvPath: string },
  { finder, signal }: { finder: () => Promise<ImageFinder>; signal: AbortSignal | undefined },
): Promise<readonly FoundFile[]> {
  const paths = rows.map(({ written }) => pathInside(written, place));
  const files = [
    ...(await statFiles(
      place.root,
      paths.map((path) => path ?? ""),
      { signal },
    )),
  ];
  for (const [at, file] of files.entries()) {
    if (file.sizeBytes >= 0 && paths[at] !== undefined) continue;
    const { find } = await finder();
    const { written, line } = rows[at];
    const found = find(written);
    if (found === undefined && paths[at] === undefined) {
      throw wrong(place.csvPath, line, {
        expected: "the path of an image in the folder of the CSV file",
        got: JSON.stringify(written),
        fix: "Write paths from that folder on, and put the images into it.",
      });
    }
    if (found !== undefined) files[at] = found;
  }
  return files;
}

/** The images with the parts that their folders are called, where all lie in such and the file says none; else undefined. */
function byFolders(images: readonly ListedImage[]): readonly ListedImage[] | undefined {
  if (images.some(({ part }) => part !== undefined)) return undefined;
  const folders = new Set(images.map(({ path }) => posix.dirname(path)));
  const partOf = new Map(Array.from(folders, (folder) => [folder, folder.split("/").map(partNamed).find(Boolean)]));
  const parts = new Set(partOf.values());
  if (parts.has(undefined) || parts.size < 2) return undefined;
  return images.map((image) => ({ ...image, part: partOf.get(posix.dirname(image.path)) }));
}

/** Each image once. */
function withoutRepeats(
  rows: readonly CsvRow[],
  files: readonly FoundFile[],
  csvPath: string,
): { images: ImageList["images"]; repeated: number } {
  const rowOf = new Map<string, CsvRow>();
  const images = files.flatMap((file, at) => {
    const row = rows[at];
    const earlier = rowOf.get(file.path);
    if (earlier === undefined) {
      rowOf.set(file.path, row);
      return [{ ...file, className: row.label, part: row.part }];
    }
    if (earlier.label !== row.label) throw severalLabels(csvPath, row.line, [earlier.label, row.label]);
    if (earlier.part === row.part) return [];
    throw wrong(csvPath, row.line, {
      expected: "every image in one part",
      got: `${JSON.stringify(row.written)}, which is on line ${earlier.line} in another`,
      fix: "Remove one of the two lines.",
    });
  });
  return { images, repeated: rows.length - images.length };
}
