/** @file Draws all figures of a study as SVG and PNG. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { type FigureGroup, figureTable } from "./figure-table.ts";
import { drawFigure } from "./kit/draw-figure.ts";

/** A finished figure. */
export interface DrawnFigure {
  /** Name of its files without extension: `M3-loss`. */
  name: string;
  title: string;
  group: FigureGroup;
  /** The model it shows; null if it shows all of them or none. */
  model: string | null;
  /** True if a page may offer to hide its series. */
  toggles: boolean;
  svg: string;
  png: Uint8Array;
}

/** Draws the figures of a study, in the order of a report. */
export async function drawFigures(summary: StudySummary, analysis: StudyAnalysis): Promise<DrawnFigure[]> {
  const { severalBudgets, severalSeeds } = analysis.design;
  const drawn: DrawnFigure[] = [];
  for (const { group, figures, ofMany = false, toggles = false } of figureTable) {
    if (ofMany && !severalBudgets && !severalSeeds) continue;
    for (const figure of [(await figures(summary, analysis)) ?? []].flat()) {
      const { name, title, model = null } = figure;
      drawn.push({ name, title, group, model, toggles, ...(await drawFigure(figure)) });
    }
  }
  return drawn;
}
