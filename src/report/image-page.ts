/** @file A page of images with what is said of each; it needs nothing beside itself. */

import { lightColors, pageLook } from "./html/look/page-look.ts";
import { selfContainedPage } from "./html/page.ts";
import { type Markup, html } from "./markup.ts";

const style = `${pageLook}
main { max-width: 90rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .15rem 0 .5rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 1.75rem 0 .25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
p { max-width: 48rem; color: var(--soft); margin: .25rem 0; overflow-wrap: anywhere; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .7rem; margin-top: 1rem; }
figure { margin: 0; background: var(--paper); border: 1px solid var(--line); border-radius: 9px; overflow: hidden; break-inside: avoid; }
.wide { grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); }
.pictures { display: flex; background: var(--tint); }
figure img { display: block; flex: 1; min-width: 0; height: 11rem; object-fit: contain; }
figcaption { padding: .5rem .6rem .6rem; font-size: .85rem; }
.file { display: block; color: var(--soft); overflow-wrap: anywhere; }
ol { list-style: none; margin: .3rem 0 0; padding: 0; }
li { display: flex; justify-content: space-between; gap: .5rem; padding: .1rem .35rem; margin-top: .2rem; border-radius: 5px; font-variant-numeric: tabular-nums; background: linear-gradient(to right, color-mix(in srgb, var(--blue) 30%, transparent) var(--share), transparent var(--share)); overflow-wrap: anywhere; }
li:first-child { font-weight: bold; }
li span:last-child { white-space: nowrap; }
@media (max-width: 40rem) {
  main { padding: .6rem .9rem 3rem; }
  h1 { font-size: 1.2rem; }
  .grid:not(.wide) { grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }
}
@media print { :root { color-scheme: light; ${lightColors} --page: #fff; } }
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
    policy: "img-src data:; font-src data:",
    style,
    body: html`<main>
      <h1>${title}</h1>
      <p>${note}</p>
      ${sections.map(sectionMarkup)}
    </main>`,
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
