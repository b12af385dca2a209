/** @file Chooses how a study is shown. */

import type { Display } from "./display.ts";

/** JSON if asked for, bars on a terminal that can draw them, else plain lines. */
export async function createDisplay({ json }: { json: boolean }): Promise<Display> {
  const stream = process.stdout;
  const write = (line: string): void => void stream.write(`${line}\n`);
  if (json) return (await import("./json-display.ts")).createJsonDisplay(write);
  const canDraw = stream.isTTY && process.env["TERM"] !== "dumb" && process.env["CI"] === undefined;
  if (canDraw) return (await import("./bars-display.ts")).createBarsDisplay(stream);
  return (await import("./plain-display.ts")).createPlainDisplay(write);
}
