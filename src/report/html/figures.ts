/** @file Figures in `report.html`. */

import type { DrawnFigure } from "../figures/draw-figures.ts";
import type { FigureGroup } from "../figures/figure-table.ts";
import { type Markup, html, raw } from "../markup.ts";

/** One figure, inline. */
export function figureMarkup({ name, toggles, svg }: DrawnFigure): Markup {
  return toggles
    ? html`<figure id="${name}" data-toggles="">${raw(svg)}</figure> `
    : html`<figure id="${name}">${raw(svg)}</figure> `;
}

/** The figures of a group, in their order. */
export function figuresOf(figures: readonly DrawnFigure[], group: FigureGroup): DrawnFigure[] {
  return figures.filter((figure) => figure.group === group);
}
