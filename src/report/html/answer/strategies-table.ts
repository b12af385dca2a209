/** @file The strategies as one table with a dot and an interval on a scale from guessing to 100 %. */

import { NOTHING, accuracyInterval, count, duration, percent, unsignedPoints } from "../../../core/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { inkOf } from "../../look/inks.ts";
import { type Markup, html, raw } from "../../markup.ts";
import { budgetChoice } from "./budget-choice.ts";
import { type StrategyRow, strategyRows } from "./strategy-rows.ts";

/** Of a dot, in pixels. */
const RADIUS = 5.5;

/** The table, of several budgets with a choice among them; null where the study has no strategy. */
export function strategiesTable(analysis: StudyAnalysis): Markup | null {
  const { design } = analysis;
  const { budgets, chance } = design;
  if (budgets.length === 0) return null;
  const bodies = budgets.map((budget) => strategyRows(analysis, budget).map((row) => rowMarkup(row, chance)));
  const shown = bodies[bodies.length - 1];
  if (shown.length === 0) return null;
  const from = percent(chance, 0);
  return html`<div class="strategies">
    ${design.severalBudgets ? budgetChoice(analysis) : null}
    <table>
      <caption>
        Dot: accuracy on test images; bar: its 90 % interval over new seeds and test images; the scale goes from
        guessing (${from}) to 100 %. Times are of one run by itself.
      </caption>
      <thead>
        <tr>
          <th scope="col">Strategy</th>
          <th scope="col" class="plot">
            <span class="ends"><span>${from}</span><span>100 %</span></span>
          </th>
          <th scope="col" class="right">Accuracy</th>
          <th scope="col" class="right">90 %</th>
          <th scope="col" class="right">Time</th>
          <th scope="col" class="right">Trained numbers</th>
        </tr>
      </thead>
      <tbody>
        ${shown}
      </tbody>
      ${
        design.severalBudgets
          ? bodies.map(
              (rows) =>
                html`<template>
                  <tbody>
                    ${rows}
                  </tbody>
                </template>`,
            )
          : null
      }
    </table>
  </div>`;
}

function rowMarkup(row: StrategyRow, chance: number): Markup {
  const { name, color, accuracy, durationMs, trained, tag } = row;
  const label = tag && html` <span class="${tag.isGood ? "tag good" : "tag"}">${tag.words}</span>`;
  return html`<tr class="${tag?.isGood ? "recommended" : "strategy"}" style="--own: ${inkOf(color)}">
    <th scope="row"><span class="key"></span>${name}${label}</th>
    <td class="plot">${scale(row, chance)}</td>
    <td class="right accuracy">${percent(accuracy)}</td>
    <td class="right">${spreadText(row)}</td>
    <td class="right least" data-name="Time">${duration(durationMs)}</td>
    <td class="right least" data-name="trains">${count(trained)}</td>
  </tr> `;
}

/** `± 0.9`, half of what accuracies can reach. */
function spreadText({ interval }: StrategyRow): string {
  if (interval === null) return NOTHING;
  return `± ${unsignedPoints((Math.min(1, interval[1]) - Math.max(0, interval[0])) / 2)}`;
}

function scale({ accuracy, interval }: StrategyRow, chance: number): Markup | null {
  if (accuracy === undefined) return null;
  const place = (value: number): string => {
    const share = chance < 1 ? (value - chance) / (1 - chance) : 1;
    return `${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}%`;
  };
  const [low, high] = interval ?? [accuracy, accuracy];
  const told = interval ? `${percent(accuracy)}, 90 % interval ${accuracyInterval(interval)}` : percent(accuracy);
  return html`<svg class="scale" role="img" aria-label="${told}">
    <line class="axis" x1="0" x2="100%" y1="50%" y2="50%" />
    <line class="spread" x1="${place(low)}" x2="${place(high)}" y1="50%" y2="50%" />
    <circle cx="${place(accuracy)}" cy="50%" r="${raw(String(RADIUS))}" />
  </svg>`;
}
