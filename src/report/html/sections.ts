/** @file What `report.html` is made of: parts, headings, figures, tables, commands. */

import type { DrawnFigure } from "../figures/draw-figures.ts";
import { type FigureGroup, groupTitles } from "../figures/figure-table.ts";
import { compactSvg } from "../figures/svg/compact-svg.ts";
import { themed } from "../look/inks.ts";
import { type Markup, type MarkupPart, html, raw } from "../markup.ts";
import { tableAsHtml } from "../tables/table-formats.ts";
import type { TextTable } from "../tables/text-table.ts";
import type { PartName } from "./navigation.ts";

/** One of the page's parts, which the navigation leads to. */
export function part(id: PartName, title: string, ...content: MarkupPart[]): Markup {
  return html`<section class="part" id="${id}">
    <h2>${title}</h2>
    ${content}
  </section>`;
}

/** A part that is shown on demand, with what a reader learns without unfolding it. */
export function foldedPart(
  id: PartName,
  { title, gist }: { title: string; gist: MarkupPart },
  ...content: MarkupPart[]
): Markup {
  return html`<details class="part" id="${id}">
    <summary>
      <h2>${title}</h2>
      <span class="soft">${gist}</span>
    </summary>
    ${content}
  </details>`;
}

/** A heading within a part and what stands under it. */
export function section(title: string, ...content: MarkupPart[]): Markup {
  return html`<section>
    <h3>${title}</h3>
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

/** What is text to a browser until a reader comes near it, so that it costs nothing before; without scripts it is there. */
export function later(content: MarkupPart): Markup {
  return html`<div><noscript>${content}</noscript></div>`;
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

/** Of a figure's own width, below which its texts would be too small to read. */
const SMALLEST_SHARE = 0.72;

/** One figure in the page's colours, as `later` has it. */
export function figureMarkup(figure: DrawnFigure): Markup {
  return framed(figure, html`<noscript>${drawing(figure)}</noscript>`);
}

/** The figure that a page begins with, there at once. */
export function leadingFigure(figure: DrawnFigure): Markup {
  return framed(figure, drawing(figure));
}

/** Of two drawings the style sheet shows the one for the width of the screen. */
function drawing({ svg, phone }: DrawnFigure): Markup {
  const [wide, narrow] = [svg, phone].map((one) => one && raw(compactSvg(themed(one))));
  return narrow
    ? html`<div class="for-wide">${wide}</div>
        <div class="for-phone">${narrow}</div>`
    : html`${wide}`;
}

/** A place of the figure's size. */
function framed({ name, toggles, svg, phone }: DrawnFigure, content: Markup): Markup {
  const [wide, narrow] = [svg, phone ?? svg].map((one) => / width="([\d.]+)" height="([\d.]+)"/.exec(one) ?? []);
  const narrowest = Math.round(SMALLEST_SHARE * Number(wide[1]));
  const size = `--size: ${wide[1]} / ${wide[2]}; --phone-size: ${narrow[1]} / ${narrow[2]}; --width: ${wide[1]}px; --narrowest: ${narrowest}px`;
  return html`<figure id="${name}" style="${size}" ${toggles ? raw('data-toggles=""') : null}>${content}</figure> `;
}

/** The figures of a group, in their order. */
export function figuresOf(figures: readonly DrawnFigure[], group: FigureGroup): DrawnFigure[] {
  return figures.filter((figure) => figure.group === group);
}

/** A table that scrolls where the page is too narrow; `look` is a class of the style sheet. */
export function scrolled(table: TextTable, look = ""): Markup {
  return html`<div class="${`scroll ${look}`.trim()}" tabindex="0">${tableAsHtml(table)}</div> `;
}

/** What is typed, for copying. */
export function commandBlock(text: string): Markup {
  return html`<div class="command">
    <pre><code>${text}</code></pre>
  </div> `;
}

/** Non-breaking spaces between numbers and their units. */
export function unitsKept(text: string): string {
  return text.replace(/(\d) (%|s\b|min\b|h\b|times\b)/g, "$1\u00a0$2");
}
