/** @file Writes a study's report into its folder. */

import { join } from "node:path";
import { writeFileAtomic } from "../../files/index.ts";
import { renderReport } from "../../report/index.ts";
import type { StudySummary } from "../../study/index.ts";

/** Renders the report and writes every file of it whole; returns their paths in the folder. */
export async function writeReport(summary: StudySummary, directory: string): Promise<string[]> {
  const files = await renderReport(summary);
  for (const { path, content } of files) await writeFileAtomic(join(directory, path), content);
  return files.map(({ path }) => path);
}
