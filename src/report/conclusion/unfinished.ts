/** @file Runs that did not finish, and data that are no photographs. */

import { plural } from "../../core/index.ts";
import type { RunRecord, StudySummary } from "../../study/index.ts";
import { isBuiltIn } from "../runs/models.ts";

/** More runs than this are counted and not told one by one. */
const MOST_TOLD = 8;

/** Which runs are left out of the comparison, and why. */
export function unfinishedParagraph(summary: StudySummary): string[] {
  const unfinished = summary.runs.filter((run) => run.status !== "done");
  if (unfinished.length === 0) return [];
  const told = unfinished.slice(0, MOST_TOLD).map(sentence);
  const more = unfinished.length - told.length;
  const rest = more > 0 ? ` And ${plural(more, "more run")}.` : "";
  return [`Left out of the comparison: ${told.join(" ")}${rest}`];
}

function sentence(run: RunRecord): string {
  const after =
    run.epochs.length > 0 ? ` after ${plural(run.epochs.length, "epoch")}` : " before its first epoch ended";
  if (run.status === "failed") return `${run.id} failed${after}${run.failure ? `: ${run.failure}` : "."}`;
  return run.status === "pending" ? `${run.id} has not started.` : `${run.id} stopped${after} (${run.status}).`;
}

/** What results on the built-in data set do not say. */
export function builtInParagraph(summary: StudySummary): string[] {
  if (!isBuiltIn(summary)) return [];
  return [
    `All of this is about ${summary.dataset.title}, a data set that Graft draws itself: it shows the method at work and says nothing about photographs.`,
  ];
}
