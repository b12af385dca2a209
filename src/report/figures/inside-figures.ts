/** @file What happened inside and before training: weights that moved, learning rates that were tried. */

import { percent, plural } from "../../core/index.ts";
import { mean } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { type StudyDesign, largestBudget } from "../analysis/study-design.ts";
import { logAxis } from "./kit/axes.ts";
import { type SpecFigure, atLargest, strategyStyle, studyLine } from "./kit/figure-words.ts";
import { modelStyle } from "./kit/palette.ts";
import { FULL_WIDTH, columnWidth, xyFigureSpec } from "./kit/xy-figure.ts";
import type { XyPanel, XySeries } from "./kit/xy-panel.ts";
import { recipeTuningFigure } from "./tuning-figure.ts";

const HEIGHT = 300;

/** Relative change of every transferred layer at the largest budget; null where nothing was transferred and measured. */
export function weightChangeFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  if (design.budgets.length === 0) return null;
  const budget = largestBudget(design);
  const measured = design.strategies.map((one) => {
    const changes = one.at(budget).flatMap((run) => run.weightChange ?? []);
    const layers = [...new Set(changes.map(({ layer }) => layer))];
    const points = layers.map((layer) => {
      const values = changes.filter((change) => change.layer === layer).map(({ relative }) => relative);
      return { layer, value: mean(values), seeds: values.length };
    });
    return { one, points };
  });
  const moved = measured.filter(({ points }) => points.some(({ value }) => value > 0));
  if (moved.length === 0) return null;
  const layers = [...new Set(moved.flatMap(({ points }) => points.map(({ layer }) => layer)))];
  const series = moved.map(({ one, points }): XySeries => ({
    ...strategyStyle(one),
    points: points.map(({ layer, value, seeds }) => ({
      x: layer,
      y: value,
      tip: `${layer}: moved by ${percent(value)} of its norm${seeds > 1 ? `, mean of ${seeds} seeds` : ""}`,
    })),
  }));
  const highest = Math.max(...series.flatMap((one) => one.points.map(({ y }) => y)));
  const panel: XyPanel = {
    x: { title: "Layer, from the image to the answer", scale: "category", domain: layers },
    y: {
      title: "Change of the weights",
      scale: "linear",
      domain: [0, 1.05 * highest],
      label: "round(datum.value * 1000) / 10 + ' %'",
    },
    series,
    draw: { lines: true, spread: "whiskers" },
    width: FULL_WIDTH,
    height: HEIGHT,
  };
  const title = `How far fine-tuning moved each layer${atLargest(design)}`;
  const subtitle = [
    studyLine(summary),
    "Length of the change over the length of the weights that were transferred, in the Euclidean norm; frozen layers stay at 0.",
  ];
  return {
    name: "weight-change",
    title,
    spec: xyFigureSpec({ title, subtitle, legend: series, panels: [panel], columns: 1 }),
  };
}

/** The trials among which learning rates were chosen; null where they were configured, and where there were no trials. */
export function tuningFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  const { tuning } = summary;
  if (tuning.some(({ factor }) => factor !== undefined)) return recipeTuningFigure(summary, design);
  const trialsOf = tuning.flatMap(({ trials }) => trials);
  const finished = trialsOf.filter(({ validationAccuracy }) => validationAccuracy !== null);
  if (finished.length === 0) return null;
  const budgets = design.budgets.filter((budget) =>
    tuning.some(({ imagesPerClass }) => imagesPerClass === budget.asked),
  );
  const styles = budgets.map((budget, index) => modelStyle(index, `${budget.text} images per class`));
  const names = [...new Set(tuning.map(({ strategy }) => strategy))];
  const columns = Math.min(2, names.length);
  const x = logAxis(
    trialsOf.map(({ learningRate }) => learningRate),
    { title: "Learning rate (logarithmic)", label: "format(datum.value, '~r')" },
  );
  const lowest = Math.min(...finished.map(({ validationAccuracy }) => validationAccuracy ?? 1));
  const from = Math.floor(10 * lowest) / 10;
  const panels = names.map((strategy): XyPanel => ({
    title: strategy,
    x,
    y: { title: "Validation accuracy", scale: "linear", domain: [from, 1], label: "round(datum.value * 100) + ' %'" },
    series: budgets.map((budget, index) => ({
      ...styles[index],
      points: trialPoints(summary, { strategy, asked: budget.asked }),
    })),
    draw: { lines: true, spread: "whiskers", size: 34 },
    width: columnWidth(columns),
    height: 200,
  }));
  const title = "How the learning rates were chosen";
  const subtitle = [
    studyLine(summary),
    "Short trials on training images held back for them, means over seeds; rings mark rates that at least one seed chose. The test set had no part in it.",
  ];
  return { name: "tuning", title, spec: xyFigureSpec({ title, subtitle, legend: styles, panels, columns }) };
}

function trialPoints(
  { tuning }: StudySummary,
  { strategy, asked }: { strategy: string; asked: number | "all" },
): XySeries["points"] {
  const own = tuning.filter((record) => record.strategy === strategy && record.imagesPerClass === asked);
  const rates = [...new Set(own.flatMap(({ trials }) => trials.map(({ learningRate }) => learningRate)))].sort(
    (a, b) => a - b,
  );
  return rates.flatMap((rate) => {
    const values = own.flatMap(({ trials }) =>
      trials.flatMap((trial) =>
        trial.learningRate === rate && trial.validationAccuracy !== null ? [trial.validationAccuracy] : [],
      ),
    );
    if (values.length === 0) return [];
    const chosen = own.filter((record) => record.chosen === rate).length;
    const tip = `rate ${rate}: ${percent(mean(values))}, chosen by ${chosen} of ${plural(own.length, "seed")}`;
    return [{ x: rate, y: mean(values), tip, marked: chosen > 0 }];
  });
}
