/** @file What sections of `report.html` are made of: headings, figures, tables. */

import type { DrawnFigure } from "../figures/draw-figures.ts";
import { type FigureGroup, groupTitles } from "../figures/figure-table.ts";
import { type Markup, type MarkupPart, html, raw } from "../markup.ts";
import { tableAsHtml } from "../tables/table-formats.ts";
import type { TextTable } from "../tables/text-table.ts";

/** A heading and what stands under it. */
export function section(title: string, ...content: MarkupPart[]): Markup {
  return html`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;
}

/** What is shown on demand. */
export function folded(title: string, ...content: MarkupPart[]): Markup {
  return html`<details>
    <summary>${title}</summary>
    ${content}
  </details>`;
}

/** The section of a group's figures with what stands before and after them; null where there are none. */
export function figureSection(
  group: FigureGroup,
  figures: readonly DrawnFigure[],
  { before = null, after = () => null }: { before?: MarkupPart; after?: () => MarkupPart } = {},
): Markup | null {
  const own = figuresOf(figures, group);
  return own.length === 0 ? null : section(groupTitles[group], before, own.map(figureMarkup), after());
}

/** One figure, inline. */
export function figureMarkup({ name, toggles, svg }: DrawnFigure): Markup {
  return html`<figure id="${name}" ${toggles ? raw('data-toggles=""') : null}>${raw(svg)}</figure> `;
}

/** The figures of a group, in their order. */
export function figuresOf(figures: readonly DrawnFigure[], group: FigureGroup): DrawnFigure[] {
  return figures.filter((figure) => figure.group === group);
}

/** A table that scrolls where the page is too narrow; `look` is a class of the style sheet. */
export function scrolled(table: TextTable, look = ""): Markup {
  return html`<div class="${`scroll ${look}`.trim()}">${tableAsHtml(table)}</div> `;
}
