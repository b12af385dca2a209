/** @file The whole report of a study as files: plots, page, notebook, data. */

import type { StudySummary } from "../study/index.ts";
import { type DrawnFigure, drawFigures } from "./figures/draw-figures.ts";
import { reportPage } from "./html/report-page.ts";
import { reportNotebook } from "./notebook/report-notebook.ts";
import { resultsCsv } from "./results-csv.ts";

/** A file of the report; the caller writes it. */
export interface ReportFile {
  /** Relative to the study's folder, with forward slashes. */
  path: string;
  content: string | Uint8Array;
}

/**
 * `plots/*.svg`, `plots/*.png`, `report.html`, `report.ipynb` and `results.csv` of a study.
 *
 * Works for unfinished studies too: what has no finished epoch is left out and said to be.
 */
export async function renderReport(summary: StudySummary): Promise<ReportFile[]> {
  const figures = await drawFigures(summary);
  const drawn = [...figures.curves, ...(figures.examples ? [figures.examples] : [])];
  return [
    ...drawn.flatMap(plotFiles),
    { path: "report.html", content: reportPage(summary, figures) },
    { path: "report.ipynb", content: reportNotebook(summary, figures) },
    { path: "results.csv", content: resultsCsv(summary) },
  ];
}

function plotFiles(figure: DrawnFigure): ReportFile[] {
  return [
    { path: `plots/${figure.name}.svg`, content: figure.svg },
    { path: `plots/${figure.name}.png`, content: figure.png },
  ];
}
