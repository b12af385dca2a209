/** @file A page of images with what is said of each; it needs nothing beside itself. */

import { selfContainedPage } from "./html/page.ts";
import { type Markup, html } from "./markup.ts";

const style = `
:root { color-scheme: light dark; --ink: #1b1b1b; --soft: #5a5a5a; --paper: #fff; --line: #dcdcdc; --tint: #f5f6f8; --bar: #56b4e9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #a9a9a9; --paper: #17181a; --line: #3a3c40; --tint: #212327; --bar: #0072b2; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1.5rem 1rem 3rem; color: var(--ink); background: var(--paper); font: 16px/1.5 Arimo, "Liberation Sans", Arial, Helvetica, sans-serif; }
h1 { font-size: 1.35rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .25rem; overflow-wrap: anywhere; }
p { color: var(--soft); margin: .25rem 0; overflow-wrap: anywhere; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem; margin-top: 1.25rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; break-inside: avoid; }
.wide { grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); }
.pictures { display: flex; background: var(--tint); }
figure img { display: block; flex: 1; min-width: 0; height: 11rem; object-fit: contain; }
figcaption { padding: .5rem .6rem .6rem; font-size: .85rem; }
.file { display: block; color: var(--soft); overflow-wrap: anywhere; }
ol { list-style: none; margin: .3rem 0 0; padding: 0; }
li { display: flex; justify-content: space-between; gap: .5rem; padding: .1rem .35rem; margin-top: .2rem; border-radius: 3px; font-variant-numeric: tabular-nums; background: linear-gradient(to right, color-mix(in srgb, var(--bar) 35%, transparent) var(--share), transparent var(--share)); overflow-wrap: anywhere; }
li:first-child { font-weight: bold; }
li span:last-child { white-space: nowrap; }
`;

/** An image, and rows of text under it. */
export interface ImageCard {
  readonly file: string;
  /** JPEG. */
  readonly thumbnail: Uint8Array;
  /** Another picture of it, a JPEG, and what it shows. */
  readonly beside?: { readonly jpeg: Uint8Array; readonly text: string };
  readonly rows: readonly {
    readonly text: string;
    /** At the row's end. */
    readonly value?: string;
    /** How much of the row is coloured, in [0, 1]. */
    readonly share?: number;
  }[];
}

/** Images that belong together. */
export interface ImageSection {
  readonly heading?: string;
  readonly note?: string;
  readonly cards: readonly ImageCard[];
}

/** What a page shows. */
export interface ImagePageOptions {
  readonly title: string;
  readonly note: string;
  readonly sections: readonly ImageSection[];
}

/** The page as text, all in the order given. */
export function imagePage({ title, note, sections }: ImagePageOptions): string {
  return selfContainedPage({
    title,
    policy: "img-src data:",
    style,
    body: html`<h1>${title}</h1>
      <p>${note}</p>
      ${sections.map(sectionMarkup)}`,
  });
}

function sectionMarkup({ heading, note, cards }: ImageSection): Markup {
  return html`${heading === undefined ? [] : html`<h2>${heading}</h2>`}
    ${note === undefined ? [] : html`<p>${note}</p>`}
    <div class="${cards.some(({ beside }) => beside !== undefined) ? "grid wide" : "grid"}">
      ${cards.map(cardMarkup)}
    </div>`;
}

function cardMarkup({ file, thumbnail, beside, rows }: ImageCard): Markup {
  const lines = rows.map(
    ({ text, value = "", share = 0 }) =>
      html`<li style="--share: ${(100 * share).toFixed(1)}%">
        <span><bdi>${text}</bdi></span> <span>${value}</span>
      </li>`,
  );
  return html`<figure>
    <div class="pictures">
      <img src="${jpegSource(thumbnail)}" alt="${file}" />
      ${beside === undefined ? [] : html`<img src="${jpegSource(beside.jpeg)}" alt="${beside.text}" title="${beside.text}" />`}
    </div>
    <figcaption>
      <span class="file"><bdi>${file}</bdi></span>
      <ol>
        ${lines}
      </ol>
    </figcaption>
  </figure>`;
}

function jpegSource(jpeg: Uint8Array): string {
  return `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`;
}
