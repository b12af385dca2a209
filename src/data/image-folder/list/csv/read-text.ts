/** @file A CSV file as records: its encoding, what stands between its cells, one record after the other. */

import { createReadStream } from "node:fs";
import { Readable, pipeline } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { DataError } from "../../../../core/index.ts";

/** Enough of a file to tell what is between its cells. */
const HEAD_BYTES = 2 ** 16;

/** No line of a list of images is longer; a file of something else is refused before it is read as one. */
export const MAX_LINE_CHARACTERS = 2 ** 20;

/** Lines that decide what is between cells. */
const HEAD_LINES = 20;

const DELIMITERS = [",", ";", "\t", "|"];

/** Bytes of letters and quotation marks of western languages in Windows-1252; no language has more than two in a row. */
const WESTERN =
  /^[\xC0-\xD6\xD8-\xF6\xF8-\xFF\x80\x85\x8A\x8C\x8E\x91-\x97\x9A\x9C\x9E\x9F\xA0\xAB\xB0\xB4\xB7\xBB]{1,2}$/;

/** What a file must not hold anywhere to be Windows-1252 plainly: letters of UTF-8. */
const UTF_8 = /[\xC2-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}/;

export type CsvEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** A line of the file, or several where cells hold line ends. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** Of its end, from 1. */
  readonly line: number;
}

/**
 * The encoding of a CSV file: by its first bytes, else UTF-8 if all of it is, else Windows-1252 if it plainly is that.
 *
 * @throws DataError for any other, so that no letters of two names become the same sign.
 */
export async function encodingOf(path: string): Promise<CsvEncoding> {
  const head = await headOf(path);
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 1].map((odd) => head.filter((byte, at) => byte === 0 && at % 2 === odd).length);
  // text of western letters has a zero in every character
  if (zeros[1] > head.length / 4) return "utf-16le";
  if (zeros[0] > head.length / 4) return "utf-16be";
  if (await isUtf8(path)) return "utf-8";
  if (await isWestern(path)) return "windows-1252";
  throw new DataError(
    `${path}: expected text in UTF-8, got bytes of another encoding, which cannot be told. Save the file as UTF-8.`,
    { location: { path } },
  );
}

/** What stands between the cells of a file: what the first lines have most of, each of them. */
export async function delimiterOf(path: string, encoding: CsvEncoding): Promise<string> {
  const text = new TextDecoder(encoding).decode(await headOf(path)).replaceAll(/"[^"]*"/g, "");
  const lines = text
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== "")
    .slice(0, HEAD_LINES);
  const least = (delimiter: string): number => Math.min(...lines.map((line) => line.split(delimiter).length));
  return DELIMITERS.toSorted((a, b) => least(b) - least(a))[0];
}

/** The records of text that comes in pieces; `csvPath` is named where it is no CSV. */
export async function* recordsOf(
  text: AsyncIterable<string> | Iterable<string>,
  { csvPath, delimiter }: { csvPath: string; delimiter: string },
): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    skip_empty_lines: true,
    trim: true,
    relax_column_count: true,
    max_record_size: MAX_LINE_CHARACTERS,
  });
  // what goes wrong arrives where the records are taken
  pipeline(Readable.from(text, { objectMode: true }), parser, () => {});
  try {
    for await (const { record, info } of parser) {
      // how spreadsheets say in the first line what stands between cells
      if (info.lines > 1 || !/^sep=/i.test(record[0])) yield { cells: record, line: info.lines };
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause["lines"] === "number" ? cause["lines"] : 1;
    throw new DataError(
      `${csvPath}: expected a CSV file, got something else on line ${line} (${cause.message}). ` +
        "Close the quotes, and double those inside of quotes.",
      { location: { path: csvPath, line }, cause },
    );
  }
}

/** The text of a file, piece by piece. */
export async function* textOf(path: string, encoding: CsvEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of createReadStream(path)) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

async function headOf(path: string): Promise<Uint8Array> {
  for await (const bytes of createReadStream(path, { end: HEAD_BYTES - 1 })) return bytes;
  return new Uint8Array();
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of createReadStream(path)) decoder.decode(bytes, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function isWestern(path: string): Promise<boolean> {
  for await (const text of createReadStream(path, { encoding: "latin1" })) {
    if (UTF_8.test(text)) return false;
    for (const [run] of String(text).matchAll(/[\x80-\xFF]+/g)) if (!WESTERN.test(run)) return false;
  }
  return true;
}
