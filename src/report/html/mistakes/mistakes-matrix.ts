/** @file The confusion matrix of one model, whose cells choose the images that are shown. */

import { count } from "../../../core/index.ts";
import { type Markup, html } from "../../markup.ts";
import type { Mistakes } from "../../runs/mistakes.ts";
import { plainTable } from "../../tables/table-formats.ts";

/** More classes than this are not shown: the ones that are most often wrong are. */
const MOST_CLASSES = 15;

/** The first model's; the page's script puts in the others'. */
export function mistakesMatrix({ models: [{ style, evaluation }], images, classNames }: Mistakes): Markup {
  const shown = classesShown(images, classNames.length);
  const { confusion } = evaluation;
  const heads = shown.map((label) => html`<th scope="col"><bdi>${classNames[label]}</bdi></th> `);
  const rows = shown.map((truth) => {
    const total = Math.max(
      1,
      confusion[truth].reduce((sum, value) => sum + value, 0),
    );
    const cells = shown.map((answer) => {
      const value = confusion[truth][answer];
      const kind = truth === answer ? "right-answer" : "wrong-answer";
      const share = (value / total).toFixed(4);
      return html`<td class="${kind}" style="--share: ${share}" data-true="${truth}" data-answer="${answer}">
        ${count(value)}
      </td> `;
    });
    return html`<tr>
      <th scope="row"><bdi>${classNames[truth]}</bdi></th>
      ${cells}
    </tr> `;
  });
  const part =
    shown.length < classNames.length
      ? ` The ${shown.length} of ${classNames.length} classes that are most often wrong.`
      : "";
  const caption = html`<span class="model-name">${style.name}</span>: a row is a true class, a column an answer. Choose
    a cell to see its images.${part}`;
  return html`<div class="scroll">
    ${plainTable({ look: "matrix", caption, heads: [html`<td></td>`, heads], rows })}
  </div>`;
}

/** In the task's order. */
function classesShown(images: Mistakes["images"], classes: number): number[] {
  const all = Array.from({ length: classes }, (_, label) => label);
  const wrong = all.map((label) => images.filter((image) => image.label === label).length);
  return all
    .sort((a, b) => wrong[b] - wrong[a] || a - b)
    .slice(0, MOST_CLASSES)
    .sort((a, b) => a - b);
}
