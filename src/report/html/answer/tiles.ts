/** @file The answer as a few numbers. */

import {
  accuracyInterval,
  count,
  duration,
  levelText,
  percent,
  points,
  times,
  unsignedPoints,
} from "../../../core/index.ts";
import type { Prospect } from "../../../statistics/index.ts";
import { gainOf } from "../../analysis/gain.ts";
import type { Pick } from "../../analysis/recommended-ranges.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { accuracyOf, largestBudget } from "../../analysis/study-design.ts";
import { budgetPhrase } from "../../figures/kit/figure-words.ts";
import { type Markup, html } from "../../markup.ts";
import { explained } from "../glossary.ts";

/** A number, and what it is of. */
interface Tile {
  value: string;
  words: string;
  /** Where the page shows more of it. */
  more?: { words: string; anchor: string };
}

/** Accuracy, gain, time and mistakes of what is recommended, with the most images; null where nothing is. */
export function answerTiles(analysis: StudyAnalysis): Markup | null {
  const pick = analysis.ranges.at(-1)?.picks.at(-1);
  if (pick === undefined) return null;
  const tiles = [accuracyTile(pick, analysis), gainTile(pick, analysis), timeTile(pick), ...wrongTile(analysis, pick)];
  return html`<ul class="tiles">
    ${tiles.map(tileMarkup)}
  </ul>`;
}

function tileMarkup({ value, words, more }: Tile): Markup {
  const link = more && html` – <a href="#${more.anchor}">${more.words}</a>`;
  return html`<li><b>${value}</b> ${explained(words)}${link}</li> `;
}

function accuracyTile({ prospect, budget }: Pick, { design }: StudyAnalysis): Tile {
  const { accuracy, interval, strategy } = prospect;
  const half = (Math.min(1, interval[1]) - Math.max(0, interval[0])) / 2;
  const where = design.severalBudgets ? ` with ${budgetPhrase(budget)}` : "";
  return {
    value: `${percent(accuracy)} ± ${unsignedPoints(half)}`,
    words: `test accuracy of ${strategy}${where}; 90 % interval ${accuracyInterval(interval)}`,
  };
}

/** Over training from scratch, or, where nothing of that kind is ranked, over guessing. */
function gainTile({ prospect, budget }: Pick, { design, verdicts }: StudyAnalysis): Tile {
  const found = verdicts.find((one) => one.budget === budget);
  const gain = found ? gainOf(found.verdict, prospect.strategy) : null;
  if (gain === null) {
    const over = points(prospect.accuracy - design.chance);
    return { value: `${over} points`, words: `over guessing, which gets ${percent(design.chance)} right` };
  }
  const { transferred, scratch, difference, low, high, level } = gain;
  const of = transferred === prospect.strategy ? "" : `of ${transferred} `;
  const words = `${of}over ${scratch}; ${levelText(level)} interval ${points(low)} to ${points(high)}`;
  return { value: `${points(difference)} points`, words };
}

function timeTile({ prospect, recommendation }: Pick): Tile {
  const slowest = recommendation.prospects.reduce((most, one) => (one.seconds > most.seconds ? one : most));
  return { value: duration(1000 * prospect.seconds), words: `to train it once${comparedTo(slowest, prospect)}` };
}

function comparedTo(slowest: Prospect, { seconds }: Prospect): string {
  const ratio = slowest.seconds / seconds;
  return ratio > 1.05 ? `, ${times(ratio)} faster than ${slowest.strategy}` : "";
}

/** Of the first seed's run, which the report looks into. */
function wrongTile({ design }: StudyAnalysis, { prospect, budget }: Pick): Tile[] {
  const [run] = design.strategies.find(({ name }) => name === prospect.strategy)?.at(budget) ?? [];
  const accuracy = run && accuracyOf(run);
  if (accuracy === undefined) return [];
  const wrong = Math.round((1 - accuracy) * run.testImages);
  const isShown = wrong > 0 && run.evaluation !== undefined && budget === largestBudget(design);
  return [
    {
      value: `${count(wrong)} of ${count(run.testImages)}`,
      words: `test images wrong${design.severalSeeds ? ` with seed ${run.seed}` : ""}`,
      ...(isShown ? { more: { words: "see them", anchor: "mistakes" } } : {}),
    },
  ];
}
