/** @file The evidence of a study of several budgets or seeds in `report.html`: accuracies, verdicts, tests, cost, layer curves. */

import type { Verdict } from "../../statistics/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { Budget } from "../analysis/study-design.ts";
import type { DrawnFigure } from "../figures/draw-figures.ts";
import { type Markup, html } from "../markup.ts";
import { verdictSentences } from "../sentences/verdict-sentences.ts";
import { costTable } from "../tables/cost-table.ts";
import { pairTable } from "../tables/pair-table.ts";
import { tableAsHtml } from "../tables/table-formats.ts";
import { verdictTable } from "../tables/verdict-table.ts";
import { figureMarkup, figuresOf } from "./figures.ts";

/** Accuracies against budgets, then who wins where and by which tests. */
export function evidenceSections(analysis: StudyAnalysis, figures: readonly DrawnFigure[]): Markup {
  const drawn = figuresOf(figures, "evidence");
  const judged = analysis.verdicts.filter(({ verdict }) => verdict.comparisons.length > 0);
  const shown =
    drawn.length === 0
      ? null
      : html`<section>
          <h2>Evidence</h2>
          ${drawn.map(figureMarkup)}
        </section>`;
  return html`${shown} ${judged.length > 0 ? verdictSection(analysis, judged) : null}`;
}

function verdictSection(analysis: StudyAnalysis, judged: readonly { budget: Budget; verdict: Verdict }[]): Markup {
  const { severalBudgets } = analysis.design;
  return html`<section>
    <h2>Verdicts</h2>
    ${severalBudgets ? html`<div class="scroll wordy">${tableAsHtml(verdictTable(analysis))}</div>` : null}
    ${judged.map(({ budget, verdict }) => verdictDetails(analysis, { budget, verdict }))}
  </section>`;
}

function verdictDetails({ design }: StudyAnalysis, { budget, verdict }: { budget: Budget; verdict: Verdict }): Markup {
  const title = design.severalBudgets ? `At ${budget.text} images per class: every pair` : "Every pair";
  return html`<details>
    <summary>${title}</summary>
    ${design.severalBudgets ? verdictSentences(verdict).map((sentence) => html`<p>${sentence}</p> `) : null}
    <div class="scroll">${tableAsHtml(pairTable(verdict, { design, budget }))}</div>
  </details>`;
}

/** Seconds and operations. */
export function costSection({ design }: StudyAnalysis, figures: readonly DrawnFigure[]): Markup | null {
  const drawn = figuresOf(figures, "cost");
  if (drawn.length === 0) return null;
  return html`<section>
    <h2>Cost</h2>
    ${drawn.map(figureMarkup)}
    <div class="scroll">${tableAsHtml(costTable(design))}</div>
  </section>`;
}

/** The layer curves. */
export function layerSection(figures: readonly DrawnFigure[]): Markup | null {
  const drawn = figuresOf(figures, "layers");
  if (drawn.length === 0) return null;
  return html`<section>
    <h2>Layer curves</h2>
    <p>
      The first n layers come from the source (A) or from the target's own scratch run (B) and stay frozen or, with a
      plus, are fine-tuned; the layers above start new. Where BnB falls below scratch, layers that learnt together were
      torn apart; where AnB falls further, the source's layers are too special for the target.
    </p>
    ${drawn.map(figureMarkup)}
  </section>`;
}
