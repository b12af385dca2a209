/** @file What trials said of learning rates around the recipe's own. */

import { isNumber } from "../../core/index.ts";
import type { StudySummary, TuningRecord } from "../../study/index.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { logAxis } from "./kit/axes.ts";
import { type SpecFigure, studyLine } from "./kit/figure-words.ts";
import { modelStyle } from "./kit/palette.ts";
import { columnWidth, xyFigureSpec } from "./kit/xy-figure.ts";
import type { XyPanel, XyPoint } from "./kit/xy-panel.ts";

type Trial = TuningRecord["trials"][number];

/** Loss of every candidate beside that of the recipe's own rate; null where no trial was compared with it. */
export function recipeTuningFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  const tuning = summary.tuning.filter(({ trials }) => trials.some(isCompared));
  if (tuning.length === 0) return null;
  const budgets = design.budgets.filter(({ asked }) => tuning.some(({ imagesPerClass }) => imagesPerClass === asked));
  const styles = budgets.map((budget, index) => modelStyle(index, `${budget.text} images per class`));
  const names = [...new Set(tuning.map(({ strategy }) => strategy))];
  const columns = Math.min(2, names.length);
  const x = logAxis(
    tuning.flatMap(({ trials, chosen }) => [chosen, ...trials.map(({ learningRate }) => learningRate)]),
    { title: "Learning rate (logarithmic)", label: "format(datum.value, '~r')" },
  );
  const panels = names.map((strategy): XyPanel => {
    const series = budgets.map(({ asked }, index) => ({
      ...styles[index],
      points: tuning
        .filter((record) => record.strategy === strategy && record.imagesPerClass === asked)
        .flatMap(pointsOf),
    }));
    const ends = series.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [low, high]));
    const margin = 0.05 * (Math.max(0, ...ends) - Math.min(0, ...ends) || 1);
    return {
      title: strategy,
      x,
      y: {
        title: "Loss minus the recipe's, nats",
        scale: "linear",
        domain: [Math.min(0, ...ends) - margin, Math.max(0, ...ends) + margin],
      },
      series,
      rules: [{ axis: "y", at: 0 }],
      draw: { lines: true, spread: "whiskers", size: 34 },
      width: columnWidth(columns),
      height: 200,
    };
  });
  const title = "How the learning rates were chosen";
  const subtitle = [
    studyLine(summary),
    "Loss on training images held back for trials, less that of the recipe's own rate on the same images, ± a standard error; rings mark the rates of the runs. The test set had no part in it.",
  ];
  return { name: "tuning", title, spec: xyFigureSpec({ title, subtitle, legend: styles, panels, columns }) };
}

function isCompared({ differenceToRecipe, factor }: Trial): boolean {
  return isNumber(differenceToRecipe) && factor !== 1;
}

/** The trials of one record, and the chosen rate on the line between them where it is none of theirs. */
function pointsOf({ trials, chosen }: TuningRecord): XyPoint[] {
  const points = trials.flatMap((trial): XyPoint[] => {
    const { learningRate, differenceToRecipe, standardError } = trial;
    if (!isNumber(differenceToRecipe)) return [];
    const error = standardError ?? 0;
    return [
      {
        x: learningRate,
        y: differenceToRecipe,
        low: differenceToRecipe - error,
        high: differenceToRecipe + error,
        tip: tipOf(trial, chosen),
        marked: learningRate === chosen,
      },
    ];
  });
  if (points.some(({ marked }) => marked === true)) return points;
  const at = points.findIndex(({ x }) => Number(x) > chosen);
  // outside of what was tried to its end
  if (at < 1) return points;
  const [left, right] = [points[at - 1], points[at]];
  const [from, to] = [left, right].map(({ x }) => Math.log(Number(x)));
  const share = (Math.log(chosen) - from) / (to - from);
  const y = left.y + share * (right.y - left.y);
  const tip = `rate ${chosen}: chosen, between two that were tried`;
  return [...points.slice(0, at), { x: chosen, y, tip, marked: true }, ...points.slice(at)];
}

function tipOf({ learningRate, factor, differenceToRecipe, standardError, rounds }: Trial, chosen: number): string {
  const steps = rounds === 1 ? ", with a third of the steps" : "";
  const isChosen = learningRate === chosen ? ", chosen" : "";
  if (factor === 1) return `rate ${learningRate}: the recipe's own${isChosen}`;
  const difference = differenceToRecipe ?? 0;
  const error = isNumber(standardError) ? ` ± ${standardError.toFixed(3)}` : "";
  return `rate ${learningRate}: loss ${Math.abs(difference).toFixed(3)}${error} ${difference < 0 ? "below" : "above"} the recipe's${steps}${isChosen}`;
}
