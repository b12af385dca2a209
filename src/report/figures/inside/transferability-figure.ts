/** @file Transferability scores against the accuracies that transfer then reached. */

import { percent } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { checkScores, scoreNames } from "../../analysis/transferability.ts";
import { accuracyAxis, linearAxis } from "../kit/axes.ts";
import { type Figure, columnWidth, flexible } from "../kit/figure.ts";
import { targetLine } from "../kit/figure-words.ts";
import { budgetStyles } from "../kit/strategy-series.ts";
import { xyView } from "../kit/xy-view.ts";

/** One panel a score; null where none has two outcomes to be held against. */
export function transferabilityFigure(summary: StudySummary, { design }: StudyAnalysis): Figure | null {
  const checks = checkScores(summary).filter(({ pairs }) => pairs.length > 1);
  if (checks.length === 0) return null;
  const asked = design.budgets.filter((budget) =>
    checks.some(({ pairs }) => pairs.some((pair) => pair.imagesPerClass === budget.asked)),
  );
  const styles = budgetStyles(asked);
  const columns = Math.min(2, checks.length);
  const pointOf = ({ layer, value, accuracy }: (typeof checks)[number]["pairs"][number]) => {
    const features = layer === null ? "whole source network" : `features below ${layer}`;
    const tip = `${features}: score ${Number(value.toPrecision(3))}, then ${percent(accuracy)}`;
    return { x: value, y: accuracy, tip };
  };
  const views = checks.map(({ score, pairs }) => {
    const scores = pairs.map(({ value }) => value);
    const accuracies = pairs.map(({ accuracy }) => accuracy);
    return xyView({
      title: scoreNames[score],
      x: linearAxis(scores, `${scoreNames[score]}, higher promises more`),
      y: accuracyAxis(accuracies, "Test accuracy"),
      series: asked.map((budget, index) => ({
        ...styles[index],
        points: pairs.filter((pair) => pair.imagesPerClass === budget.asked).map(pointOf),
      })),
      lines: false,
      pointSize: 60,
      width: columnWidth(columns),
      height: 240,
    });
  });
  return {
    name: "transferability",
    title: "Transferability scores and what transfer then reached",
    subtitle: [
      targetLine(summary),
      "Scores are computed before any training on the target; the accuracy is that of new layers on the frozen features they speak of.",
    ],
    legend: styles,
    keys: "points",
    ...flexible(views),
    columns,
  };
}
