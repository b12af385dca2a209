/** @file Breaks a text into lines that fit a width. */

import { type FontWeight, textWidth } from "../../font/typeface.ts";

/** Lines of at most `width` pixels, broken at spaces, though not before a percent sign; a single word wider than that is cut with an ellipsis. */
export function wrapText(
  text: string,
  width: number,
  { fontSize, weight = "normal" }: { fontSize: number; weight?: FontWeight },
): string[] {
  const fits = (line: string): boolean => textWidth(line, fontSize, weight) <= width;
  const lines: string[] = [];
  for (const word of text.split(/ (?!%)/)) {
    const line = lines.at(-1);
    const longer = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(shorten(word, fits));
  }
  return lines;
}

function shorten(word: string, fits: (line: string) => boolean): string {
  if (fits(word)) return word;
  let kept = Array.from(word);
  while (kept.length > 1 && !fits(`${kept.join("")}…`)) kept = kept.slice(0, -1);
  return `${kept.join("")}…`;
}

/** As much of a text as one line takes. */
export function cutText(text: string, width: number, font: { fontSize: number; weight?: FontWeight }): string {
  const [first = "", ...rest] = wrapText(text, width, font);
  return rest.length > 0 ? `${first} …` : first;
}
