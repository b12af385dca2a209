/** @file What transfer did: every transferred model against training from scratch. */

import { list, percent } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { Candidates } from "../../statistics/index.ts";
import { type Comparison, type Contender, compare, describe, isSettled } from "./contenders.ts";
import { fellShort } from "./outcomes.ts";

/** The paragraph on transfer; says what is missing where there is nothing to compare. */
export function transferParagraphs(candidates: Candidates<Contender>, summary: StudySummary): string[] {
  const { ranked } = candidates;
  if (ranked.length === 0) return [];
  const unsaid = transferUnsaid(candidates);
  if (unsaid !== null) return [unsaid];
  const transferred = ranked.filter((one) => one.transfers);
  // Several models may start from random weights; transfer has to beat the best of them.
  const baseline = ranked.find((one) => !one.transfers);
  if (!baseline) throw new Error("internal: nothing to hold transfer against");
  const compared = transferred.map((one) => ({ one, difference: compare(one, baseline) }));
  const sentences = [
    `Transfer against training from scratch (${baseline.title}, ${percent(baseline.accuracy)}):`,
    ...compared.map(({ one, difference }) => verdict(one, difference)),
    summaryOf(compared),
    ...transferred.flatMap((one) => headStart(one, summary)),
  ];
  return [sentences.join(" ")];
}

/** Why nothing can be said of transfer: one of its sides has no model that is ranked. Null where both have. */
export function transferUnsaid({ ranked, leftOut }: Candidates<Contender>): string | null {
  const missing = [false, true].find((transfers) => !ranked.some((one) => one.transfers === transfers));
  if (missing === undefined) return null;
  const own = leftOut.filter((one) => one.transfers === missing);
  const why =
    own.length > 0
      ? list(own.map(({ title, outcome }) => `${title} ${fellShort[outcome]}`))
      : `no ${missing ? "transferred model" : "model trained from random weights"} finished`;
  return `What transfer did cannot be said: ${why}.`;
}

function verdict(one: Contender, difference: Comparison): string {
  const name = one.name;
  if (difference.estimate === 0) return `${name} is level with it.`;
  const amount = describe(difference, { more: "better", less: "worse" });
  return isSettled(difference) ? `${name} is ${amount}.` : `${name} is indistinguishable from it, ${amount}.`;
}

function summaryOf(compared: { one: Contender; difference: Comparison }[]): string {
  const helped = compared.filter(({ difference }) => isSettled(difference) && difference.estimate > 0);
  const hurt = compared.filter(({ difference }) => isSettled(difference) && difference.estimate < 0);
  if (helped.length === compared.length) return "Transfer helped.";
  if (hurt.length === compared.length) return "Transfer hurt.";
  if (helped.length + hurt.length === 0) return "Whether transfer changes the accuracy is not settled by this study.";
  const names = (some: { one: Contender }[]): string => list(some.map(({ one }) => one.name));
  const parts = [
    ...(helped.length > 0 ? [`helped with ${names(helped)}`] : []),
    ...(hurt.length > 0 ? [`hurt with ${names(hurt)}`] : []),
  ];
  return `So transfer ${parts.join(" and ")}.`;
}

/** A model that goes on from another one of the target task has had that one's epochs as well. */
function headStart(one: Contender, summary: StudySummary): string[] {
  const starts = new Set(one.model.done.map((run) => run.startsFrom));
  const earlier = summary.runs.find((run) => starts.has(run.id) && run.task === "target");
  if (!earlier) return [];
  return [
    `${one.name} goes on from ${earlier.model}, itself trained on the target task, so it had ${earlier.epochs.length} more epochs on it.`,
  ];
}
