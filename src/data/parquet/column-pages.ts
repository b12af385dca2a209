/** @file Where the pages of a Parquet file's column lie, and what is in one of them. */

import type { ColumnMetaData, FileMetaData } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { compressors } from "./codecs.ts";
import type { ParquetFile } from "./parquet-file.ts";

/** Read at first for the header of a page; it is longer where it holds the least and the greatest value. */
const HEADER_BYTES = 1024;
const MOST_HEADER_BYTES = 2 ** 20;

/** Smaller memory is left to the garbage collector, which may share it among several. */
const LARGE_BYTES = 2 ** 20;

type Header = ReturnType<typeof parquetHeader>;

/** How values are read. */
export type Decoder = Parameters<typeof readPage>[2];

/** Rows one after the other. */
export interface Rows {
  /** Of the whole file. */
  readonly firstRow: number;
  readonly rows: number;
}

/** A page, and where its bytes begin. */
export interface Page extends Rows {
  readonly header: Header;
  readonly start: number;
}

/** The column in one group of rows. */
export interface Chunk extends Rows {
  readonly column: ColumnMetaData;
}

/** Pages of a chunk. */
export interface ChunkPages {
  readonly chunk: Chunk;
  readonly dictionary: Page | undefined;
  readonly pages: readonly Page[];
}

/** Values of a page, and what gives their memory back. */
export interface LoadedPage {
  readonly values: NonNullable<ReturnType<typeof readPage>["data"]>;
  readonly free: () => void;
}

/** The column at `path` in all groups of rows. */
export function chunksOf({ row_groups: groups }: FileMetaData, path: readonly string[]): readonly Chunk[] {
  const name = path.join("\0");
  let firstRow = 0;
  return groups.flatMap(({ columns, num_rows: rows }): Chunk[] => {
    const column = columns.find(({ meta_data: meta }) => meta?.path_in_schema.join("\0") === name)?.meta_data;
    const chunk = column === undefined ? [] : [{ firstRow, rows: Number(rows), column }];
    firstRow += Number(rows);
    return chunk;
  });
}

/** The pages of a chunk, found by walking from header to header. */
export async function pagesOf(file: ParquetFile, chunk: Chunk): Promise<ChunkPages> {
  const { data_page_offset: data, dictionary_page_offset: first, total_compressed_size: size } = chunk.column;
  let start = Number(first !== undefined && first > 0n && first < data ? first : data);
  const end = start + Number(size);
  let { firstRow } = chunk;
  let dictionary: Page | undefined;
  const pages: Page[] = [];
  while (start < end && firstRow < chunk.firstRow + chunk.rows) {
    const { header, length } = await headerAt(file, start, end);
    start += length;
    const rows = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_rows ?? 0;
    const page = { header, start, firstRow, rows };
    if (header.type === "DICTIONARY_PAGE") dictionary = page;
    else if (rows > 0) pages.push(page);
    firstRow += rows;
    start += header.compressed_page_size;
  }
  return { chunk, dictionary, pages };
}

async function headerAt(
  { buffer }: ParquetFile,
  start: number,
  end: number,
): Promise<{ header: Header; length: number }> {
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
  decoder: Decoder,
  dictionary: LoadedPage | undefined,
): Promise<LoadedPage> {
  const packed = await buffer.slice(start, start + header.compressed_page_size);
  const unpacked: ArrayBufferLike[] = [];
  const noted: Decoder["compressors"] = Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, length: number) => {
        const bytes = unpack(input, length);
        unpacked.push(bytes.buffer);
        return bytes;
      },
    ]),
  );
  const reader = { view: new DataView(packed), offset: 0 };
  const page = readPage(reader, header, { ...decoder, compressors: noted }, dictionary?.values, undefined, 0);
  // what is packed may go at once, where nothing of it is among the values
  if (unpacked.length > 0) giveBack(packed);
  return { values: page.data ?? [], free: () => (unpacked.length > 0 ? unpacked : [packed]).forEach(giveBack) };
}

/** At once and not when the garbage collector happens to come by: two large pages are twice the memory. */
function giveBack(memory: ArrayBufferLike): void {
  if (memory instanceof ArrayBuffer && memory.byteLength >= LARGE_BYTES && !memory.detached) memory.transfer(0);
}
