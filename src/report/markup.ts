/** @file HTML as a tagged template that escapes whatever is put into it. */

import { printableLines } from "../core/index.ts";

const replacements: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that already is markup and goes into `html` as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a `${}` of `html`; null and undefined are left out. */
export type MarkupPart = string | number | Markup | readonly MarkupPart[] | null | undefined;

/** Markup with every value escaped, unless it is markup itself; lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: MarkupPart[]): Markup {
  return new Markup(strings.reduce((text, literal, index) => text + render(parts[index - 1]) + literal));
}

/** Trusted markup, such as a figure of our own making. */
export function raw(text: string): Markup {
  return new Markup(text);
}

/** `a < b` as `a &lt; b`, fit for element content and quoted attributes of HTML and SVG; what XML forbids is made visible. */
export function escapeMarkup(text: string): string {
  return printableLines(text).replace(/[&<>"']/g, (character) => replacements[character] ?? character);
}

function render(part: MarkupPart): string {
  if (part === null || part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(render).join("");
  return escapeMarkup(String(part));
}
