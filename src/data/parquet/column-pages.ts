/** @file Where the pages of a Parquet file's column lie, and what is in one of them. */

import { type ColumnMetaData, type SchemaTree, parquetSchema } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { getTreePath } from "hyparquet/src/schema.js";
import { type PageHeader, type PageValues, valuesOf } from "./page-values.ts";
import type { ParquetFile } from "./parquet-file.ts";

/** Read at first for the header of a page; it is longer where it holds the least and the greatest value. */
const HEADER_BYTES = 1024;
const MOST_HEADER_BYTES = 2 ** 20;

/** Smaller memory is left to the garbage collector, which may share it among several. */
const LARGE_BYTES = 2 ** 20;

/** Rows one after the other. */
export interface Rows {
  /** Of the whole file. */
  readonly firstRow: number;
  readonly rows: number;
}

/** A page, and where its bytes begin. */
export interface Page extends Rows {
  readonly header: PageHeader;
  readonly start: number;
}

/** The column in one group of rows. */
export interface Chunk extends Rows {
  readonly column: ColumnMetaData;
  /** From the root to the column. */
  readonly schemaPath: readonly SchemaTree[];
}

/** Pages of a chunk. */
export interface ChunkPages {
  readonly chunk: Chunk;
  readonly dictionary: Page | undefined;
  readonly pages: readonly Page[];
}

/** Values of a page, and what gives their memory back. */
export interface LoadedPage extends Pick<PageValues, "values"> {
  readonly free: () => void;
}

/**
 * The column at `path` in all groups of rows.
 *
 * @throws Error if the file counts its rows in different ways.
 */
export function chunksOf({ metadata }: ParquetFile, path: readonly string[]): readonly Chunk[] {
  const schemaPath = getTreePath(parquetSchema(metadata), [...path]);
  const name = path.join("\0");
  let firstRow = 0;
  const chunks = metadata.row_groups.map(({ columns, num_rows: count }): Chunk => {
    const column = columns.find(({ meta_data: meta }) => meta?.path_in_schema.join("\0") === name)?.meta_data;
    if (column?.num_values !== count) throw new Error(`${column?.num_values} values in ${count} rows`);
    const chunk = { firstRow, rows: Number(count), column, schemaPath };
    firstRow += chunk.rows;
    return chunk;
  });
  if (firstRow !== Number(metadata.num_rows)) throw new Error(`${firstRow} of ${metadata.num_rows} rows`);
  return chunks;
}

/** The pages of a chunk, found by walking from header to header. */
export async function pagesOf(file: ParquetFile, chunk: Chunk): Promise<ChunkPages> {
  const { data_page_offset: data, dictionary_page_offset: first, total_compressed_size: all } = chunk.column;
  let start = Number(first !== undefined && first > 0n && first < data ? first : data);
  const end = start + Number(all);
  let { firstRow } = chunk;
  let dictionary: Page | undefined;
  const pages: Page[] = [];
  while (start < end && firstRow < chunk.firstRow + chunk.rows) {
    const { header, length } = await headerAt(file, start, end);
    start += length;
    const size = header.compressed_page_size;
    const isDictionary = header.type === "DICTIONARY_PAGE";
    const rows = isDictionary ? 0 : ((header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0);
    if (!(size >= 0 && start + size <= end && rows >= 0 && firstRow + rows <= chunk.firstRow + chunk.rows)) {
      throw new Error(`a page of ${rows} rows and ${size} bytes at ${start}`);
    }
    const page = { header, start, firstRow, rows };
    if (isDictionary) dictionary = page;
    else if (rows > 0) pages.push(page);
    firstRow += rows;
    start += size;
  }
  return { chunk, dictionary, pages };
}

async function headerAt(
  { buffer }: ParquetFile,
  start: number,
  end: number,
): Promise<{ header: PageHeader; length: number }> {
  for (let size = HEADER_BYTES; ; size *= 8) {
    const bytes = await buffer.slice(start, Math.min(start + size, end));
    const reader = { view: new DataView(bytes), offset: 0 };
    try {
      return { header: parquetHeader(reader), length: reader.offset };
    } catch (error) {
      if (start + size >= end || size >= MOST_HEADER_BYTES) throw error;
    }
  }
}

/** True for a page whose values are numbers of those in the dictionary. */
export function isEncodedByDictionary({ header }: Page): boolean {
  const { encoding } = header.data_page_header ?? header.data_page_header_v2 ?? {};
  return encoding?.endsWith("_DICTIONARY") === true;
}

/** Reads and unpacks a page. */
export async function loadPage(
  { buffer }: ParquetFile,
  { header, start }: Page,
  { chunk: column, dictionary }: { chunk: Chunk; dictionary: LoadedPage | undefined },
): Promise<LoadedPage> {
  const packed = await buffer.slice(start, start + header.compressed_page_size);
  const {
    schemaPath,
    column: { codec },
  } = column;
  const { values, memory } = valuesOf(header, new Uint8Array(packed), {
    column: { schemaPath, codec },
    dictionary: dictionary?.values,
  });
  if (memory !== packed) giveBack(packed);
  return { values, free: () => giveBack(memory) };
}

/** At once and not when the garbage collector happens to come by: two large pages are twice the memory. */
function giveBack(memory: ArrayBufferLike): void {
  if (memory instanceof ArrayBuffer && memory.byteLength >= LARGE_BYTES && !memory.detached) memory.transfer(0);
}

/**
 * All values of a column of numbers or words, row by row; null for none.
 *
 * @throws Error if they cannot be read, see `damaged`.
 */
export async function readColumn(file: ParquetFile, name: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const chunk of chunksOf(file, [name])) {
    const { dictionary: own, pages } = await pagesOf(file, chunk);
    const dictionary = own && (await loadPage(file, own, { chunk, dictionary: undefined }));
    for (const page of pages) {
      const loaded = await loadPage(file, page, { chunk, dictionary });
      for (let row = 0; row < page.rows; row++) values.push(loaded.values[row]);
    }
  }
  if (values.length !== Number(file.metadata.num_rows)) throw new Error(`${values.length} values of ${name}`);
  return values;
}
