/** @file What trials said of learning rates. */

import { isNumber, percent, plural } from "../../core/index.ts";
import { mean } from "../../statistics/index.ts";
import type { StudySummary, TuningRecord } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { labelOf } from "../runs/models.ts";
import { logAxis, differenceDomain } from "./kit/axes.ts";
import { type Figure, columnWidth, flexible } from "./kit/figure.ts";
import { studyLine } from "./kit/figure-words.ts";
import { budgetStyles, endsOf } from "./kit/strategy-series.ts";
import type { XyAxis, XyPoint, XyRule, XySeries } from "./kit/xy-panel.ts";
import { xyView } from "./kit/xy-view.ts";

type Trial = TuningRecord["trials"][number];

/** What the trials of a study are shown as. */
interface Shown {
  words: string;
  /** Of the records of one strategy and budget. */
  pointsOf: (records: readonly TuningRecord[]) => XyPoint[];
  yAxis: (series: readonly XySeries[]) => XyAxis;
  rules: XyRule[];
}

/** A panel a strategy; null where rates were configured, and where there were no trials. */
export function tuningFigure(summary: StudySummary, { design }: StudyAnalysis): Figure | null {
  const isBesideRecipe = summary.tuning.some(({ factor }) => factor !== undefined);
  const tuning = isBesideRecipe ? summary.tuning.filter(({ trials }) => trials.some(isCompared)) : summary.tuning;
  if (!tuning.some(({ trials }) => trials.some(isBesideRecipe ? isCompared : isFinished))) return null;
  const { words, pointsOf, yAxis, rules } = isBesideRecipe ? losses : accuracies(tuning);
  const budgets = design.budgets.filter(({ asked }) => tuning.some(({ imagesPerClass }) => imagesPerClass === asked));
  const styles = budgetStyles(budgets);
  const names = [...new Set(tuning.map(({ strategy }) => strategy))];
  const columns = Math.min(2, names.length);
  const x = logAxis(
    tuning.flatMap(({ trials, chosen }) => [chosen, ...trials.map(({ learningRate }) => learningRate)]),
    { title: "Learning rate (logarithmic)", label: "format(datum.value, '~r')" },
  );
  const views = names.map((strategy) => {
    const own = tuning.filter((record) => record.strategy === strategy);
    const series = budgets.map(({ asked }, index) => ({
      ...styles[index],
      points: pointsOf(own.filter(({ imagesPerClass }) => imagesPerClass === asked)),
    }));
    const y = yAxis(series);
    const width = columnWidth(columns);
    return xyView({
      title: labelOf(summary, strategy),
      x,
      y,
      series,
      rules,
      spread: "whiskers",
      pointSize: 34,
      width,
      height: 200,
    });
  });
  return {
    name: "tuning",
    title: "How the learning rates were chosen",
    subtitle: [studyLine(summary), `${words} The test set had no part in it.`],
    legend: styles,
    ...flexible(views),
    columns,
  };
}

/** Loss of every candidate beside that of the recipe's own rate. */
const losses: Shown = {
  words:
    "Loss on training images held back for trials, less that of the recipe's own rate on the same images, ± a standard error; rings mark the rates of the runs.",
  pointsOf: (records) => records.flatMap(besideRecipe),
  yAxis: (series) => ({
    title: "Loss minus the recipe's",
    scale: "linear",
    domain: differenceDomain(endsOf(series), 1),
  }),
  rules: [{ axis: "y", at: 0 }],
};

/** Of summaries of earlier versions, which tried one list of rates for every strategy. */
function accuracies(tuning: readonly TuningRecord[]): Shown {
  const lowest = Math.min(...tuning.flatMap(({ trials }) => trials.map((trial) => trial.validationAccuracy ?? 1)));
  return {
    words:
      "Short trials on training images held back for them, means over seeds; rings mark rates that at least one seed chose.",
    pointsOf: meansOverSeeds,
    yAxis: () => ({
      title: "Validation accuracy",
      scale: "linear",
      domain: [Math.floor(10 * lowest) / 10, 1],
      label: "round(datum.value * 100) + ' %'",
    }),
    rules: [],
  };
}

function isCompared({ differenceToRecipe, factor }: Trial): boolean {
  return isNumber(differenceToRecipe) && factor !== 1;
}

function isFinished({ validationAccuracy }: Trial): boolean {
  return validationAccuracy !== null;
}

/** The trials of one record, and the chosen rate on the line between them where it is none of theirs. */
function besideRecipe({ trials, chosen }: TuningRecord): XyPoint[] {
  const points = trials.flatMap((trial): XyPoint[] => {
    const { learningRate: x, differenceToRecipe: y, standardError } = trial;
    if (!isNumber(y)) return [];
    const error = standardError ?? 0;
    const mark = x === chosen ? "ring" : null;
    return [{ x, y, low: y - error, high: y + error, tip: tipOf(trial, chosen), mark }];
  });
  if (points.some(({ mark }) => mark === "ring")) return points;
  const at = points.findIndex(({ x }) => Number(x) > chosen);
  // outside of what was tried to its end
  if (at < 1) return points;
  const [left, right] = [points[at - 1], points[at]];
  const [from, to] = [left, right].map(({ x }) => Math.log(Number(x)));
  const share = (Math.log(chosen) - from) / (to - from);
  const y = left.y + share * (right.y - left.y);
  const tip = `rate ${chosen}: chosen, between two that were tried`;
  return [...points.slice(0, at), { x: chosen, y, tip, mark: "ring" }, ...points.slice(at)];
}

function tipOf({ learningRate, factor, differenceToRecipe, standardError, rounds }: Trial, chosen: number): string {
  const steps = rounds === 1 ? ", with a third of the steps" : "";
  const isChosen = learningRate === chosen ? ", chosen" : "";
  if (factor === 1) return `rate ${learningRate}: the recipe's own${isChosen}`;
  const difference = differenceToRecipe ?? 0;
  const error = isNumber(standardError) ? ` ± ${standardError.toFixed(3)}` : "";
  return `rate ${learningRate}: loss ${Math.abs(difference).toFixed(3)}${error} ${difference < 0 ? "below" : "above"} the recipe's${steps}${isChosen}`;
}

function meansOverSeeds(records: readonly TuningRecord[]): XyPoint[] {
  const trials = records.flatMap((record) => record.trials).sort((a, b) => a.learningRate - b.learningRate);
  return [...Map.groupBy(trials, ({ learningRate }) => learningRate)].flatMap(([rate, own]) => {
    const values = own.flatMap(({ validationAccuracy }) => validationAccuracy ?? []);
    if (values.length === 0) return [];
    const chosen = records.filter((record) => record.chosen === rate).length;
    const tip = `rate ${rate}: ${percent(mean(values))}, chosen by ${chosen} of ${plural(records.length, "seed")}`;
    return [{ x: rate, y: mean(values), tip, mark: chosen > 0 ? "ring" : null }];
  });
}
