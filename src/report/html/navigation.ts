/** @file The parts of `report.html`, and the bar that leads to them. */

import { type Markup, html } from "../markup.ts";

/** In the order of the page: each part's anchor, and what its link says. */
export const partNames = {
  answer: "Answer",
  mistakes: "Mistakes",
  training: "Training",
  compare: "Compare",
  inside: "Inside",
  method: "Method and proof",
  doubts: "Doubts",
  use: "Use it",
} as const;

export type PartName = keyof typeof partNames;

/** The bar with the parts that the page has. */
export function navigation(parts: readonly PartName[]): Markup {
  const links = parts.map((name) => html`<a href="#${name}">${partNames[name]}</a> `);
  return html`<nav class="top" aria-label="Parts of the report"><b>Graft</b> ${links}</nav>`;
}
