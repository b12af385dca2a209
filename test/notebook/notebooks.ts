/** @file The notebooks that come with Graft. */

import { readFileSync } from "node:fs";
import type { Notebook } from "./kernel.mjs";

/** A notebook of the folder `notebooks`, as it is saved. */
export function readNotebook(name: string): Notebook {
  return JSON.parse(readFileSync(notebookUrl(name), "utf8"));
}

/** Where it is. */
export function notebookUrl(name: string): URL {
  return new URL(`../../notebooks/${name}`, import.meta.url);
}
