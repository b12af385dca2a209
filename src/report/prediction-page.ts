/** @file A page of images with what a model says of them; it needs nothing beside itself. */

import { count, percent, plural } from "../core/index.ts";
import { selfContainedPage } from "./html/page.ts";
import { type Markup, html } from "./markup.ts";

const style = `
:root { color-scheme: light dark; --ink: #1b1b1b; --soft: #5a5a5a; --paper: #fff; --line: #dcdcdc; --tint: #f5f6f8; --bar: #56b4e9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #a9a9a9; --paper: #17181a; --line: #3a3c40; --tint: #212327; --bar: #0072b2; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1.5rem 1rem 3rem; color: var(--ink); background: var(--paper); font: 16px/1.5 Arimo, "Liberation Sans", Arial, Helvetica, sans-serif; }
h1 { font-size: 1.35rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
p { color: var(--soft); margin: .25rem 0; overflow-wrap: anywhere; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem; margin-top: 1.25rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; break-inside: avoid; }
figure img { display: block; width: 100%; height: 11rem; object-fit: contain; background: var(--tint); }
figcaption { padding: .5rem .6rem .6rem; font-size: .85rem; }
.file { display: block; color: var(--soft); overflow-wrap: anywhere; }
ol { list-style: none; margin: .3rem 0 0; padding: 0; }
li { display: flex; justify-content: space-between; gap: .5rem; padding: .1rem .35rem; margin-top: .2rem; border-radius: 3px; font-variant-numeric: tabular-nums; background: linear-gradient(to right, color-mix(in srgb, var(--bar) 35%, transparent) var(--share), transparent var(--share)); overflow-wrap: anywhere; }
li:first-child { font-weight: bold; }
li span:last-child { white-space: nowrap; }
`;

/** What a page shows. */
export interface PredictionPageOptions {
  /** What the model is called. */
  readonly model: string;
  readonly images: readonly {
    readonly file: string;
    /** JPEG. */
    readonly thumbnail: Uint8Array;
    /** The likeliest class first; probabilities in [0, 1]. */
    readonly answers: readonly { readonly className: string; readonly probability: number }[];
  }[];
}

/** The page as text, images in their order. */
export function predictionPage({ model, images }: PredictionPageOptions): string {
  return selfContainedPage({
    title: `Predictions of ${model}`,
    policy: "img-src data:",
    style,
    body: html`<h1>Predictions of ${model}</h1>
      <p>${plural(images.length, "image")}: ${classCounts(images)}</p>
      <div class="grid">${images.map(card)}</div>`,
  });
}

function card({ file, thumbnail, answers }: PredictionPageOptions["images"][number]): Markup {
  const source = `data:image/jpeg;base64,${Buffer.from(thumbnail).toString("base64")}`;
  const rows = answers.map(
    ({ className, probability }) =>
      html`<li style="--share: ${(100 * probability).toFixed(1)}%">
        <span><bdi>${className}</bdi></span> <span>${percent(probability)}</span>
      </li>`,
  );
  return html`<figure>
    <img src="${source}" alt="${file}" />
    <figcaption>
      <span class="file"><bdi>${file}</bdi></span>
      <ol>
        ${rows}
      </ol>
    </figcaption>
  </figure>`;
}

/** `heart 7, disc 5`: classes by the number of images that they are the likeliest of. */
function classCounts(images: PredictionPageOptions["images"]): string {
  const counts = new Map<string, number>();
  for (const { answers } of images) {
    const [{ className }] = answers;
    counts.set(className, (counts.get(className) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([className, times]) => `${className} ${count(times)}`)
    .join(", ");
}
