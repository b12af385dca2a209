/** @file Draws all figures of a study as SVG and PNG. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { type FigureGroup, figureTable } from "./figure-table.ts";
import { drawForPhone, drawSvg } from "./kit/draw-figure.ts";
import type { Figure } from "./kit/figure.ts";
import { svgToPng } from "./svg/rasterize.ts";

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
  const drawn: Promise<DrawnFigure>[] = [];
  for (const { figure, ...rest } of await listFigures(summary, analysis)) {
    signal?.throwIfAborted();
    const { name, title, model = null } = figure;
    const phone = await drawForPhone(figure);
    const svg = await drawSvg(figure);
    // other threads make it while the next ones are drawn
    drawn.push(svgToPng(svg).then((png) => ({ name, title, model, phone, ...rest, svg, png })));
  }
  return Promise.all(drawn);
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
