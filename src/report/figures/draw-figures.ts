/** @file Draws all figures of a study as SVG and PNG. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { escapeMarkup } from "../markup.ts";
import { curveRuns } from "../runs/curve-runs.ts";
import { confusionFigures } from "./confusion-figure.ts";
import { reliabilityFigure, rocFigure } from "./curve-quality-figures.ts";
import { forgettingFigure } from "./forgetting-figure.ts";
import { EXAMPLES_TITLE, examplesGrid } from "./images/examples-grid.ts";
import { featureMapFigure } from "./images/feature-map-figure.ts";
import { FILTERS_TITLE, filtersGrid } from "./images/filters-grid.ts";
import { MISTAKES_TITLE, mistakesGrid } from "./images/mistakes-grid.ts";
import { tuningFigure, weightChangeFigure } from "./inside-figures.ts";
import type { SpecFigure } from "./kit/figure-words.ts";
import { lineFigureSpec } from "./kit/line-figure.ts";
import { layerCurveFigures } from "./layer-curves-figure.ts";
import { gainFigure, learningCurvesFigure } from "./learning-curves-figure.ts";
import { flopsFigure, secondsFigure, strategyBarsFigure } from "./strategy-figures.ts";
import { studyFigures } from "./study-figures.ts";
import { svgToPng } from "./svg/rasterize.ts";
import { svgRenderer } from "./svg/render-svg.ts";
import { transferabilityFigure } from "./transferability-figure.ts";

/** Where a figure belongs in the story. */
export type FigureGroup = "evidence" | "layers" | "cost" | "curves" | "answers" | "inside" | "tuning" | "examples";

/** A finished figure. */
export interface DrawnFigure {
  /** Name of its files without extension: `M3-loss`. */
  name: string;
  title: string;
  group: FigureGroup;
  /** The model it shows; null if it shows all of them or none. */
  model: string | null;
  svg: string;
  png: Uint8Array;
}

type Undrawn = Omit<DrawnFigure, "svg" | "png">;

/** Draws the figures of a study, in the order of a report. */
export async function drawFigures(summary: StudySummary, analysis: StudyAnalysis): Promise<DrawnFigure[]> {
  const draw = await svgRenderer();
  const drawn: DrawnFigure[] = [];
  for (const { group, figure } of specFigures(summary, analysis)) {
    const { name, title, spec, model } = figure;
    drawn.push(await finish({ name, title, group, model }, await draw(spec), { fewColors: true }));
  }
  for (const { svg, ...about } of await imageFigures(summary, analysis)) {
    if (svg !== null) drawn.push(await finish(about, svg, { fewColors: false }));
  }
  return drawn;
}

interface GroupedFigure {
  group: FigureGroup;
  figure: SpecFigure & { model: string | null };
}

function specFigures(summary: StudySummary, analysis: StudyAnalysis): GroupedFigure[] {
  const { design } = analysis;
  const isOfMany = design.severalBudgets || design.severalSeeds;
  const grouped = (group: FigureGroup, figures: (SpecFigure | null)[]): GroupedFigure[] =>
    figures.flatMap((figure) => (figure ? [{ group, figure: { ...figure, model: null } }] : []));
  const { runs, note } = curveRuns(summary, design);
  const curves = studyFigures(runs, note).map(({ name, model, figure }): GroupedFigure => ({
    group: "curves",
    figure: { name, model, title: figure.title, spec: lineFigureSpec(figure) },
  }));
  return [
    ...(isOfMany
      ? [
          ...grouped("evidence", [
            learningCurvesFigure(summary, analysis),
            gainFigure(summary, analysis),
            strategyBarsFigure(summary, design),
          ]),
          ...grouped("cost", [secondsFigure(summary, design), flopsFigure(summary, design)]),
        ]
      : []),
    ...grouped("layers", layerCurveFigures(summary, design)),
    ...curves,
    ...grouped("answers", [
      ...confusionFigures(summary, design),
      rocFigure(summary, design),
      reliabilityFigure(summary, design),
    ]),
    ...grouped("inside", [
      weightChangeFigure(summary, design),
      forgettingFigure(summary, design),
      featureMapFigure(summary),
      transferabilityFigure(summary, design),
    ]),
    ...grouped("tuning", [tuningFigure(summary, design)]),
  ];
}

async function imageFigures(
  summary: StudySummary,
  { design }: StudyAnalysis,
): Promise<(Undrawn & { svg: string | null })[]> {
  const about = (name: string, title: string, group: FigureGroup): Undrawn => ({ name, title, group, model: null });
  return [
    { ...about("mistakes", MISTAKES_TITLE, "answers"), svg: await mistakesGrid(summary, design) },
    { ...about("first-filters", FILTERS_TITLE, "inside"), svg: await filtersGrid(summary, design) },
    { ...about("examples", EXAMPLES_TITLE, "examples"), svg: await examplesGrid(summary) },
  ];
}

async function finish(about: Undrawn, drawing: string, { fewColors }: { fewColors: boolean }): Promise<DrawnFigure> {
  // Read out in place of the hundreds of marks inside.
  const svg = drawing.replace("<svg ", `<svg role="img" aria-label="${escapeMarkup(about.title)}" `);
  return { ...about, svg, png: await svgToPng(svg, { fewColors }) };
}
