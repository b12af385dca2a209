/** @file Chooses how a study is shown. */

import type { View } from "./view.ts";

/** JSON if asked for, bars on a terminal that can draw them, else plain lines. */
export async function createView({ json }: { json: boolean }): Promise<View> {
  const stream = process.stdout;
  const write = (line: string): void => void stream.write(`${line}\n`);
  if (json) return (await import("./json-view.ts")).createJsonView(write);
  const canDraw = stream.isTTY && process.env["TERM"] !== "dumb" && process.env["CI"] === undefined;
  if (canDraw) return (await import("./bars-view.ts")).createBarsView(stream);
  return (await import("./plain-view.ts")).createPlainView(write);
}
