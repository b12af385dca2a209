/** @file The typeface of all figures: how wide a text is, and its outlines. */

import { readFileSync } from "node:fs";
import { type Font, create } from "fontkitten";

/**
 * What figures ask a viewer for. Arimo, Liberation Sans, Arial and Helvetica share their widths,
 * so a layout measured with the bundled Arimo also fits the font that a browser picks.
 */
export const FONT_FAMILY = "Arimo, 'Liberation Sans', Arial, Helvetica, sans-serif";

export type FontWeight = "normal" | "bold";

const files = { normal: "arimo-latin-400-normal.woff", bold: "arimo-latin-700-normal.woff" };
const opened = new Map<FontWeight, Font>();

/**
 * Width of `text` in pixels at `fontSize` pixels; a character outside the font counts as one em.
 *
 * Without kerning and ligatures, as a sum of advances.
 */
export function textWidth(text: string, fontSize: number, weight: FontWeight = "normal"): number {
  const font = openFont(weight);
  const units = codePoints(text).reduce((sum, character) => sum + advance(font, character), 0);
  return (units * fontSize) / font.unitsPerEm;
}

/** True if every character of `text` is in the bundled font (Latin-1 and common punctuation are). */
export function canDraw(text: string, weight: FontWeight = "normal"): boolean {
  const font = openFont(weight);
  return codePoints(text).every((character) => font.hasGlyphForCodePoint(character));
}

/** SVG path data of `text` with its baseline starting at (x, y). Characters outside the font are left blank. */
export function textOutline(
  text: string,
  { fontSize, weight = "normal", x = 0, y = 0 }: { fontSize: number; weight?: FontWeight; x?: number; y?: number },
): string {
  const font = openFont(weight);
  const scale = fontSize / font.unitsPerEm;
  let pen = x;
  return codePoints(text)
    .map((character) => {
      const left = pen;
      pen += scale * advance(font, character);
      if (!font.hasGlyphForCodePoint(character)) return "";
      // a font's y points up
      return font.glyphForCodePoint(character).path.transform(scale, 0, 0, -scale, left, y).toSVG();
    })
    .join("");
}

/** The font as a WOFF file: Latin letters alone, so that a page can carry it. */
export function fontFile(weight: FontWeight): Buffer {
  return readFileSync(new URL(`../fonts/${files[weight]}`, import.meta.url));
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

function advance(font: Font, character: number): number {
  return font.hasGlyphForCodePoint(character) ? font.glyphForCodePoint(character).advanceWidth : font.unitsPerEm;
}

function openFont(weight: FontWeight): Font {
  let font = opened.get(weight);
  if (!font) {
    font = create(fontFile(weight)) as Font;
    opened.set(weight, font);
  }
  return font;
}
