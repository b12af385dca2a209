/** @file The typeface of all figures: how wide a text is, and its outlines. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Glyph, type OutlineFont, readOutlineFont } from "./outline-font.ts";

/**
 * What figures ask a viewer for. Arimo, Liberation Sans, Arial and Helvetica share their widths,
 * so a layout measured with the bundled Arimo also fits the font that a browser picks.
 */
export const FONT_FAMILY = "Arimo, 'Liberation Sans', Arial, Helvetica, sans-serif";

export type FontWeight = "normal" | "bold";

const files = { normal: "arimo-latin-400-normal.woff", bold: "arimo-latin-700-normal.woff" };
const opened = new Map<FontWeight, OutlineFont>();

/** Width of `text` in pixels at `fontSize` pixels; a character outside the font counts as one em. */
export function textWidth(text: string, fontSize: number, weight: FontWeight = "normal"): number {
  const font = openFont(weight);
  let units = 0;
  for (const character of text) {
    units += font.glyph(character.codePointAt(0) ?? 0)?.advance ?? font.unitsPerEm;
  }
  return (units * fontSize) / font.unitsPerEm;
}

/** True if every character of `text` is in the bundled font (Latin-1 and common punctuation are). */
export function canDraw(text: string, weight: FontWeight = "normal"): boolean {
  const font = openFont(weight);
  return Array.from(text).every((character) => font.glyph(character.codePointAt(0) ?? 0) !== undefined);
}

/** SVG path data of `text` with its baseline starting at (x, y). Characters outside the font are left blank. */
export function textOutline(
  text: string,
  { fontSize, weight = "normal", x = 0, y = 0 }: { fontSize: number; weight?: FontWeight; x?: number; y?: number },
): string {
  const font = openFont(weight);
  const scale = fontSize / font.unitsPerEm;
  let pen = x;
  let path = "";
  for (const character of text) {
    const glyph = font.glyph(character.codePointAt(0) ?? 0);
    if (glyph) path += glyphPath(glyph, { scale, x: pen, y });
    pen += (glyph?.advance ?? font.unitsPerEm) * scale;
  }
  return path;
}

function glyphPath(glyph: Glyph, { scale, x, y }: { scale: number; x: number; y: number }): string {
  const point = (px: number, py: number): string => `${round(x + px * scale)} ${round(y - py * scale)}`;
  const moves = glyph.contours.map((command) => {
    if (command.kind === "curve") {
      return `Q${point(command.controlX, command.controlY)} ${point(command.x, command.y)}`;
    }
    return `${command.kind === "move" ? "M" : "L"}${point(command.x, command.y)}`;
  });
  return moves.join("");
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function openFont(weight: FontWeight): OutlineFont {
  let font = opened.get(weight);
  if (!font) {
    const path = fileURLToPath(new URL(`../fonts/${files[weight]}`, import.meta.url));
    font = readOutlineFont(readFileSync(path), path);
    opened.set(weight, font);
  }
  return font;
}
