/** @file The evidence in `report.html`: accuracies, recommendations, tests, cost, layer curves. */

import type { Verdict } from "../../statistics/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { DrawnFigure } from "../figures/draw-figures.ts";
import { type Markup, html } from "../markup.ts";
import { verdictSentences } from "../sentences/verdict-sentences.ts";
import { costTable } from "../tables/cost-table.ts";
import { pairTable } from "../tables/pair-table.ts";
import { recommendationTable } from "../tables/recommendation-table.ts";
import { verdictTable } from "../tables/verdict-table.ts";
import { figureSection, folded, later, scrolled, section } from "./sections.ts";
import { verdictGrid } from "./verdict-grid.ts";

/** All against training from scratch, accuracies against budgets, then what is recommended where, who wins, and by which tests. */
export function evidenceSections(analysis: StudyAnalysis, figures: readonly DrawnFigure[]): Markup {
  const { verdicts, design } = analysis;
  const judged = verdicts.filter(({ verdict }) => verdict.comparisons.length > 0);
  const details = judged.map(({ budget, verdict }) =>
    design.severalBudgets
      ? folded(
          `At ${budget.text} images per class`,
          recommendation(verdict),
          verdictSentences(verdict).map((sentence) => html`<p>${sentence}</p> `),
          later(scrolled(pairTable(verdict))),
        )
      : html`${recommendation(verdict)} ${folded("Every pair", later(scrolled(pairTable(verdict))))}`,
  );
  const inWords = design.severalBudgets
    ? folded("All verdicts in words", later(scrolled(verdictTable(analysis), "wordy")))
    : null;
  return html`${verdictGrid(analysis)} ${figureSection("evidence", figures)}
  ${judged.length > 0 ? section("Recommendation", inWords, details) : null}`;
}

function recommendation(verdict: Verdict): Markup | null {
  return verdict.recommendation && scrolled(recommendationTable(verdict.recommendation));
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
