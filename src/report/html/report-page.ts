/** @file `report.html`: one page that needs nothing beside itself. */

import type { StudySummary } from "../../study/index.ts";
import { conclusion } from "../conclusion/conclusion.ts";
import { doubts } from "../conclusion/doubts.ts";
import type { DrawnFigure, DrawnFigures } from "../figures/draw-figures.ts";
import { type Markup, html, raw } from "../markup.ts";
import { isBuiltIn, modelsOf } from "../models.ts";
import { comparisonTable } from "../table.ts";
import { tableAsHtml } from "../table-formats.ts";
import { freezeProofSection } from "./freeze-proof-section.ts";
import { methodSection } from "./method-section.ts";
import { reportStyle } from "./style.ts";

/** Lets a browser enforce what the page promises: no request leaves it. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The page as text, with its figures inline. */
export function reportPage(summary: StudySummary, figures: DrawnFigures): string {
  const { headline, paragraphs } = conclusion(summary);
  const title = `${summary.name} on ${summary.dataset.title}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}" />
        <title>${title} · Graft</title>
        <style>
          ${raw(reportStyle)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <h1>Graft study ${summary.name} · data set ${summary.dataset.title}</h1>
            ${builtInBanner(summary)}
            <p class="answer">${unitsKept(headline)}</p>
            <p class="soft">${summary.protocol}</p>
          </header>
          <section>
            <h2>What the numbers say</h2>
            ${paragraphs.map((text) => html`<p>${unitsKept(text)}</p> `)}
          </section>
          <section>
            <h2>Comparison</h2>
            <div class="scroll comparison">${tableAsHtml(comparisonTable(summary))}</div>
          </section>
          ${curveSections(summary, figures.curves)} ${examplesSection(figures.examples)} ${freezeProofSection(summary)}
          ${methodSection(summary)}
          <section>
            <h2>Doubts</h2>
            <ul>
              ${doubts(summary).map((text) => html`<li>${text}</li> `)}
            </ul>
          </section>
        </main>
      </body>
    </html> `;
  return page.text;
}

/** Non-breaking spaces between numbers and their units. */
function unitsKept(text: string): string {
  return text.replace(/(\d) (%|s\b|min\b|h\b|times\b)/g, "$1\u00a0$2");
}

function builtInBanner(summary: StudySummary): Markup | null {
  if (!isBuiltIn(summary)) return null;
  return html`<p class="banner">
    <strong>This study ran on the built-in procedural data set, ${summary.dataset.title}.</strong> Its images are drawn
    by Graft from a seed. The numbers show the method at work; they are not results on photographs.
  </p>`;
}

function curveSections(summary: StudySummary, curves: DrawnFigure[]): Markup {
  const together = curves.filter((figure) => figure.model === null);
  if (together.length === 0) {
    return html`<section>
      <h2>Curves</h2>
      <p>No run has finished an epoch, so there are no curves.</p>
    </section>`;
  }
  const perModel = modelsOf(summary).map((model) => {
    const own = curves.filter((figure) => figure.model === model.model);
    const content =
      own.length > 0 ? own.map(figureMarkup) : html`<p>No epoch was finished, so there are no curves.</p>`;
    return html`<h3>${model.title}</h3>
      ${content}`;
  });
  return html`<section>
      <h2>All models together</h2>
      ${together.map(figureMarkup)}
    </section>
    <section>
      <h2>Model by model</h2>
      ${perModel}
    </section>`;
}

function examplesSection(examples: DrawnFigure | null): Markup | null {
  if (!examples) return null;
  return html`<section>
    <h2>Example images</h2>
    <figure class="examples">${raw(examples.svg)}</figure>
  </section>`;
}

function figureMarkup(figure: DrawnFigure): Markup {
  return html`<figure>${raw(figure.svg)}</figure> `;
}
