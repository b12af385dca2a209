/** @file Lines of JSON as the records of a CSV file of the same fields. */

import { DataError } from "../../../../core/index.ts";
import { type CsvRecord, MAX_LINE_CHARACTERS } from "./read-text.ts";

/**
 * The fields of the first object, then the values of each, under them; what is neither text nor number is written as JSON.
 *
 * @throws DataError for a line that is no object.
 */
export async function* jsonRecordsOf(text: AsyncIterable<string>, csvPath: string): AsyncGenerator<CsvRecord> {
  let fields: readonly string[] | undefined;
  let line = 0;
  for await (const own of linesOf(text)) {
    line++;
    if (own.trim() === "") continue;
    const values = objectIn(own);
    if (values === undefined) {
      throw new DataError(`${csvPath}: expected a JSON object on line ${line}, got something else. Correct the line.`, {
        location: { path: csvPath, line },
      });
    }
    if (fields === undefined) {
      fields = Object.keys(values);
      yield { cells: fields, line };
    }
    yield { cells: fields.map((field) => cellOf(values[field])), line };
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of text) {
    const lines = (rest + piece).split(/\r?\n/);
    rest = lines.pop() ?? "";
    yield* lines;
    // no object of a list of images is that long
    if (rest.length > MAX_LINE_CHARACTERS) break;
  }
  yield rest;
}

function objectIn(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value.trim() : JSON.stringify(value);
}
