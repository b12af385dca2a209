/** @file Lines that a terminal need not break within a word. */

import wrapAnsi from "wrap-ansi";

/** A line over `width` columns as several; as it is where no width is known, as in a log. */
export function wrapLine(line: string, width: number | undefined): string {
  return width === undefined ? line : wrapAnsi(line, width, { hard: true, trim: false });
}
