/** @file All figures of a report, in their order. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { confusionFigures } from "./answers/confusion-figure.ts";
import { mistakesFigure } from "./answers/mistakes-figure.ts";
import { reliabilityFigure } from "./answers/reliability-figure.ts";
import { rocFigure } from "./answers/roc-figure.ts";
import { epochFigures } from "./epoch-figures.ts";
import { frontFigure } from "./evidence/front-figure.ts";
import { gainFigure } from "./evidence/gain-figure.ts";
import { layerCurvesFigures } from "./evidence/layer-curves-figure.ts";
import { learningCurvesFigure } from "./evidence/learning-curves-figure.ts";
import { operationsFigure } from "./evidence/operations-figure.ts";
import { secondsFigure } from "./evidence/seconds-figure.ts";
import { strategiesFigure } from "./evidence/strategies-figure.ts";
import { examplesFigure } from "./examples-figure.ts";
import { featureMapFigure } from "./inside/feature-map-figure.ts";
import { filtersFigure } from "./inside/filters-figure.ts";
import { forgettingFigure } from "./inside/forgetting-figure.ts";
import { transferabilityFigure } from "./inside/transferability-figure.ts";
import { weightChangeFigure } from "./inside/weight-change-figure.ts";
import type { Figure } from "./kit/figure.ts";
import { tuningFigure } from "./tuning-figure.ts";

/** Where a figure belongs in the story, and what its section is called; in the order of a report. */
export const groupTitles = {
  evidence: "Evidence",
  layers: "Layer curves",
  cost: "Cost",
  curves: "All models together",
  answers: "What the models answer",
  inside: "Inside the models",
  tuning: "Learning rates",
  examples: "Example images",
};

export type FigureGroup = keyof typeof groupTitles;

type Figures = Figure | readonly Figure[] | null;

/** What makes a figure, or several; null or none where the study has nothing to show in it. */
interface FigureRow {
  group: FigureGroup;
  figures: (summary: StudySummary, analysis: StudyAnalysis) => Figures | Promise<Figures>;
  /** True if only studies of several budgets or seeds have it. */
  ofMany?: boolean;
  /** True if a reader may want to hide some of its series; in the others every mark is its own story. */
  toggles?: boolean;
}

/** In the order of a report. */
export const figureTable: readonly FigureRow[] = [
  { group: "evidence", figures: learningCurvesFigure, ofMany: true, toggles: true },
  { group: "evidence", figures: gainFigure, ofMany: true, toggles: true },
  { group: "evidence", figures: strategiesFigure, ofMany: true, toggles: true },
  { group: "cost", figures: frontFigure },
  { group: "cost", figures: secondsFigure, ofMany: true, toggles: true },
  { group: "cost", figures: operationsFigure, ofMany: true, toggles: true },
  { group: "layers", figures: layerCurvesFigures, toggles: true },
  { group: "curves", figures: epochFigures, toggles: true },
  { group: "answers", figures: confusionFigures },
  { group: "answers", figures: rocFigure, toggles: true },
  { group: "answers", figures: reliabilityFigure, toggles: true },
  { group: "inside", figures: weightChangeFigure, toggles: true },
  { group: "inside", figures: forgettingFigure, toggles: true },
  { group: "inside", figures: featureMapFigure, toggles: true },
  { group: "inside", figures: transferabilityFigure, toggles: true },
  { group: "tuning", figures: tuningFigure, toggles: true },
  { group: "answers", figures: mistakesFigure },
  { group: "inside", figures: filtersFigure },
  { group: "examples", figures: examplesFigure },
];
