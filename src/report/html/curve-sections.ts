/** @file The curves over epochs in `report.html`: all models together, then model by model. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import type { DrawnFigure } from "../figures/draw-figures.ts";
import { MOST_OWN_FIGURES } from "../figures/epoch-figures.ts";
import { type Markup, html } from "../markup.ts";
import { curveRuns } from "../runs/curve-runs.ts";
import { modelsOf } from "../runs/models.ts";
import { figureMarkup, figuresOf } from "./figures.ts";

/** Two sections; one sentence where nothing was trained yet. */
export function curveSections(
  summary: StudySummary,
  { design, figures }: { design: StudyDesign; figures: readonly DrawnFigure[] },
): Markup {
  const curves = figuresOf(figures, "curves");
  const together = curves.filter((figure) => figure.model === null);
  if (together.length === 0) {
    return html`<section>
      <h2>Curves</h2>
      <p>No run has finished an epoch, so there are no curves.</p>
    </section>`;
  }
  const { runs, note } = curveRuns(summary, design);
  const models = modelsOf(runs);
  const perModel = models.map((model) => {
    const own = curves.filter((figure) => figure.model === model.model);
    const content =
      own.length > 0 ? own.map(figureMarkup) : html`<p>No epoch was finished, so there are no curves.</p>`;
    return html`<h3>${model.title}</h3>
      ${content}`;
  });
  const isTold = curves.some((figure) => figure.model !== null);
  const own = isTold
    ? html`<section>
        <h2>Model by model</h2>
        ${design.severalBudgets ? folded("Accuracy and loss of every model, epoch by epoch", perModel) : perModel}
      </section>`
    : html`<p>With more than ${MOST_OWN_FIGURES} models their curves are in the figures of all together alone.</p>`;
  return html`<section>
      <h2>All models together</h2>
      ${note.map((text) => html`<p class="soft">${text}</p>`)} ${together.map(figureMarkup)}
    </section>
    ${own}`;
}

function folded(title: string, content: Markup[]): Markup {
  return html`<details>
    <summary>${title}</summary>
    ${content}
  </details>`;
}
