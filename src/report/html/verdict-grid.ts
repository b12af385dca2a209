/** @file Every strategy at every budget against training from scratch: better, equal, worse or open, at a glance. */

import { points, regionText } from "../../core/index.ts";
import type { Verdict } from "../../statistics/index.ts";
import { type StudyAnalysis, differenceOf, pairOf } from "../analysis/study-analysis.ts";
import { type Markup, html } from "../markup.ts";
import { plainTable } from "../tables/table-formats.ts";
import { section } from "./sections.ts";

const signs = { better: "▲", worse: "▼", equal: "=", open: "?" } as const;

/** The grid; null without a strategy to compare with, and where nothing was compared with it. */
export function verdictGrid({ design, verdicts }: StudyAnalysis): Markup | null {
  const { baseline, severalBudgets } = design;
  if (baseline === null) return null;
  const others = design.strategies.filter(
    ({ name, control }) => !control && verdicts.some(({ verdict }) => pairOf(verdict, name, baseline.name)),
  );
  if (others.length === 0) return null;
  const heads = verdicts.map(({ budget }) => html`<th scope="col">${budget.text}</th> `);
  const rows = others.map(
    ({ name }) =>
      html`<tr>
        <th scope="row">${name}</th>
        ${verdicts.map(({ verdict }) => cell(verdict, { name, baseline: baseline.name }))}
      </tr> `,
  );
  const [region] = verdicts.flatMap(({ verdict }) => verdict.recommendation?.region ?? []);
  const equal = region === undefined ? "" : `, = equal within ${regionText(region)}`;
  const across = severalBudgets ? " One column for each number of training images of each class." : "";
  const caption = `Accuracy less that of ${baseline.name}, in percentage points: ▲ better, ▼ worse${equal}, ? not decided.${across}`;
  const table = plainTable({ caption, heads: [html`<th scope="col">Strategy</th>`, heads], rows });
  return section(`Against ${baseline.name}`, html`<div class="scroll verdicts" tabindex="0">${table}</div> `);
}

function cell(verdict: Verdict, { name, baseline }: { name: string; baseline: string }): Markup {
  const pair = pairOf(verdict, name, baseline);
  const difference = differenceOf(verdict, name, baseline);
  if (pair === undefined || difference === null) {
    return html`<td class="none"><span class="unseen">not ranked</span>–</td> `;
  }
  const settled = pair.better === name ? "better" : "worse";
  const kind = pair.outcome === "settled" ? settled : pair.outcome;
  return html`<td class="${kind}">
    <b aria-hidden="true">${signs[kind]}</b
    ><span class="unseen">${kind === "open" ? "not decided" : kind}, </span>${points(difference.difference)}
  </td> `;
}
