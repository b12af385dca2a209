/** @file Models that were trained on the target task before. */

import type { StudySummary } from "../../study/index.ts";
import { modelsOf } from "../runs/models.ts";
import type { Contender } from "./contenders.ts";

/** Models that go on from others of the target task had the epochs of those too; layer curves are about that. */
export function headStartParagraph(ranked: readonly Contender[], summary: StudySummary): string[] {
  const sentences = ranked.flatMap(({ name, model }) => {
    const starts = new Set(model.done.map((run) => run.startsFrom));
    const earlier = modelsOf(summary).find(
      ({ task, runs }) => task === "target" && runs.some(({ id }) => starts.has(id)),
    );
    if (!earlier || model.runs[0].layerCurve) return [];
    return [
      `${name} goes on from ${earlier.short}, itself trained on the target task, so it had ${earlier.runs[0].epochs.length} more epochs on it.`,
    ];
  });
  return sentences.length > 0 ? [sentences.join(" ")] : [];
}
