/** @file Writes the page on the defaults, formatted as the rest of the project is. */

import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { writeFileAtomic } from "../../src/files/index.ts";
import { type PageContent, pageText } from "./page-text.ts";

/** Writes docs/answers.md and answers its path. */
export async function writePage(content: PageContent): Promise<string> {
  const path = fileURLToPath(new URL("../../docs/answers.md", import.meta.url));
  await writeFileAtomic(path, await format(pageText(content), { ...(await resolveConfig(path)), filepath: path }));
  return path;
}
