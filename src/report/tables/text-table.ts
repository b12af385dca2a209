/** @file Tables of texts, made from items of any kind. */

import { NOTHING } from "../../core/index.ts";

/** One line of a table. */
export interface TableRow {
  /** `run`, `model`, `strategy`, …: what the line is about, as a class in a page. */
  kind: string;
  /** What stands in the first column. */
  name: string;
  cells: ReadonlyMap<string, string>;
}

/** A column: how a row is written in it. */
export interface TableColumn {
  title: string;
  align: "left" | "right";
  /** 1 is never left out where the space is narrow; higher ones go first. */
  rank: number;
  cell: (row: TableRow) => string;
}

/** Rows and the columns that write them. */
export interface TextTable {
  /** Study, data set, and what the numbers are. */
  caption: string;
  columns: TableColumn[];
  rows: TableRow[];
}

/** A column of a table over items. */
export interface ItemColumn<Item> {
  title: string;
  align: "left" | "right";
  rank?: number;
  cell: (item: Item) => string;
}

/** The table of some items, one a row, in their order. */
export function textTable<Item>(
  caption: string,
  columns: readonly ItemColumn<Item>[],
  { items, kindOf = () => "row" }: { items: readonly Item[]; kindOf?: (item: Item) => string },
): TextTable {
  return {
    caption,
    columns: columns.map(({ title, align, rank = 1 }) => ({
      title,
      align,
      rank,
      cell: (row) => row.cells.get(title) ?? NOTHING,
    })),
    rows: items.map((item) => ({
      kind: kindOf(item),
      name: columns[0].cell(item),
      cells: new Map(columns.map((column) => [column.title, column.cell(item)])),
    })),
  };
}
