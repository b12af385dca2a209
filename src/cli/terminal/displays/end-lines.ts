/** @file The last words on a study: its table, what to do, and how to go on. */

import { join } from "node:path";
import { comparisonTable, conclusion, tableAsText } from "../../../report/index.ts";
import { commandLine } from "../typed-command.ts";
import { wrapLine } from "../wrap-line.ts";
import type { StudyEnd } from "./display.ts";

/** Lines for a terminal of `width` columns. */
export function endLines({ summary, directory, files }: StudyEnd, { width }: { width?: number } = {}): string[] {
  const table = tableAsText(comparisonTable(summary), width === undefined ? {} : { width });
  const { headline, lines } = conclusion(summary);
  const hasModel = summary.runs.some(({ task, status }) => task === "target" && status === "done");
  const nextSteps = [
    files.length === 0
      ? `Write the report by: ${commandLine(["report", directory])}`
      : `The report is in ${directory} (${files.length} files): open ${join(directory, "report.html")} in a browser.`,
    ...(hasModel ? [`Its models classify your images: ${commandLine(["predict", directory, "photo.jpg"])}`] : []),
  ];
  return ["", table, "", headline, ...lines, "", ...nextSteps].map((line) => wrapLine(line, width));
}
