/** @file Tables as Markdown, HTML and plain text. */

import { type Markup, type MarkupPart, html } from "../markup.ts";
import type { TableColumn, TableRow, TextTable } from "./text-table.ts";

const COLUMN_GAP = "  ";

/** A GitHub-flavoured Markdown table. */
export function tableAsMarkdown(table: TextTable): string {
  const line = (cells: string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;
  const rule = table.columns.map((column) => (column.align === "right" ? "---:" : ":---"));
  return [
    `${escapeCell(table.caption)}\n`,
    line(table.columns.map((column) => column.title)),
    `| ${rule.join(" | ")} |`,
    ...table.rows.map((row) => line(table.columns.map((column) => column.cell(row)))),
  ].join("\n");
}

/** An HTML `<table>`. */
export function tableAsHtml(table: TextTable): Markup {
  const heading = (column: TableColumn): Markup => html`<th scope="col" class="${column.align}">${column.title}</th>`;
  const cell = (row: TableRow) => (column: TableColumn, index: number) =>
    index === 0
      ? html`<th scope="row" class="${column.align}">${column.cell(row)}</th>`
      : html`<td class="${column.align}">${column.cell(row)}</td>`;
  const rows = table.rows.map(
    (row) =>
      html`<tr class="${row.kind}">
        ${table.columns.map(cell(row))}
      </tr>`,
  );
  return plainTable({ caption: table.caption, heads: table.columns.map(heading), rows });
}

/** A table of markup with one row of headings; `look` is a class of the style sheet. */
export function plainTable({
  look = "plain",
  caption = null,
  heads,
  rows,
}: {
  look?: string;
  caption?: MarkupPart;
  heads: MarkupPart;
  rows: MarkupPart;
}): Markup {
  return html`<table class="${look}">
    ${
      caption === null
        ? null
        : html`<caption>
            ${caption}
          </caption>`
    }
    <thead>
      <tr>
        ${heads}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/**
 * The caption and aligned columns for a terminal, without a trailing line feed.
 *
 * Columns that do not fit `width` characters are left out, the least telling first; a last line says how many.
 */
export function tableAsText(table: TextTable, { width = Infinity }: { width?: number } = {}): string {
  const sized = table.columns.map((column) => sizeColumn(column, table.rows));
  let shown = sized;
  while (totalWidth(shown) > width && shown.some(({ column }) => column.rank > 1)) {
    const leastTelling = shown.reduce((least, one) => (one.column.rank > least.column.rank ? one : least));
    shown = shown.filter((one) => one !== leastTelling);
  }
  const line = (cells: string[]): string =>
    cells
      .map((text, index) => {
        const { size = 0, column } = shown[index] ?? {};
        return column?.align === "right" ? text.padStart(size) : text.padEnd(size);
      })
      .join(COLUMN_GAP)
      .trimEnd();
  const lines = [
    table.caption,
    "",
    line(shown.map(({ column }) => column.title)),
    shown.map(({ size }) => "─".repeat(size)).join(COLUMN_GAP),
    ...table.rows.map((row) => line(shown.map(({ column }) => column.cell(row)))),
  ];
  const hidden = sized.length - shown.length;
  if (hidden > 0) lines.push(`(${hidden} more ${hidden === 1 ? "column" : "columns"} in report.html)`);
  return lines.join("\n");
}

interface SizedColumn {
  column: TableColumn;
  size: number;
}

function sizeColumn(column: TableColumn, rows: TableRow[]): SizedColumn {
  return { column, size: Math.max(column.title.length, ...rows.map((row) => column.cell(row).length)) };
}

function totalWidth(columns: SizedColumn[]): number {
  return columns.reduce((sum, { size }) => sum + size + COLUMN_GAP.length, -COLUMN_GAP.length);
}

/** Markdown cells end at a bar and cannot hold line feeds; `<` would start markup. */
function escapeCell(text: string): string {
  return text.replace(/[\\|`*_<>&[\]]/g, (character) => `\\${character}`).replace(/\r?\n/g, " ");
}
