/** @file What accuracy costs: every strategy as a point, and the front of those that nothing beats for less. */

import { accuracyInterval, duration, percent } from "../../../core/index.ts";
import type { Prospect } from "../../../statistics/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { accuracyAxis, secondsAxis } from "../kit/axes.ts";
import { type Figure, flexible } from "../kit/figure.ts";
import { atLargest, targetLine } from "../kit/figure-words.ts";
import { endsOf, strategyStyle } from "../kit/strategy-series.ts";
import type { XySeries } from "../kit/xy-panel.ts";
import { xyView } from "../kit/xy-view.ts";

/** The ranked strategies at the largest budget; null where fewer than two are ranked. */
export function frontFigure(summary: StudySummary, { design, verdicts }: StudyAnalysis): Figure | null {
  const prospects = (verdicts.at(-1)?.verdict.recommendation?.prospects ?? []).filter(({ seconds }) => seconds > 0);
  const front = frontOf(prospects);
  const series = design.strategies.flatMap((strategy): XySeries[] => {
    const found = prospects.find((one) => one.strategy === strategy.name);
    if (found === undefined) return [];
    const { accuracy, interval, seconds } = found;
    const [low, high] = interval;
    const isOn = front.includes(found) ? "; nothing is as accurate for less" : "";
    const tip = `${percent(accuracy)} (90 % interval ${accuracyInterval(interval)}) in ${duration(1000 * seconds)}${isOn}`;
    return [{ ...strategyStyle(strategy), points: [{ x: seconds, y: accuracy, low, high, tip }] }];
  });
  if (series.length < 2) return null;
  const seconds = prospects.map((one) => one.seconds);
  return {
    name: "accuracy-for-seconds",
    title: `What accuracy costs${atLargest(design)}`,
    subtitle: [
      targetLine(summary),
      "The line joins the strategies that no cheaper one beats. Whiskers are 90 % intervals; seconds are of one run by itself.",
    ],
    legend: series,
    keys: "points",
    ...flexible([
      xyView({
        x: secondsAxis(seconds),
        y: accuracyAxis(endsOf(series), "Test accuracy"),
        series,
        guide: front.map(({ seconds: x, accuracy: y }) => ({ x, y })),
        lines: false,
        spread: "whiskers",
        pointSize: 80,
        height: 300,
      }),
    ]),
  };
}

/** From cheap to accurate: each is more accurate than all that cost less. */
function frontOf(prospects: readonly Prospect[]): Prospect[] {
  let best = -Infinity;
  return prospects
    .toSorted((a, b) => a.seconds - b.seconds || b.accuracy - a.accuracy)
    .filter(({ accuracy }) => {
      if (accuracy <= best) return false;
      best = accuracy;
      return true;
    });
}
