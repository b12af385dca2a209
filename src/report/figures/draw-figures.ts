/** @file Draws all figures of a study as SVG and PNG. */

import type { StudySummary } from "../../study/index.ts";
import { escapeMarkup } from "../markup.ts";
import { examplesGrid } from "./examples-grid.ts";
import { lineFigureSpec } from "./line-figure.ts";
import { svgToPng } from "./rasterize.ts";
import { svgRenderer } from "./render-svg.ts";
import { studyFigures } from "./study-figures.ts";

/** A finished figure. */
export interface DrawnFigure {
  /** Name of its files without extension: `M3-loss`. */
  name: string;
  title: string;
  /** The model it shows; null if it shows all of them or none. */
  model: string | null;
  svg: string;
  png: Uint8Array;
}

/** Everything drawn: the curves, in the order of a report, and the example images if the study kept any. */
export interface DrawnFigures {
  curves: DrawnFigure[];
  examples: DrawnFigure | null;
}

/** Draws the figures of a study. */
export async function drawFigures(summary: StudySummary): Promise<DrawnFigures> {
  const draw = await svgRenderer();
  const curves: DrawnFigure[] = [];
  for (const { name, model, figure } of studyFigures(summary)) {
    curves.push(await finish({ name, model, title: figure.title }, await draw(lineFigureSpec(figure))));
  }
  const grid = await examplesGrid(summary);
  const examples =
    grid === null
      ? null
      : await finish({ name: "examples", model: null, title: "Example images of every class" }, grid);
  return { curves, examples };
}

async function finish(about: Pick<DrawnFigure, "name" | "model" | "title">, drawing: string): Promise<DrawnFigure> {
  // Read out in place of the hundreds of marks inside.
  const svg = drawing.replace("<svg ", `<svg role="img" aria-label="${escapeMarkup(about.title)}" `);
  return { ...about, svg, png: await svgToPng(svg, { fewColors: about.name !== "examples" }) };
}
