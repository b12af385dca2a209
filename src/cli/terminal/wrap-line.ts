/** @file Lines that a terminal need not break within a word. */

import wrapAnsi from "wrap-ansi";

/** Lines over `width` columns as several each, indented alike; as they are where no width is known, as in a log. */
export function wrapLine(lines: string, width: number | undefined): string {
  if (width === undefined) return lines;
  const wrap = (line: string): string => {
    const text = line.trimStart();
    const indent = line.slice(0, line.length - text.length);
    return indent + wrapAnsi(text, Math.max(1, width - indent.length), { hard: true }).replaceAll("\n", `\n${indent}`);
  };
  return lines.split("\n").map(wrap).join("\n");
}
