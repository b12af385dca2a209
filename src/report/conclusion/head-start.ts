/** @file Models that were trained on the target task before. */

import type { StudySummary } from "../../study/index.ts";
import type { Contender } from "./contenders.ts";

/** Models that go on from others of the target task had the epochs of those too; layer curves are about that. */
export function headStartParagraph(ranked: readonly Contender[], summary: StudySummary): string[] {
  const sentences = ranked.flatMap(({ name, model }) => {
    const starts = new Set(model.done.map((run) => run.startsFrom));
    const earlier = summary.runs.find((run) => starts.has(run.id) && run.task === "target");
    if (!earlier || model.runs[0].layerCurve) return [];
    return [
      `${name} goes on from ${earlier.model}, itself trained on the target task, so it had ${earlier.epochs.length} more epochs on it.`,
    ];
  });
  return sentences.length > 0 ? [sentences.join(" ")] : [];
}
