/** @file Writes a study's report into its folder. */

import { join } from "node:path";
import { removeHalfWritten, requireLocks, withLock, writeFileAtomic } from "../../files/index.ts";
import { renderReport } from "../../report/index.ts";
import type { StudySummary } from "../../study/index.ts";

/**
 * Renders the report and writes every file of it whole; returns their paths in the folder.
 *
 * Once `signal` is aborted its reason is thrown, and no file is written or removed.
 */
export async function writeReport(
  summary: StudySummary,
  { directory, signal }: { directory: string; signal: AbortSignal },
): Promise<string[]> {
  return withLock(join(directory, "report.lock"), "process that writes this report", async () => {
    const files = await renderReport(summary, { signal });
    signal.throwIfAborted();
    requireLocks(directory);
    await removeHalfWritten(directory, ["plots/*.{svg,png}", "report.{html,ipynb}", "results.csv"]);
    for (const { path, content } of files) await writeFileAtomic(join(directory, path), content);
    return files.map(({ path }) => path);
  });
}
