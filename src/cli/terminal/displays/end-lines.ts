/** @file The last words on a study: what to do, its table, its conclusion, where its report is. */

import { join } from "node:path";
import { comparisonTable, conclusion, tableAsText } from "../../../report/index.ts";
import { recommendationLines } from "../recommendation-lines.ts";
import type { StudyEnd } from "./display.ts";

/** Lines for a terminal of `width` columns. */
export function endLines({ summary, directory, files }: StudyEnd, { width }: { width?: number } = {}): string[] {
  const table = tableAsText(comparisonTable(summary), width === undefined ? {} : { width });
  const { headline, lines } = conclusion(summary);
  const recommended = recommendationLines(summary.recommendations ?? [], { isFinished: summary.finishedAt !== null });
  const page = join(directory, "report.html");
  return [
    ...(recommended.length === 0 ? [] : ["", ...recommended]),
    "",
    table,
    "",
    headline,
    ...lines,
    "",
    `The report is in ${directory} (${files.length} files): open ${page} in a browser.`,
  ];
}
