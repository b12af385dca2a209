/** @file Puts results into a page, between two comments that are never shown. */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";

const BEGIN = "<!-- npm run bench writes from here -->";
const END = "<!-- npm run bench writes to here -->";

/**
 * The page with `text` between its two marks.
 *
 * @throws Error if the page does not have each of them once, in order.
 */
export function withMarkedPart(page: string, text: string, path = "docs/performance.md"): string {
  const [before, rest, ...more] = page.split(BEGIN);
  const [, after, ...further] = rest?.split(END) ?? [];
  if (after === undefined || more.length + further.length > 0) {
    throw new Error(`${path}: expected one "${BEGIN}" and one "${END}" after it. Put them back.`);
  }
  return `${before}${BEGIN}\n\n${text}\n\n${END}${after}`;
}

/** Writes the marked part of a page of the project, formatted as the rest of it is. */
export async function writeMarkedPart(name: string, text: string): Promise<void> {
  const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
  const page = withMarkedPart(readFileSync(path, "utf8"), text, name);
  writeFileSync(path, await format(page, { ...(await resolveConfig(path)), filepath: path }));
}
