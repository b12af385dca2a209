/** @file The budget that the strategies are ranked at, and how sure that is: a slider for the page's script. */

import { oddsText, regionText } from "../../../core/index.ts";
import type { Recommendation } from "../../../statistics/index.ts";
import { prospectOf } from "../../analysis/recommended-ranges.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { type Markup, html } from "../../markup.ts";

/** All budgets' sentences, the largest budget's shown; the slider is for the page's script. */
export function budgetChoice({ design: { budgets }, verdicts }: StudyAnalysis): Markup {
  const last = budgets.length - 1;
  const sentences = budgets.map((budget, index) => {
    const found = verdicts.find((one) => one.budget === budget)?.verdict.recommendation ?? null;
    const words = html`<b>${budget.text} training images of each class</b>: ${sureWords(found)}`;
    return index === last ? html`<p class="how-sure">${words}</p> ` : html`<p class="how-sure" hidden>${words}</p> `;
  });
  return html`<div class="budget" hidden>
      <label for="images">Training images of each class</label>
      <input type="range" id="images" min="0" max="${last}" value="${last}" list="budgets" />
      <datalist id="budgets">
        ${budgets.map(({ text }, index) => html`<option value="${index}" label="${text}"></option> `)}
      </datalist>
      <output for="images">${budgets[last].text}</output>
    </div>
    ${sentences}`;
}

/** `Last layer only is 91 % likely within 1 point of the best; next: Full fine-tuning 40 %.` */
function sureWords(recommendation: Recommendation | null): string {
  if (recommendation === null) return "nothing is ranked.";
  const { recommended, prospects, region, isSure, equals } = recommendation;
  if (prospects.length === 1) return `${recommended} alone is ranked.`;
  const { probability } = prospectOf(recommendation, recommended);
  const next = prospects.find(({ strategy }) => strategy !== recommended && !equals.includes(strategy));
  const verb = isSure ? "is" : "leads so far:";
  const others = next === undefined ? "" : `; next: ${next.strategy} ${oddsText(next.probability)}`;
  return `${recommended} ${verb} ${oddsText(probability)} likely within ${regionText(region)} of the best${others}.`;
}
