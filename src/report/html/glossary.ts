/** @file Words of transfer learning that a page explains where a pointer rests on them. */

import { type Markup, html } from "../markup.ts";
import { unitsKept } from "./sections.ts";

/** By the word as it stands in a sentence, in the singular. */
const meanings: Readonly<Record<string, string>> = {
  source: "What the network learned first, on other images, and brings along.",
  target: "What the network is to learn now: the classes of your images.",
  head: "The last layer of a network, which turns features into answers.",
  frozen: "Kept as it was: training leaves these numbers alone, to the last bit.",
  seed: "Where all chance in a run comes from: first weights, order of images, dropout. Another seed is another try.",
  interval: "Where the number may be expected to lie, as often as the percentage says, if all were done again.",
};

const WORDS = new RegExp(`\\b(${Object.keys(meanings).join("|")})s?\\b`, "gi");

/** A text whose words of the field say what they mean, each where it first stands; numbers keep their units. */
export function explained(text: string): Markup {
  const told = new Set<string>();
  const parts: (string | Markup)[] = [];
  const kept = unitsKept(text);
  let from = 0;
  for (const { 0: found, 1: word, index } of kept.matchAll(WORDS)) {
    const key = word.toLowerCase();
    if (told.has(key)) continue;
    told.add(key);
    parts.push(kept.slice(from, index), html`<abbr title="${meanings[key]}">${found}</abbr>`);
    from = index + found.length;
  }
  return html`${[...parts, kept.slice(from)]}`;
}
