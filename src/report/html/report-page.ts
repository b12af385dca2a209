/** @file `report.html`: one page that needs nothing beside itself. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { concludeStudy } from "../conclusion/conclusion.ts";
import { doubts } from "../conclusion/doubts.ts";
import type { DrawnFigure } from "../figures/draw-figures.ts";
import { type Markup, html, raw } from "../markup.ts";
import { isBuiltIn } from "../runs/models.ts";
import { comparisonTable } from "../tables/comparison-table.ts";
import { answersSection, tuningSection } from "./closer-sections.ts";
import { curveSections } from "./curve-sections.ts";
import { costSection, evidenceSections, layerSection } from "./evidence-sections.ts";
import { freezeProofSection } from "./freeze-proof-section.ts";
import { methodSection } from "./method-section.ts";
import { selfContainedPage } from "./page.ts";
import { reportScript, reportScriptHash } from "./script.ts";
import { figureMarkup, figureSection, figuresOf, scrolled, section } from "./sections.ts";
import { reportStyle } from "./style.ts";

/** Written without a space inside: the hash is of exactly this text. */
const scriptElement = raw(`<script>${reportScript}</script>`);

export interface PageParts {
  analysis: StudyAnalysis;
  figures: readonly DrawnFigure[];
}

/** The page as text, with its figures inline. */
export function reportPage(summary: StudySummary, parts: PageParts): string {
  return selfContainedPage({
    title: `${summary.name} on ${summary.dataset.title}`,
    policy: `img-src data:; script-src '${reportScriptHash}'`,
    style: reportStyle,
    body: html`<main>${story(summary, parts)}</main>
      ${scriptElement}`,
  });
}

/** The answer, the evidence, the method, the doubts. */
function story(summary: StudySummary, { analysis, figures }: PageParts): Markup {
  const { headline, lines, paragraphs } = concludeStudy(summary, analysis);
  const { design } = analysis;
  // the picture that holds the answer stands beside it
  const [leading] = figuresOf(figures, figures.some(isLayerCurve) && !design.severalBudgets ? "layers" : "evidence");
  const others = figures.filter((figure) => figure !== leading);
  return html`<header>
      <h1>Graft study ${summary.name} · data set ${summary.dataset.title}</h1>
      ${builtInBanner(summary)}
      <p class="answer">${unitsKept(headline)}</p>
      <ul>
        ${lines.map((line) => html`<li>${unitsKept(line)}</li> `)}
      </ul>
      <p class="soft">${summary.protocol}</p>
      ${leading ? figureMarkup(leading) : null}
    </header>
    ${section(
      "What the numbers say",
      paragraphs.map((text) => paragraph(text, design.severalBudgets)),
    )}
    ${section("Comparison", scrolled(comparisonTable(summary), "comparison"))} ${evidenceSections(analysis, others)}
    ${layerSection(others)} ${costSection(analysis, figures)} ${curveSections(summary, { design, figures })}
    ${answersSection(summary, { design, figures })} ${figureSection("inside", figures)}
    ${tuningSection(summary, { design, figures })} ${figureSection("examples", figures)}
    ${freezeProofSection(summary, design)} ${methodSection(summary)}
    ${section(
      "Doubts",
      html`<ul>
        ${doubts(summary).map((text) => html`<li>${text}</li> `)}
      </ul>`,
    )}`;
}

function isLayerCurve({ group }: DrawnFigure): boolean {
  return group === "layers";
}

/** A paragraph; where many follow each other, the words before its first colon say in bold what it is about. */
function paragraph(text: string, hasLead: boolean): Markup {
  const [lead] = (hasLead && /^[^:.;]{3,60}:(?= )/.exec(text)) || [];
  if (lead === undefined) return html`<p>${unitsKept(text)}</p> `;
  return html`<p><strong>${unitsKept(lead)}</strong>${unitsKept(text.slice(lead.length))}</p> `;
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
