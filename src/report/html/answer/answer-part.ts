/** @file The answer: what was asked, the headline, its lines, its numbers, the strategies. */

import { count, duration, plural } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import type { Conclusion } from "../../conclusion/conclusion.ts";
import type { DrawnFigure } from "../../figures/draw-figures.ts";
import { type Markup, html } from "../../markup.ts";
import { isBuiltIn } from "../../runs/models.ts";
import { isNumbered } from "../../runs/strategy-names.ts";
import { explained } from "../glossary.ts";
import { folded, leadingFigure, unitsKept } from "../sections.ts";
import { strategiesTable } from "./strategies-table.ts";
import { answerTiles } from "./tiles.ts";

/** More classes than this are counted. */
const MOST_NAMED = 4;

export interface AnswerParts {
  analysis: StudyAnalysis;
  conclusion: Conclusion;
  /** The picture that holds the answer. */
  leading: DrawnFigure | undefined;
}

/** What is seen without scrolling, and on the first page of a print; then the reasons. */
export function answerPart(summary: StudySummary, { analysis, conclusion, leading }: AnswerParts): Markup {
  const { headline, lines, paragraphs } = conclusion;
  const hasLeads = analysis.design.severalBudgets;
  return html`<section class="part" id="answer">
    <div class="summary">
      <p class="context">${explained(contextLine(summary))}</p>
      <h1>${unitsKept(headline)}</h1>
      ${builtInBanner(summary)} ${answerTiles(analysis)}
      <ul class="lines">
        ${lines.map((line) => html`<li>${explained(line)}</li> `)}
      </ul>
      ${strategiesTable(analysis)} ${isNumbered(summary) ? assignmentLinks : null}
    </div>
    ${leading ? leadingFigure(leading) : null}
    <div id="conclusion">
      ${folded(
        "What the numbers say, sentence by sentence",
        paragraphs.map((text) => paragraph(text, hasLeads)),
      )}
    </div>
  </section>`;
}

/** What the assignment asks for; the list of figures is at the page's end. */
const assignmentLinks = html`<p class="soft">
  For the assignment: <a href="#figures">the figures</a>, <a href="#comparison">the table</a>,
  <a href="report.ipynb">the notebook</a>, <a href="#conclusion">the conclusion</a>
</p>`;

/** `ants / bees · 244 training and 153 test images · network · 3 seeds · 9 min`. */
function contextLine({ name, dataset, target, backbone, seeds, durationMs, finishedAt }: StudySummary): string {
  const { classNames, trainImages, testImages } = target;
  const classes =
    classNames.length <= MOST_NAMED ? classNames.join(" / ") : plural(classNames.length, "class", "classes");
  return [
    `Graft study ${name}`,
    dataset.title,
    classes,
    `${count(trainImages)} training and ${count(testImages)} test images`,
    ...(backbone === undefined ? [] : [backbone.title]),
    plural(seeds.length, "seed"),
    ...(finishedAt === null ? ["not finished yet"] : [duration(durationMs)]),
  ].join(" · ");
}

/** A paragraph; where many follow each other, the words before its first colon say in bold what it is about. */
function paragraph(text: string, hasLead: boolean): Markup {
  const [lead] = (hasLead && /^[^:.;]{3,60}:(?= )/.exec(text)) || [];
  if (lead === undefined) return html`<p>${explained(text)}</p> `;
  return html`<p><strong>${unitsKept(lead)}</strong>${explained(text.slice(lead.length))}</p> `;
}

function builtInBanner(summary: StudySummary): Markup | null {
  if (!isBuiltIn(summary)) return null;
  return html`<p class="banner">
    <strong>This study ran on the built-in procedural data set, ${summary.dataset.title}.</strong> Graft draws its
    images from a seed: the numbers show the method at work and are not results on photographs.
  </p>`;
}
