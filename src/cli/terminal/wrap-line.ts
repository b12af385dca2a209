/** @file Lines that a terminal need not break within a word. */

import wrapAnsi from "wrap-ansi";

/**
 * Lines over `width` columns as several each, which go on under their last column, or where that is too far right, under
 * their beginning; as they are where no width is known, as in a log.
 */
export function wrapLine(lines: string, width: number | undefined): string {
  if (width === undefined) return lines;
  return lines
    .split("\n")
    .map((line) => wrap(line, width))
    .join("\n");
}

function wrap(line: string, width: number): string {
  const indent = line.length - line.trimStart().length;
  const hang = [lastColumn(line), indent].find((start) => start <= width / 2) ?? 0;
  const text = wrapAnsi(line.slice(hang), width - hang, { hard: true });
  return line.slice(0, hang) + text.replaceAll("\n", `\n${" ".repeat(hang)}`);
}

/** Where a line's last column begins: after its indentation, and after two spaces wherever they are. */
function lastColumn(line: string): number {
  return /^(?:.*\S {2,}|\s*)(?=\S)/.exec(line)?.[0].length ?? 0;
}
