/** @file The evidence of a study of several budgets or seeds in `report.html`: accuracies, verdicts, tests, cost, layer curves. */

import type { Verdict } from "../../statistics/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { Budget } from "../analysis/study-design.ts";
import type { DrawnFigure } from "../figures/draw-figures.ts";
import { type Markup, html } from "../markup.ts";
import { verdictSentences } from "../sentences/verdict-sentences.ts";
import { costTable } from "../tables/cost-table.ts";
import { pairTable } from "../tables/pair-table.ts";
import { verdictTable } from "../tables/verdict-table.ts";
import { figureSection, scrolled, section } from "./sections.ts";

/** Accuracies against budgets, then who wins where and by which tests. */
export function evidenceSections(analysis: StudyAnalysis, figures: readonly DrawnFigure[]): Markup {
  const judged = analysis.verdicts.filter(({ verdict }) => verdict.comparisons.length > 0);
  const evidence = figureSection("evidence", figures);
  return html`${evidence} ${judged.length > 0 ? verdictSection(analysis, judged) : null}`;
}

function verdictSection(analysis: StudyAnalysis, judged: readonly { budget: Budget; verdict: Verdict }[]): Markup {
  return section(
    "Verdicts",
    analysis.design.severalBudgets ? scrolled(verdictTable(analysis), "wordy") : null,
    judged.map(({ budget, verdict }) => verdictDetails(analysis, { budget, verdict })),
  );
}

function verdictDetails({ design }: StudyAnalysis, { budget, verdict }: { budget: Budget; verdict: Verdict }): Markup {
  const title = design.severalBudgets ? `At ${budget.text} images per class: every pair` : "Every pair";
  return html`<details>
    <summary>${title}</summary>
    ${design.severalBudgets ? verdictSentences(verdict).map((sentence) => html`<p>${sentence}</p> `) : null}
    ${scrolled(pairTable(verdict, { design, budget }))}
  </details>`;
}

/** Seconds and operations. */
export function costSection({ design }: StudyAnalysis, figures: readonly DrawnFigure[]): Markup | null {
  return figureSection("cost", figures, { after: () => scrolled(costTable(design)) });
}

/** The layer curves. */
export function layerSection(figures: readonly DrawnFigure[]): Markup | null {
  const before = html`<p>
    The first n layers come from the source (A) or from the target's own scratch run (B) and stay frozen or, with a
    plus, are fine-tuned; the layers above start new. Where BnB falls below scratch, layers that learnt together were
    torn apart; where AnB falls further, the source's layers are too special for the target.
  </p> `;
  return figureSection("layers", figures, { before });
}
