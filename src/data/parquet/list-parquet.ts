/** @file The images and labels of Parquet files, as Hugging Face's datasets, pandas and others write them. */

import { DataError } from "../../core/index.ts";
import type { FoundImages } from "../image-folder/list/list-images.ts";
import type { LooseImage } from "../image-folder/loose-images.ts";
import { type Shard, findShards } from "../shards/find-shards.ts";
import { type Label, type Sample, type SampleReader, listSamples, looseImages } from "../shards/list-samples.ts";
import { parquetFiles } from "../shards/shard-kinds.ts";
import { inTurn } from "../shards/in-turn.ts";
import { chunksOf, readColumn } from "./column-pages.ts";
import { type ParquetColumns, findColumns } from "./columns.ts";
import { ImagePages } from "./image-pages.ts";
import { type ParquetFile, damaged, openParquet } from "./parquet-file.ts";

/** A file, its columns and the labels of its rows. */
interface Table {
  readonly shard: Shard;
  readonly columns: ParquetColumns;
  readonly labels: readonly (Label | undefined)[];
}

/**
 * The images of the Parquet file, or of all in the folder, at `path`, see `findShards` and `findColumns`.
 *
 * An image is called by its file and row, from 0: `train-00000-of-00001.parquet:0017`.
 *
 * @throws ConfigError or DataError if the files are not there, are damaged, or say nothing of images and labels.
 */
export async function listParquet(
  path: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<FoundImages> {
  const { root, shards, ...found } = await findShards(path, parquetFiles, { signal });
  const tables: Table[] = [];
  for (const shard of shards) {
    signal?.throwIfAborted();
    tables.push(await readTable(root, shard));
  }
  const names = commonNames(tables, path);
  const list = listSamples(tables.flatMap(samplesOf), {
    path,
    unit: "row",
    names,
    fix: 'Add a column "label" of whole numbers or words.',
  });
  return {
    ...list,
    ...found,
    root,
    kind: "images in Parquet files",
    notes: [...columnNotes(tables, names), ...found.notes, ...list.notes],
    ...reader(root, tables),
  };
}

/**
 * The images of the Parquet file, or of all in the folder, at `path`, whatever their labels.
 *
 * @throws ConfigError or DataError if the files are not there, are damaged, or say nothing of images.
 */
export async function findParquetImages(
  path: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<readonly LooseImage[]> {
  const { root, shards } = await findShards(path, parquetFiles, { signal });
  const tables: Table[] = [];
  for (const shard of shards) {
    signal?.throwIfAborted();
    tables.push(await readTable(root, shard, { labels: false }));
  }
  return looseImages(path, tables.flatMap(samplesOf), reader(root, tables));
}

async function readTable(root: string, shard: Shard, options: { labels?: boolean } = {}): Promise<Table> {
  const file = await openParquet(root, shard);
  try {
    const columns = findColumns(file.path, file.metadata, options);
    // so that one that counts its rows wrongly is refused now
    chunksOf(file, columns.image);
    const values =
      columns.label === undefined
        ? Array.from({ length: Number(file.metadata.num_rows) }, () => null)
        : await readColumn(file, columns.label);
    return { shard, columns, labels: values.map((value, row) => labelOf(value, { path: file.path, row })) };
  } catch (cause) {
    throw damaged(file.path, cause);
  } finally {
    await file.close();
  }
}

function labelOf(value: unknown, { path, row }: { path: string; row: number }): Label | undefined {
  if (value === null || value === undefined || value === "" || Number.isNaN(value)) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw new DataError(
    `${path}: expected whole numbers or words as labels, got ${String(value)} in row ${row}. Write classes and not measurements.`,
    { location: { path } },
  );
}

/** @throws DataError if files call the classes differently. */
function commonNames(tables: readonly Table[], path: string): readonly string[] | undefined {
  const [first, ...others] = tables.filter(({ columns: { classNames } }) => classNames !== undefined);
  const text = JSON.stringify(first?.columns.classNames);
  const other = others.find(({ columns: { classNames } }) => JSON.stringify(classNames) !== text);
  if (other === undefined) return first?.columns.classNames;
  throw new DataError(
    `${path}: expected the same names of classes in all files, got others in "${first.shard.path}" than in "${other.shard.path}". ` +
      "Write both anew with one list of names.",
    { location: { path } },
  );
}

function samplesOf({ shard: { part, ...file }, labels }: Table): Sample[] {
  const digits = String(Math.max(0, labels.length - 1)).length;
  return labels.map((label, row) => ({
    file: { ...file, path: `${file.path}:${String(row).padStart(digits, "0")}` },
    label,
    part,
  }));
}

function columnNotes(tables: readonly Table[], names: readonly string[] | undefined): string[] {
  const phrases = tables.map(({ columns: { image, label } }) =>
    label === undefined ? undefined : `images from the column "${image[0]}", labels from "${label}"`,
  );
  const called = names === undefined ? "" : ", their names from the files' metadata";
  return [...new Set(phrases)].flatMap((phrase) => (phrase === undefined ? [] : [`${phrase}${called}`]));
}

/** One file is open at a time, and of that one page is in memory. */
function reader(root: string, tables: readonly Table[]): SampleReader {
  const byPath = new Map(tables.map((table) => [table.shard.path, table]));
  const turn = inTurn();
  let open: { path: string; file: ParquetFile; pages: ImagePages } | undefined;
  const close = async (): Promise<void> => {
    const last = open;
    open = undefined;
    last?.pages.free();
    await last?.file.close();
  };
  const pagesOf = async (path: string): Promise<ImagePages> => {
    if (open?.path === path) return open.pages;
    await close();
    const table = byPath.get(path);
    if (table === undefined) throw new Error(`internal: no file "${path}"`);
    const file = await openParquet(root, table.shard);
    open = { path, file, pages: new ImagePages(file, table.columns.image) };
    return open.pages;
  };
  return {
    withBytes: async ({ path }, use) => {
      const cut = path.lastIndexOf(":");
      return await use(await turn(async () => (await pagesOf(path.slice(0, cut))).read(Number(path.slice(cut + 1)))));
    },
    close: () => turn(close),
  };
}
