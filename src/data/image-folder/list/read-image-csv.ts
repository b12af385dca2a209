/** @file A CSV file of paths and labels, as rows. */

import { CsvError, parse } from "csv-parse/sync";
import { DataError } from "../../../core/index.ts";
import { type ListedPart, partNamed } from "./image-list.ts";

/** One line of the file. */
export interface CsvRow {
  /** From the folder of the CSV file on, with `/` between its parts and no way out of it. */
  readonly path: string;
  readonly label: string;
  readonly part: ListedPart | undefined;
}

/** Names of a column, in any capitals. */
const columnNames = {
  path: ["path", "file", "filename", "file_name", "filepath", "image", "image_path"],
  label: ["label", "class", "class_name", "category"],
  split: ["split", "part", "subset", "set"],
};

/** Where the columns are; `split` is -1 where there is none. */
interface Columns {
  readonly path: number;
  readonly label: number;
  readonly split: number;
}

interface Line {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

const WITHOUT_HEADER = "path,label or path,label,split";

/**
 * The rows of `text`, the content of a CSV file `path,label[,split]`.
 *
 * A first row that names a path and a label column is a header, and the order of
 * the columns is then its own; columns of other names are passed over.
 *
 * @throws DataError naming `csvPath` and the line that cannot be understood.
 */
export function readImageCsv(text: string, csvPath: string): readonly CsvRow[] {
  const lines = parseLines(text, csvPath);
  const header = lines.length === 0 ? undefined : headerOf(lines[0].record);
  const columns = header ?? { path: 0, label: 1, split: lines[0]?.record.length === 3 ? 2 : -1 };
  const rows = lines.slice(header === undefined ? 0 : 1);
  const lineOf = new Map<string, number>();
  return rows.map((row) => {
    const parsed = rowOf(row, columns, csvPath);
    const earlier = lineOf.get(parsed.path);
    if (earlier !== undefined) {
      throw wrong(csvPath, row.info.lines, {
        expected: "every image once",
        got: `"${parsed.path}", which is on line ${earlier} too`,
        fix: "Remove one of the two lines.",
      });
    }
    lineOf.set(parsed.path, row.info.lines);
    return parsed;
  });
}

function parseLines(text: string, csvPath: string): readonly Line[] {
  try {
    return parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
    }) as unknown as readonly Line[];
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

function headerOf(record: readonly string[]): Columns | undefined {
  const lower = record.map((name) => name.toLowerCase());
  const find = (names: readonly string[]): number => lower.findIndex((name) => names.includes(name));
  const [path, label, split] = [find(columnNames.path), find(columnNames.label), find(columnNames.split)];
  return path < 0 || label < 0 ? undefined : { path, label, split };
}

function rowOf({ record, info: { lines } }: Line, columns: Columns, csvPath: string): CsvRow {
  const needed = Math.max(columns.path, columns.label, columns.split) + 1;
  if (record.length < needed) {
    throw wrong(csvPath, lines, {
      expected: `${needed} columns (${WITHOUT_HEADER}, or those of the header)`,
      got: `${record.length}`,
      fix: "Complete the line.",
    });
  }
  const label = record[columns.label];
  if (label === "") throw wrong(csvPath, lines, { expected: "a label", got: "none", fix: "Complete the line." });
  return {
    path: pathInside(record[columns.path], csvPath, lines),
    label,
    part: columns.split < 0 ? undefined : partOf(record[columns.split], csvPath, lines),
  };
}

/** The path with `/` and without `.`; one that leads out of the folder is refused. */
function pathInside(written: string, csvPath: string, line: number): string {
  const parts = written
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "." && part !== "");
  const isAbsolute = /^([/\\]|[A-Za-z]:)/.test(written);
  if (parts.length === 0 || isAbsolute || parts.includes("..") || written.includes("\0")) {
    throw wrong(csvPath, line, {
      expected: "the path of an image in the folder of the CSV file",
      got: JSON.stringify(written),
      fix: "Write paths from that folder on, and put the images into it.",
    });
  }
  return parts.join("/");
}

function partOf(written: string, csvPath: string, line: number): ListedPart {
  const part = partNamed(written);
  if (part !== undefined) return part;
  throw wrong(csvPath, line, {
    expected: "train, val or test as the split",
    got: JSON.stringify(written),
    fix: "Correct the line, or leave the column out.",
  });
}

function wrong(
  csvPath: string,
  line: number,
  { expected, got, fix }: { expected: string; got: string; fix: string },
): DataError {
  return new DataError(`${csvPath}: expected ${expected} on line ${line}, got ${got}. ${fix}`, {
    location: { path: csvPath, line },
  });
}
