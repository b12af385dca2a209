/** @file The curves of all models side by side in `report.html`: a row for each model, which a reader follows at once. */

import type { StudySummary } from "../../../study/index.ts";
import { type Metric, curve, quantityOf, statusNote } from "../../figures/kit/series.ts";
import { modelStyle } from "../../figures/kit/palette.ts";
import { inkOf } from "../../look/inks.ts";
import { type Markup, html } from "../../markup.ts";
import { type ModelRuns, chanceLevel, modelsOf, taskOf } from "../../runs/models.ts";

const panels: readonly { title: string; metrics: readonly [train: Metric, test: Metric] }[] = [
  { title: "Accuracy", metrics: ["trainAccuracy", "testAccuracy"] },
  { title: "Loss", metrics: ["trainLoss", "testLoss"] },
];

/** One row a model, drawn by the page's script; nothing is shown without it, for figures of the same curves follow. */
export function curveRows(runs: StudySummary): Markup {
  const models = modelsOf(runs).map((model, index) => ({ model, style: modelStyle(index, model.title) }));
  const drawn = models.filter(({ model }) => model.drawn.length > 0);
  const epochs = Math.max(...drawn.flatMap(({ model }) => model.drawn.map((run) => run.epochs.at(-1)?.epoch ?? 0)));
  const rows = drawn.map(({ model, style }) => row(runs, { model, ink: inkOf(style.color) }));
  return html`<div class="curves" hidden>
    <form class="filters">
      <label
        >Epoch <input type="range" name="epoch" min="1" max="${epochs}" value="${epochs}" /> <output name="at"></output
      ></label>
      <label
        >Smoothed <input type="range" name="smooth" min="0" max="0.9" step="0.1" value="0" /> <output name="by"></output
      ></label>
      <label><input type="checkbox" name="log" /> Loss on a logarithmic scale</label>
      <span class="soft">dashed: train, solid: test</span>
    </form>
    ${rows}
    <template>${JSON.stringify({ epochs, models: drawn.map(({ model }) => numbersOf(model, epochs)) })}</template>
  </div>`;
}

function row(summary: StudySummary, { model, ink }: { model: ModelRuns; ink: string }): Markup {
  const note = statusNote(model);
  const chance = chanceLevel(taskOf(summary, model));
  return html`<div class="curve-row" style="--series: ${ink}" data-chance="${chance}">
    <p>
      <span class="key" style="background: ${ink}"></span
      ><b>${model.title}</b>${note === "" ? null : html` <span class="soft">${note}</span>`}
    </p>
    ${panels.map(
      ({ title }) =>
        html`<div role="img" aria-label="${`${title} of ${model.title}`}">
          <p class="soft">${title} <span class="read-out"></span></p>
          <div class="plot"></div>
        </div> `,
    )}
  </div> `;
}

/** For each panel the train and the test curve, one value an epoch; null where a run has none. */
function numbersOf(model: ModelRuns, epochs: number): object[] {
  return panels.map(({ metrics }) =>
    metrics.map((metric) => {
      const digits = quantityOf(metric) === "accuracy" ? 4 : 5;
      const points = new Map(curve(model, metric).map(({ epoch, value }) => [epoch, Number(value.toFixed(digits))]));
      return Array.from({ length: epochs }, (_, index) => points.get(index + 1) ?? null);
    }),
  );
}
