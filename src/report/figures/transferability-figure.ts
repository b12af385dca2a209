/** @file Transferability scores against the accuracies that transfer then reached. */

import { percent } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { checkScores, scoreNames } from "../analysis/transferability.ts";
import { accuracyAxis, linearAxis } from "./kit/axes.ts";
import { type SpecFigure, targetLine } from "./kit/figure-words.ts";
import { modelStyle } from "./kit/palette.ts";
import { columnWidth, xyFigureSpec } from "./kit/xy-figure.ts";
import type { XyPanel } from "./kit/xy-panel.ts";

/** One panel a score; null where none has enough outcomes to be held against. */
export function transferabilityFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  const checks = checkScores(summary).filter(({ correlations }) => correlations.length > 0);
  if (checks.length === 0) return null;
  const asked = design.budgets.filter((budget) =>
    checks.some(({ pairs }) => pairs.some((pair) => pair.imagesPerClass === budget.asked)),
  );
  const styles = asked.map((budget, index) => modelStyle(index, `${budget.text} images per class`));
  const columns = Math.min(2, checks.length);
  const panels = checks.map(({ score, pairs }): XyPanel => ({
    title: scoreNames[score],
    x: linearAxis(
      pairs.map(({ value }) => value),
      `${scoreNames[score]}, higher promises more`,
    ),
    y: accuracyAxis(
      pairs.map(({ accuracy }) => accuracy),
      "Test accuracy",
    ),
    series: asked.map((budget, index) => ({
      ...styles[index],
      points: pairs
        .filter((pair) => pair.imagesPerClass === budget.asked)
        .map(({ layer, value, accuracy }) => ({
          x: value,
          y: accuracy,
          tip: `${layer === null ? "whole source network" : `features below ${layer}`}: score ${Number(value.toPrecision(3))}, then ${percent(accuracy)}`,
        })),
    })),
    draw: { lines: false, spread: "whiskers", size: 60 },
    width: columnWidth(columns),
    height: 240,
  }));
  const title = "Transferability scores and what transfer then reached";
  const subtitle = [
    targetLine(summary),
    "Scores are computed before any training on the target; the accuracy is that of new layers on the frozen features they speak of.",
  ];
  return {
    name: "transferability",
    title,
    spec: xyFigureSpec({ title, subtitle, legend: styles, keys: "points", panels, columns }),
  };
}
