/** @file A closer look in `report.html`: what models answer, and how their learning rates were chosen. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import type { DrawnFigure } from "../figures/draw-figures.ts";
import { groupTitles } from "../figures/figure-table.ts";
import { type Markup, html } from "../markup.ts";
import { qualityTable } from "../tables/quality-table.ts";
import { tuningTable } from "../tables/tuning-table.ts";
import { partNames } from "./navigation.ts";
import { figureMarkup, figuresOf, folded, part, scrolled, section } from "./sections.ts";

interface Closer {
  design: StudyDesign;
  figures: readonly DrawnFigure[];
}

/** Mistakes first, then how good the probabilities are, on demand. */
export function answersPart(
  summary: StudySummary,
  { design, figures, mistakes }: Closer & { mistakes: Markup | null },
): Markup | null {
  const drawn = figuresOf(figures, "answers");
  const table = qualityTable(summary, design);
  if (drawn.length === 0 && !table) return null;
  // the figure of mistakes is for files and the notebook: the page shows more of them
  const matrices = ["confusion-target", "confusion-source"].flatMap((wanted) =>
    drawn.filter(({ name }) => name === wanted),
  );
  const rest = drawn.filter((figure) => figure.name !== "mistakes" && !matrices.includes(figure));
  const drawnMatrices = matrices.map(figureMarkup);
  return part(
    "mistakes",
    partNames.mistakes,
    mistakes ?? drawnMatrices,
    mistakes && folded("The matrices of all models", drawnMatrices),
    folded("How good the probabilities are", table && scrolled(table), rest.map(figureMarkup)),
  );
}

/** The trials of learning rates. */
export function tuningSection(summary: StudySummary, { design, figures }: Closer): Markup | null {
  const table = tuningTable(summary, design);
  if (!table) return null;
  const drawn = figuresOf(figures, "tuning").map(figureMarkup);
  return section(groupTitles.tuning, html`<p>${tuningWords(summary)}</p> `, scrolled(table), drawn);
}

/** How the trials were made; summaries of earlier versions tried one list of rates for every strategy. */
function tuningWords({ tuning }: StudySummary): string {
  const images =
    "Trials saw training images alone, a part of them held back to choose by; the test set had no part in it.";
  if (tuning.every(({ trials }) => trials.length === 0)) return "Every run took its recipe's own rate.";
  return tuning.some(({ factor }) => factor !== undefined)
    ? `Every strategy had candidates around its recipe's own rate and the same allowance of training steps. ${images} A rate was moved only where another was better by more than a standard error, and then only so far as the evidence went.`
    : `Every strategy had the same candidates. ${images}`;
}
