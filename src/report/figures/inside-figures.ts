/** @file What happened inside the networks: weights that moved, maps of features. */

import { mean } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { FeatureMapRecord } from "../record-parts.ts";
import { type StudyDesign, largestBudget } from "../analysis/study-design.ts";
import { percent, plural } from "../format.ts";
import { logAxis } from "./axes.ts";
import { type SpecFigure, atLargest, strategyStyle, studyLine } from "./figure-words.ts";
import { type SeriesStyle, modelStyle } from "./palette.ts";
import { FULL_WIDTH, columnWidth, xyFigureSpec } from "./xy-figure.ts";
import type { XyAxis, XyPanel, XySeries } from "./xy-panel.ts";

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

const blank: Omit<XyAxis, "domain"> = { title: null, scale: "linear", ticks: [] };

/** Images as points in the plane; null where the study made no maps. */
export function featureMapFigure(summary: StudySummary): SpecFigure | null {
  const maps = summary.featureMaps.filter(({ points }) => points.length > 0);
  if (maps.length === 0) return null;
  const styles = mapStyles(summary, maps);
  const columns = maps.length === 1 ? 1 : 2;
  const size = Math.min(330, columnWidth(columns));
  const panels = maps.map(({ method, features, points }): XyPanel => {
    const axis = (values: number[]): XyAxis => {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const margin = 0.04 * (high - low || 1);
      return { ...blank, domain: [low - margin, high + margin] };
    };
    const series = styles.flatMap((style): XySeries[] => {
      const own = points.filter((point) => nameOf(point) === style.name);
      return own.length === 0
        ? []
        : [
            {
              ...style,
              points: own.map(({ x, y }) => ({ x, y, tip: `${method === "pca" ? "PCA" : "t-SNE"} of ${features}` })),
            },
          ];
    });
    const name = method === "pca" ? "PCA" : "t-SNE";
    return {
      title: `${name} of ${features === "raw pixels" ? features : `features of ${features}`}`,
      x: axis(points.map(({ x }) => x)),
      y: axis(points.map(({ y }) => y)),
      series,
      draw: { lines: false, spread: "whiskers", size: 22, opacity: 0.75 },
      width: size,
      height: size,
    };
  });
  const images = Math.max(...maps.map(({ points }) => points.length));
  const title = "Maps of source and target images";
  const subtitle = [
    studyLine(summary),
    `${plural(images, "image")} a map. Near in the map is near in the features of the source network; axes have no unit. PCA: the first two components, from left to right and from bottom to top.`,
  ];
  return {
    name: "feature-maps",
    title,
    spec: xyFigureSpec({ title, subtitle, legend: styles, keys: "points", panels, columns }),
  };
}

/** Target classes first, in strong colours and as diamonds; source classes are circles in pale ones. */
function mapStyles(summary: StudySummary, maps: readonly FeatureMapRecord[]): SeriesStyle[] {
  const shown = new Set(maps.flatMap(({ points }) => points.map(nameOf)));
  const strong = ["#D55E00", "#000000", "#CC79A7", "#7B3294", "#A6611A"];
  const target = summary.target.classNames.map((className, index): SeriesStyle => ({
    name: nameOf({ className, task: "target" }),
    color: strong[index % strong.length],
    dash: [1, 0],
    shape: index % 2 === 0 ? "diamond" : "triangle-up",
  }));
  const pale = ["#56B4E9", "#009E73", "#E69F00", "#0072B2", "#999999", "#B3CDE3", "#A6D854", "#E5C494"];
  const source = summary.source.classNames.map((className, index): SeriesStyle => ({
    ...modelStyle(index, nameOf({ className, task: "source" })),
    color: pale[index % pale.length],
    shape: "circle",
  }));
  return [...target, ...source].filter((style) => shown.has(style.name));
}

function nameOf({ className, task }: { className: string; task: "source" | "target" }): string {
  return task === "target" ? `${className} (target)` : className;
}

/** The trials among which learning rates were chosen; null where they were configured. */
export function tuningFigure(summary: StudySummary, design: StudyDesign): SpecFigure | null {
  const { tuning } = summary;
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
