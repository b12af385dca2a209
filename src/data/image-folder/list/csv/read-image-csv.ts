/** @file The records of a CSV file of images and labels, as rows. */

import { DataError, list } from "../../../../core/index.ts";
import { type ListedPart, classNamed, partNamed } from "../image-list.ts";
import { type Columns, type Likeness, findColumns, yesOrNo } from "./find-columns.ts";
import type { CsvRecord } from "./read-text.ts";

/** Records that decide what the columns are. */
const SAMPLE = 200;

/** What separates several labels in one cell, whether or not each is a label of its own. */
const SEPARATOR = /\s*[|;,]\s*/;

/** One line of the file. */
export interface CsvRow {
  /** As it is written there. */
  readonly written: string;
  readonly label: string;
  readonly part: ListedPart | undefined;
  readonly line: number;
}

/** How the names of images are understood. */
export interface ReadCsvOptions {
  readonly csvPath: string;
  /** What tells of names whether they mean images, from some records on. */
  readonly likenessFor: (sample: readonly CsvRecord[]) => Promise<Likeness>;
}

/**
 * The rows of a CSV file, in its order.
 *
 * Columns are found by the header and by which of their cells are images, see `findColumns`. Numbers that are whole in
 * every row are labels without their decimals.
 *
 * @throws DataError naming `csvPath` and the line that cannot be understood, or that an image has several labels.
 */
export async function readImageCsv(
  records: AsyncIterable<CsvRecord>,
  { csvPath, likenessFor }: ReadCsvOptions,
): Promise<readonly CsvRow[]> {
  const rows: CsvRow[] = [];
  let sample: CsvRecord[] = [];
  let columns: Columns | undefined;
  // a label is kept once, however many rows have it
  const labels = new Map<string, string>();
  const add = (record: CsvRecord): void => {
    if (columns === undefined) throw new Error("internal: a row before its columns");
    const row = rowOf(record, columns, csvPath);
    const label = labels.get(row.label) ?? row.label;
    labels.set(label, label);
    rows.push({ ...row, label });
  };
  const begin = async (): Promise<void> => {
    if (sample.length === 0) return;
    columns = findColumns(sample, { csvPath, likeness: await likenessFor(sample) });
    for (const record of sample.slice(columns.header === null ? 0 : 1)) add(record);
    sample = [];
  };
  for await (const record of records) {
    if (columns !== undefined) add(record);
    else if (sample.push(record) === SAMPLE) await begin();
  }
  if (columns === undefined) await begin();
  refuseSeveralLabels([...labels.keys()], rows, csvPath);
  const names = new Map([...labels.keys()].map((label) => [label, classNamed(label)]));
  const areWhole = [...labels.keys()].every((label) => /^[+-]?\d+(?:\.0*)?$/.test(label));
  return rows.map((row) => {
    const label = areWhole ? row.label.replace(/\.0*$/, "") : (names.get(row.label) ?? row.label);
    return { ...row, label };
  });
}

function rowOf({ cells, line }: CsvRecord, { path, label, split, header }: Columns, csvPath: string): CsvRow {
  const needed = Math.max(path, split ?? 0, ...[label].flat()) + 1;
  if (cells.length < needed) {
    throw wrong(csvPath, line, {
      expected: `${needed} columns (${header === null ? "path,label or path,label,split" : "those of the header"})`,
      got: `${cells.length}`,
      fix: "Complete the line.",
    });
  }
  const own = typeof label === "number" ? cells[label] : labelOfYes(cells, { label, header, csvPath, line });
  if (own === "") throw wrong(csvPath, line, { expected: "a label", got: "none", fix: "Complete the line." });
  if (cells[path] === "") {
    throw wrong(csvPath, line, { expected: "the path of an image", got: '""', fix: "Complete the line." });
  }
  const part = split === null ? undefined : partOf(cells[split], csvPath, line);
  return { written: cells[path], label: own, part, line };
}

/** The class whose column says yes. */
function labelOfYes(
  cells: readonly string[],
  {
    label,
    header,
    csvPath,
    line,
  }: { label: readonly number[]; header: Columns["header"]; csvPath: string; line: number },
): string {
  const yes = label.filter((column) => {
    const says = yesOrNo(cells[column]);
    if (says !== undefined) return says;
    throw wrong(csvPath, line, {
      expected: "0 or 1 for each class",
      got: JSON.stringify(cells[column]),
      fix: "Correct the line.",
    });
  });
  const names = yes.map((column) => header?.[column] ?? "");
  if (names.length > 1) throw severalLabels(csvPath, line, names);
  return names[0] ?? "";
}

function refuseSeveralLabels(labels: readonly string[], rows: readonly CsvRow[], csvPath: string): void {
  const all = new Set(labels);
  const several = labels.find((label) => {
    const parts = label.replaceAll(/[[\]{}'"]/g, "").split(SEPARATOR);
    const words = label.split(/\s+/);
    return (
      (parts.length > 1 && parts.some((part) => all.has(part))) ||
      (words.length > 1 && words.every((word) => all.has(word)))
    );
  });
  if (several === undefined) return;
  const line = rows.find(({ label }) => label === several)?.line ?? 1;
  throw severalLabels(csvPath, line, several.split(/\s*[|;,]\s*|\s+/));
}

/** Refuses an image of several classes. */
export function severalLabels(csvPath: string, line: number, labels: readonly string[]): DataError {
  return wrong(csvPath, line, {
    expected: "one label for each image",
    got: list(labels.map((label) => JSON.stringify(label))),
    fix: "That is multi-label classification, which Graft does not do: keep one label for each image.",
  });
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

/** What is wrong with a line. */
export function wrong(
  csvPath: string,
  line: number,
  { expected, got, fix }: { expected: string; got: string; fix: string },
): DataError {
  return new DataError(`${csvPath}: expected ${expected} on line ${line}, got ${got}. ${fix}`, {
    location: { path: csvPath, line },
  });
}
