/** @file Figures in `report.html`. */

import type { DrawnFigure, FigureGroup } from "../figures/draw-figures.ts";
import { type Markup, html, raw } from "../markup.ts";

/** Figures whose series a reader may want to hide; in the others every mark is its own story. */
const TOGGLED: FigureGroup[] = ["evidence", "cost", "layers", "curves", "tuning"];
const TOGGLED_NAMES = ["roc", "reliability", "weight-change", "forgetting", "feature-maps", "transferability"];

/** One figure, inline. */
export function figureMarkup(figure: DrawnFigure): Markup {
  const isToggled = TOGGLED.includes(figure.group) || TOGGLED_NAMES.includes(figure.name);
  return isToggled
    ? html`<figure id="${figure.name}" data-toggles="">${raw(figure.svg)}</figure> `
    : html`<figure id="${figure.name}">${raw(figure.svg)}</figure> `;
}

/** The figures of a group, in their order. */
export function figuresOf(figures: readonly DrawnFigure[], group: FigureGroup): DrawnFigure[] {
  return figures.filter((figure) => figure.group === group);
}
