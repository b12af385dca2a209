/** @file Times as people type them: `90s`, `10m`, `1h`. */

import { z } from "zod";

/** The form of one, more than none. */
export const TIME = /^(?=.*[1-9])\d+(\.\d+)?[smh]$/;

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
const expected = { error: 'expected a number of seconds, or "90s", "10m", "1h"' };

/** A time, or a number of seconds, as seconds. */
export const timeSchema = z
  .union([z.number().gt(0), z.string().regex(TIME, expected)], expected)
  .transform((value) => (typeof value === "number" ? value : secondsOf(value)));

function secondsOf(text: string): number {
  return Number(text.slice(0, -1)) * secondsIn[text.slice(-1)];
}
