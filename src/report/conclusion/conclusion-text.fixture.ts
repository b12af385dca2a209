/** @file All that a report concludes of a study as one text, for tests that look for a sentence in it. */

import type { StudySummary } from "../../study/index.ts";
import { conclusion } from "./conclusion.ts";

/** Headline, lines and paragraphs, each on a line of its own. */
export function conclusionText(summary: StudySummary): string {
  const { headline, lines, paragraphs } = conclusion(summary);
  return [headline, ...lines, ...paragraphs].join("\n");
}
