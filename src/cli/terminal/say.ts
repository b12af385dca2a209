/** @file What commands say to people, on a terminal broken between words; what programs read is written by others. */

import { wrapLine } from "./wrap-line.ts";

/** Writes what was asked for to standard output, as lines. */
export function say(lines: string): void {
  process.stdout.write(`${wrapLine(lines, process.stdout.columns)}\n`);
}

/** Writes what else there is to say to standard error, as lines. */
export function sayAside(lines: string): void {
  process.stderr.write(`${wrapLine(lines, process.stderr.columns)}\n`);
}
