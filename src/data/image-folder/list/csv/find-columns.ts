/** @file Which column of a CSV file names the images, and which their classes: by the header, and by what files there are. */

import { DataError } from "../../../../core/index.ts";
import { hasImageExtension } from "../../decode/image-kind.ts";
import { partNamed } from "../image-list.ts";
import type { CsvRecord } from "./read-text.ts";

/** Names of a column, in any capitals, without spaces and signs; the surest first. */
export const columnNames = {
  path: (
    "path filepath filename file imagepath imagefile imagefilename imagefilepath imgpath imgfile image images imagename " +
    "imgname img imageid imgid photo photoid picture pictureid relativepath fname id uuid name"
  ).split(" "),
  label: (
    "label class classname labelname category categoryname breed species target labels classes classid labelid " +
    "categoryid classlabel diagnosis dx y variety emotion"
  ).split(" "),
  split: ["split", "part", "subset", "set", "usage", "partition", "fold"],
};

/** Where the columns are. */
export interface Columns {
  /** The cells of the header; null where there is none. */
  readonly header: readonly string[] | null;
  readonly path: number;
  /** One column of names, or one for each class that says yes or no. */
  readonly label: number | readonly number[];
  readonly split: number | null;
}

/** How sure it is that a name means an image: 0 for none. */
export type Likeness = (written: string) => number;

/**
 * The columns of a CSV file whose first records are `sample`.
 *
 * @throws DataError where no column can hold the labels, or several can.
 */
export function findColumns(
  sample: readonly CsvRecord[],
  { csvPath, likeness }: { csvPath: string; likeness: Likeness },
): Columns {
  const first = sample[0].cells;
  const names = first.map(plain);
  const namedAs = (kind: keyof typeof columnNames): number[] =>
    columnNames[kind].flatMap((name) => (names.includes(name) ? [names.indexOf(name)] : []));
  const [paths, labels, splits] = [namedAs("path"), namedAs("label"), namedAs("split")];
  const isNamed = paths.length > 0 || labels.length > 0;
  const path = pathColumn(sample, { named: paths, likeness }) ?? (isNamed ? (paths[0] ?? 0) : 0);
  const hasHeader = isHeader(sample, { path, likeness, isNamed, isWhole: paths.length > 0 && labels.length > 0 });
  const rows = sample.slice(hasHeader ? 1 : 0);
  const isSplit = (column: number): boolean =>
    rows.length > 0 && rows.every(({ cells }) => partNamed(cells[column] ?? "") !== undefined);
  const others = [...first.keys()].filter((column) => column !== path);
  const header = hasHeader ? first : null;
  const named = (columns: readonly number[]): number | undefined =>
    hasHeader ? columns.find((column) => column !== path) : undefined;
  const split = named(splits) ?? others.find((column) => column !== named(labels) && isSplit(column)) ?? null;
  const label = named(labels.filter((column) => column !== split));
  const left = others.filter((column) => column !== split);
  return { header, path, split, label: label ?? labelAmong(left, { rows, header, csvPath }) };
}

/** The column in which most cells are images; undefined where none is. */
function pathColumn(
  sample: readonly CsvRecord[],
  { named, likeness }: { named: readonly number[]; likeness: Likeness },
): number | undefined {
  const columns = [...new Set([...named, ...sample[0].cells.keys()])];
  const scores = columns.map((column) => ({
    column,
    score: sample.reduce((sum, { cells }) => sum + likeness(cells[column] ?? ""), 0),
  }));
  // sorting keeps the order of equals
  const [best] = scores.toSorted((a, b) => b.score - a.score);
  return best === undefined || best.score === 0 ? undefined : best.column;
}

function isHeader(
  [first, ...rows]: readonly CsvRecord[],
  { path, likeness, isNamed, isWhole }: { path: number; likeness: Likeness; isNamed: boolean; isWhole: boolean },
): boolean {
  const cell = first.cells[path] ?? "";
  if (likeness(cell) > 0) return false;
  if (isWhole) return true;
  if (hasImageExtension(cell)) return false;
  return isNamed || rows.some(({ cells }) => likeness(cells[path] ?? "") > 0);
}

/** The only column that is left, or columns of yes and no for each class. */
function labelAmong(
  left: readonly number[],
  { rows, header, csvPath }: { rows: readonly CsvRecord[]; header: Columns["header"]; csvPath: string },
): number | readonly number[] {
  const candidates = left.length === 1 ? left : left.filter((column) => !isIndex(column, { rows, header }));
  if (candidates.length === 1) return candidates[0];
  const isOneHot = rows.every(({ cells }) => candidates.every((column) => isYesOrNo(cells[column])));
  if (header !== null && candidates.length > 1 && rows.length > 0 && isOneHot) return candidates;
  const names = candidates.map((column) => JSON.stringify(header?.[column] ?? rows[0]?.cells[column] ?? ""));
  throw new DataError(
    `${csvPath}: expected one column of labels beside that of the images, got ${names.length === 0 ? "none" : names.slice(0, 8).join(", ")}. ` +
      'Call it "label" in the first line, and that of the images "path".',
    { location: { path: csvPath, line: 1 } },
  );
}

/** True for a column that only counts the rows, as pandas writes it. */
function isIndex(column: number, { rows, header }: { rows: readonly CsvRecord[]; header: Columns["header"] }): boolean {
  if (header !== null && /^(?:|index|unnamed\d+|rowid|row)$/.test(plain(header[column] ?? ""))) return true;
  const numbers = rows.map(({ cells }) => Number(cells[column] || Number.NaN));
  // one column for each class of two rows may count up too
  return numbers.length > (header === null ? 1 : 2) && numbers.every((number, at) => number === numbers[0] + at);
}

/** What a cell of a column for one class says; undefined where it says neither. */
export function yesOrNo(cell: string | undefined): boolean | undefined {
  if (/^(?:1(?:\.0*)?|true)$/i.test(cell ?? "")) return true;
  return /^(?:0(?:\.0*)?|false)$/i.test(cell ?? "") ? false : undefined;
}

function isYesOrNo(cell: string | undefined): boolean {
  return yesOrNo(cell) !== undefined;
}

/** A name of a column without what people write differently. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}
