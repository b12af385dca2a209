/** @file The whole report of a study as files: plots, page, notebook, data. */

import { analyseStudy } from "./analysis/study-analysis.ts";
import { type DrawnFigure, drawFigures } from "./figures/draw-figures.ts";
import { mistakesExplorer } from "./html/mistakes/mistakes-explorer.ts";
import { reportPage } from "./html/report-page.ts";
import { reportNotebook } from "./notebook/report-notebook.ts";
import { resultsCsv } from "./results-csv.ts";
import { type StoredSummary, completeSummary } from "./runs/complete-summary.ts";

/** A file of the report; the caller writes it. */
export interface ReportFile {
  /** Relative to the study's folder, with forward slashes. */
  path: string;
  content: string | Uint8Array;
}

/**
 * `plots/*.svg`, `plots/*.png`, `report.html`, `report.ipynb` and `results.csv` of a study.
 *
 * Works for unfinished studies too, and for summaries of earlier versions: what was not measured is left out. Once
 * `signal` is aborted, no further figure is drawn and its reason is thrown.
 */
export async function renderReport(
  stored: StoredSummary,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<ReportFile[]> {
  const summary = completeSummary(stored);
  const analysis = analyseStudy(summary);
  const figures = await drawFigures(summary, analysis, options);
  const mistakes = await mistakesExplorer(summary, analysis);
  return [
    ...figures.flatMap(plotFiles),
    { path: "report.html", content: reportPage(summary, { analysis, figures, mistakes }) },
    { path: "report.ipynb", content: reportNotebook(summary, { analysis, figures }) },
    { path: "results.csv", content: resultsCsv(summary) },
  ];
}

function plotFiles(figure: DrawnFigure): ReportFile[] {
  return [
    { path: `plots/${figure.name}.svg`, content: figure.svg },
    { path: `plots/${figure.name}.png`, content: figure.png },
  ];
}
