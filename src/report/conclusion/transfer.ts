/** @file What transfer did: every transferred model against training from scratch. */

import type { StudySummary } from "../../study/index.ts";
import { list, percent } from "../format.ts";
import { type Comparison, type Contender, compare, describe, isSettled } from "./contenders.ts";

/** The paragraph on transfer; says what is missing where there is nothing to compare. */
export function transferParagraphs(contenders: Contender[], summary: StudySummary): string[] {
  const transferred = contenders.filter((one) => one.transfers);
  // Several models may start from random weights; transfer has to beat the best of them.
  const baseline = contenders.find((one) => !one.transfers);
  if (contenders.length === 0) return [];
  if (!baseline) return ["What transfer did cannot be said: no model trained from random weights finished."];
  if (transferred.length === 0) return ["What transfer did cannot be said: no transferred model finished."];
  const compared = transferred.map((one) => ({ one, difference: compare(one, baseline) }));
  const sentences = [
    `Transfer against training from scratch (${baseline.title}, ${percent(baseline.accuracy)}):`,
    ...compared.map(({ one, difference }) => verdict(one, difference)),
    summaryOf(compared),
    ...transferred.flatMap((one) => headStart(one, summary)),
  ];
  return [sentences.join(" ")];
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
