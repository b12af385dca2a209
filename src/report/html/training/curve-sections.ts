/** @file The curves over epochs in `report.html`: all models together, then model by model. */

import type { StudySummary } from "../../../study/index.ts";
import type { StudyDesign } from "../../analysis/study-design.ts";
import type { DrawnFigure } from "../../figures/draw-figures.ts";
import { MOST_OWN_FIGURES } from "../../figures/epoch-figures.ts";
import { groupTitles } from "../../figures/figure-table.ts";
import { type Markup, html } from "../../markup.ts";
import { curveRuns } from "../../runs/curve-runs.ts";
import { modelsOf } from "../../runs/models.ts";
import { curveRows } from "./curve-rows.ts";
import { figureMarkup, figuresOf, folded, section } from "../sections.ts";

/** Two sections; one sentence where nothing was trained yet. */
export function curveSections(
  summary: StudySummary,
  { design, figures }: { design: StudyDesign; figures: readonly DrawnFigure[] },
): Markup {
  const curves = figuresOf(figures, "curves");
  const together = curves.filter((figure) => figure.model === null);
  if (together.length === 0) {
    return section("Curves", html`<p>No run has finished an epoch, so there are no curves.</p>`);
  }
  const { runs, note } = curveRuns(summary, design);
  const models = modelsOf(runs);
  const perModel = models.map((model) => {
    const own = curves.filter((figure) => figure.model === model.model);
    const content =
      own.length > 0 ? own.map(figureMarkup) : html`<p>No epoch was finished, so there are no curves.</p>`;
    return html`<h4>${model.title}</h4>
      ${content}`;
  });
  const shown = design.severalBudgets ? folded("Accuracy and loss of every model, epoch by epoch", perModel) : perModel;
  const isTold = curves.some((figure) => figure.model !== null);
  const own = isTold
    ? section("Model by model", shown)
    : html`<p>With more than ${MOST_OWN_FIGURES} models their curves are in the figures of all together alone.</p>`;
  const notes = note.map((text) => html`<p class="soft">${text}</p> `);
  return html`${section(groupTitles.curves, notes, curveRows(runs), together.map(figureMarkup))} ${own}`;
}
