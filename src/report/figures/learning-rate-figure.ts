/** @file The figure of a learning-rate range test: loss against the rate, and the rate that it suggests. */

import { describeOptimizer } from "../sentences/recipe-words.ts";
import type { LearningRateTest } from "../../study/index.ts";
import { drawFigure } from "./kit/draw-figure.ts";
import { FULL_WIDTH } from "./kit/figure.ts";
import { inks } from "../look/inks.ts";
import { strategyName } from "../runs/strategy-names.ts";

const HEIGHT = 320;
/** Losses that far above the first one would flatten what matters. */
const HIGHEST_SHOWN = 1.5;
/** Share of the axis that the word beside an upright line needs. */
const LABEL_ROOM = 0.2;
const LINE_HEIGHT = 15;
const COLORS = {
  batch: inks.steel.light,
  smoothed: inks.blue.light,
  suggestion: inks.green.light,
  minimum: inks.vermilion.light,
};

/** The figure as SVG, and as PNG at twice its size. */
export function learningRateFigure(test: LearningRateTest): Promise<{ svg: string; png: Uint8Array }> {
  return drawFigure({ title: titleOf(test), subtitle: [subtitleOf(test)], views: [viewOf(test)] });
}

function titleOf({ strategy, label, study, dataset }: LearningRateTest): string {
  return `Learning-rate range test of “${strategyName({ strategy, label })}”: study ${study} on ${dataset.title}`;
}

function subtitleOf({ trainImages, batchSize, optimizer, points, steps, seed }: LearningRateTest): string {
  const count = points.length === steps ? `${steps} steps` : `stopped after ${points.length} of ${steps} steps`;
  const batch = Math.min(batchSize, trainImages);
  return `Training loss while the rate rises, of each batch (thin) and smoothed (bold); ${describeOptimizer(optimizer)}, batches of ${batch} of ${trainImages} training images, seed ${seed}, ${count}.`;
}

function viewOf(test: LearningRateTest): object {
  const { points, from } = test;
  const rates = points.map(({ learningRate }) => learningRate);
  const x = rateEncoding([from, Math.max(from * 1.01, ...rates)]);
  const first = points[0]?.smoothedLoss ?? 1;
  const highest = Math.max(first * HIGHEST_SHOWN, ...points.slice(0, 10).map(({ loss }) => loss));
  const y = {
    type: "quantitative",
    scale: { domain: [0, highest], nice: 6, clamp: false },
    axis: { title: "training loss", tickCount: 6 },
  };
  const data = { values: points };
  return {
    width: FULL_WIDTH,
    height: HEIGHT,
    layer: [
      {
        data,
        mark: { type: "line", clip: true, strokeWidth: 1, color: COLORS.batch },
        encoding: { x, y: { ...y, field: "loss" } },
      },
      {
        data,
        mark: { type: "line", clip: true, strokeWidth: 2.5, color: COLORS.smoothed },
        encoding: { x, y: { ...y, field: "smoothedLoss" } },
      },
      ...ruleLayers(test, x),
    ],
  };
}

function rateEncoding(domain: [number, number]): object {
  return {
    field: "learningRate",
    type: "quantitative",
    scale: { type: "log", domain, nice: false },
    axis: { title: "learning rate", format: "~g", values: ticksOf(domain), labelOverlap: "greedy" },
  };
}

/** Powers of ten, and their doubles and halves where these alone would be too few. */
function ticksOf([low, high]: [number, number]): number[] {
  const digits = high / low < 1000 ? [1, 2, 5] : [1];
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, index) => Math.floor(Math.log10(low)) + index,
  );
  // 1e-6 itself is one, whatever a power of ten rounds to
  const ticks = powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** Upright lines with their words at the top: a legend would be farther from what it explains. */
function ruleLayers({ suggestion, points, from }: LearningRateTest, x: object): object[] {
  if (suggestion === null) return [];
  const rules = [
    { learningRate: suggestion.learningRate, word: `suggested ${suggestion.learningRate}`, color: COLORS.suggestion },
    {
      learningRate: suggestion.atMinimum,
      word: `lowest loss ${Number(suggestion.atMinimum.toPrecision(2))}`,
      color: COLORS.minimum,
    },
  ];
  const length = Math.log(points[points.length - 1].learningRate / from);
  return rules.flatMap((rule, index) => {
    const data = { values: [rule] };
    const isFarLeft = Math.log(rule.learningRate / from) < LABEL_ROOM * length;
    const place = isFarLeft ? { align: "left", dx: 5 } : { align: "right", dx: -5 };
    return [
      {
        data,
        mark: { type: "rule", color: rule.color, strokeWidth: 1.5, strokeDash: [5, 3] },
        encoding: { x },
      },
      {
        data,
        mark: { type: "text", ...place, baseline: "top", dy: 4 + LINE_HEIGHT * index, fontSize: 11, color: rule.color },
        encoding: { x, y: { value: 0 }, text: { field: "word" } },
      },
    ];
  });
}
