/** @file The wrong answers of each model in `report.html`, with the image's file and what the model thought of it. */

import { percent, plural } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { planesToPng } from "../figures/svg/image-png.ts";
import { type Markup, html } from "../markup.ts";
import { type EvaluatedRun, evaluatedRuns } from "../runs/detail-runs.ts";
import { type Mistake, mistakeName, planesOf } from "../runs/mistakes.ts";
import { section } from "./sections.ts";

/** Longer side of an image in the page, in pixels. */
const LARGEST = 128;

/** Every mistake that the records have, the recommended strategy's unfolded; null where they have none. */
export async function mistakesSection(summary: StudySummary, analysis: StudyAnalysis): Promise<Markup | null> {
  const { channels, height, width } = summary.examples;
  const runs = evaluatedRuns(summary, analysis.design).filter(({ evaluation }) => evaluation.mistakes?.length);
  if (runs.length === 0 || channels * height * width === 0) return null;
  const recommended = analysis.ranges.at(-1)?.strategy;
  const first = runs.find(({ style }) => style.name === recommended) ?? runs[0];
  const ordered = [first, ...runs.filter((one) => one !== first)];
  const galleries = ordered.map(async (one) => gallery(one, { summary, isOpen: one === first }));
  return section("Wrong answers, the surest first", await Promise.all(galleries));
}

async function gallery(
  { run, style, evaluation }: EvaluatedRun,
  { summary, isOpen }: { summary: StudySummary; isOpen: boolean },
): Promise<Markup> {
  const { mistakes = [], confusion } = evaluation;
  const wrong = confusion.flatMap((row, truth) => row.filter((_, answer) => answer !== truth));
  const total = wrong.reduce((sum, value) => sum + value, 0);
  const cards = await Promise.all(
    mistakes.map(async (mistake) =>
      card(mistake, await planesToPng(planesOf(mistake, summary), summary.examples, { largest: LARGEST })),
    ),
  );
  const shown = mistakes.length < total ? `, ${mistakes.length} of them here` : "";
  const title = `${style.name}, seed ${run.seed}: ${plural(total, "wrong answer")}${shown}`;
  const content = html`<summary>${title}</summary>
    <ul class="shots">
      ${cards}
    </ul>`;
  return isOpen ? html`<details open>${content}</details>` : html`<details>${content}</details>`;
}

function card(mistake: Mistake, png: string): Markup {
  const { trueClass, answer, probability, probabilities = [{ className: answer, probability }] } = mistake;
  const name = mistakeName(mistake);
  const odds = probabilities.map((one) => html`<span><bdi>${one.className}</bdi> ${percent(one.probability)}</span> `);
  return html`<li>
    <img src="data:image/png;base64,${png}" alt="${name}: ${trueClass}, taken for ${answer}" loading="lazy" />
    <b><bdi>${answer}</bdi>?</b> It is <bdi>${trueClass}</bdi>.
    <span class="odds">${odds}</span>
    <bdi class="file">${name}</bdi>
  </li> `;
}
