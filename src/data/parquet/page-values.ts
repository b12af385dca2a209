/** @file The values of a page of a Parquet file's column, none of which is a list. */

import type { CompressionCodec, SchemaTree } from "hyparquet";
import type { parquetHeader } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS, convert } from "hyparquet/src/convert.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from "hyparquet/src/delta.js";
import { readPlain } from "hyparquet/src/plain.js";
import { getMaxDefinitionLevel } from "hyparquet/src/schema.js";
import { compressors } from "./codecs.ts";
import { readRuns } from "./runs.ts";

/** What a page says of itself before its bytes. */
export type PageHeader = ReturnType<typeof parquetHeader>;

/** How the values of a column are to be read. */
export interface ColumnKind {
  /** From the root to the column. */
  readonly schemaPath: readonly SchemaTree[];
  readonly codec: CompressionCodec;
}

/** Values, and the memory in which those of them lie that are bytes. */
export interface PageValues {
  /** Null for none. */
  readonly values: ArrayLike<unknown>;
  readonly memory: ArrayBufferLike;
}

interface Reader {
  view: DataView;
  offset: number;
}

/** A page without what packed it. */
interface Unpacked {
  /** From the first value on. */
  readonly reader: Reader;
  readonly encoding: string;
  /** Of all rows, those without a value too. */
  readonly count: number;
  /** How much of the way to the column there is in each row; undefined where there is always all. */
  readonly levels: Uint32Array | undefined;
}

/**
 * The values of a page, or of a dictionary that other pages number.
 *
 * @throws Error if the bytes are damaged, or encoded as is not read.
 */
export function valuesOf(
  header: PageHeader,
  packed: Uint8Array,
  { column, dictionary }: { column: ColumnKind; dictionary: ArrayLike<unknown> | undefined },
): PageValues {
  const page = unpack(header, packed, column);
  const most = getMaxDefinitionLevel([...column.schemaPath]);
  const present = page.levels?.reduce((sum, level) => sum + Number(level === most), 0) ?? page.count;
  const own = decode(page, present, { column, dictionary });
  if (page.reader.offset > page.reader.view.byteLength) throw new Error("values beyond the end of their page");
  const memory = page.reader.view.buffer;
  if (page.levels === undefined || present === page.count) return { values: own, memory };
  let next = 0;
  return { values: Array.from(page.levels, (level) => (level === most ? own[next++] : null)), memory };
}

function unpack(header: PageHeader, packed: Uint8Array, { schemaPath, codec }: ColumnKind): Unpacked {
  const { data_page_header: first, data_page_header_v2: second, dictionary_page_header: dictionary } = header;
  const most = getMaxDefinitionLevel([...schemaPath]);
  const width = 32 - Math.clz32(most);
  const body = (bytes: Uint8Array, size: number): Uint8Array => decompressPage(bytes, size, codec, compressors);
  if (second !== undefined) {
    const { num_values: count, encoding, is_compressed: isPacked } = second;
    const start = second.repetition_levels_byte_length;
    const end = start + second.definition_levels_byte_length;
    const levels = most === 0 ? undefined : readRuns(readerOf(packed.subarray(start, end)), { width, count });
    const [rest, size] = [packed.subarray(end), header.uncompressed_page_size - end];
    return { reader: readerOf(isPacked === false || size <= 0 ? rest : body(rest, size)), encoding, count, levels };
  }
  const bytes = body(packed, header.uncompressed_page_size);
  const reader = readerOf(bytes);
  if (dictionary !== undefined) return { reader, encoding: "PLAIN", count: dictionary.num_values, levels: undefined };
  if (first === undefined) throw new Error(`a page of the kind ${header.type}`);
  const { num_values: count, encoding } = first;
  if (most === 0) return { reader, encoding, count, levels: undefined };
  const end = 4 + reader.view.getUint32(0, true);
  reader.offset = end;
  return { reader, encoding, count, levels: readRuns(readerOf(bytes.subarray(4, end)), { width, count }) };
}

/** As many values as there are. */
function decode(
  { reader, encoding }: Unpacked,
  count: number,
  { column: { schemaPath }, dictionary }: { column: ColumnKind; dictionary: ArrayLike<unknown> | undefined },
): ArrayLike<unknown> {
  const { element } = schemaPath[schemaPath.length - 1];
  const { type } = element;
  if (type === undefined) throw new Error("a column without a type");
  if (encoding.endsWith("_DICTIONARY")) {
    const width = count === 0 ? 0 : reader.view.getUint8(reader.offset++);
    return Array.from(readRuns(reader, { width, count }), (at) => dictionary?.[at] ?? raise(`no value ${at}`));
  }
  const isUtf8 = element.converted_type === "UTF8" || element.logical_type?.type === "STRING";
  const converted = (values: Parameters<typeof convert>[0]): ArrayLike<unknown> =>
    convert(values, {
      pathInSchema: [],
      type,
      element,
      schemaPath: [...schemaPath],
      codec: "UNCOMPRESSED",
      parsers: DEFAULT_PARSERS,
      utf8: isUtf8,
    });
  if (encoding === "PLAIN") return converted(readPlain(reader, type, count, element.type_length));
  if (encoding === "RLE" && type === "BOOLEAN") {
    // a length comes first
    reader.offset += 4;
    return Array.from(readRuns(reader, { width: 1, count }), Boolean);
  }
  if (encoding === "DELTA_BINARY_PACKED") {
    const values = type === "INT32" ? new Int32Array(count) : new BigInt64Array(count);
    if (count > 0) deltaBinaryUnpack(reader, count, values);
    return converted(values);
  }
  const values: Uint8Array[] = [];
  if (encoding === "DELTA_LENGTH_BYTE_ARRAY") deltaLengthByteArray(reader, count, values);
  else if (encoding === "DELTA_BYTE_ARRAY") deltaByteArray(reader, count, values);
  else throw new Error(`values in the encoding ${encoding}`);
  return converted(values);
}

function readerOf(bytes: Uint8Array): Reader {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

function raise(message: string): never {
  throw new Error(message);
}
