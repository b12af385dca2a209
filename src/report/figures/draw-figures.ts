/** @file Draws all figures of a study as SVG and PNG. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { type FigureGroup, figureTable } from "./figure-table.ts";
import { drawFigure, drawForPhone } from "./kit/draw-figure.ts";
import type { Figure } from "./kit/figure.ts";

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
  /** The same for a phone; null where it cannot be narrower. */
  phone: string | null;
  png: Uint8Array;
}

/** A figure and its place in a report. */
interface ListedFigure extends Pick<DrawnFigure, "group" | "toggles"> {
  figure: Figure;
}

/** Draws the figures of a study, in the order of a report; an aborted signal's reason is thrown between two of them. */
export async function drawFigures(
  summary: StudySummary,
  analysis: StudyAnalysis,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<DrawnFigure[]> {
  const drawn: DrawnFigure[] = [];
  for (const { figure, ...rest } of await listFigures(summary, analysis)) {
    signal?.throwIfAborted();
    const { name, title, model = null } = figure;
    const phone = await drawForPhone(figure);
    drawn.push({ name, title, model, phone, ...rest, ...(await drawFigure(figure)) });
  }
  return drawn;
}

/** The figures that a study has something to show in, in the order of a report, none of them drawn yet. */
export async function listFigures(summary: StudySummary, analysis: StudyAnalysis): Promise<ListedFigure[]> {
  const { severalBudgets, severalSeeds } = analysis.design;
  const listed: ListedFigure[] = [];
  for (const { group, figures, ofMany = false, toggles = false } of figureTable) {
    if (ofMany && !severalBudgets && !severalSeeds) continue;
    const some = [(await figures(summary, analysis)) ?? []].flat();
    listed.push(...some.map((figure) => ({ figure, group, toggles })));
  }
  return listed;
}
