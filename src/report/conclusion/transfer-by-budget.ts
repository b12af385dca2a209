/** @file Where transfer helps, and where it hurts. */

import { list, points } from "../../core/index.ts";
import type { Verdict } from "../../statistics/index.ts";
import { type StudyAnalysis, differenceOf } from "../analysis/study-analysis.ts";
import type { Budget } from "../analysis/study-design.ts";

interface Settled {
  budget: Budget;
  difference: number;
}

/** What the verdicts settle of each transferred strategy against training from scratch. */
export function transferByBudget({ design, verdicts }: StudyAnalysis): string[] {
  const transferred = design.strategies.filter((one) => one.transfers && !one.control);
  if (!design.baseline) return ["What transfer did cannot be said: no strategy trains from random weights."];
  if (transferred.length === 0) return ["What transfer did cannot be said: no strategy starts from the source."];
  const judged = verdicts.filter(({ verdict }) => verdict.transfer !== null);
  if (judged.length === 0) return [];
  const all = transferred.map(({ name }) => ({ name, ...settledOf(name, judged) }));
  const told = all
    .filter(({ helps, hurts }) => helps.length + hurts.length > 0)
    .map(({ name, helps, hurts }) => `${name} ${list([...effect("helps", helps), ...effect("hurts", hurts)])}`);
  const nowhere = all.filter(({ helps, hurts }) => helps.length + hurts.length === 0).map(({ name }) => name);
  const lead = `Transfer against ${design.baseline.name}: `;
  const hurtsAny = all.some(({ hurts }) => hurts.length > 0);
  const helpsAny = all.some(({ helps }) => helps.length > 0);
  return [
    [
      told.length > 0
        ? `${lead}in percentage points, ${told.join("; ")}.`
        : `${lead}no difference is clear at any budget.`,
      ...(told.length > 0 && nowhere.length > 0 ? [`Of ${list(nowhere)} nothing is clear.`] : []),
      ...(told.length > 0 && !hurtsAny ? ["Nowhere does it clearly hurt."] : []),
      ...(told.length > 0 && !helpsAny ? ["Nowhere does it clearly help."] : []),
    ].join(" "),
  ];
}

function settledOf(
  name: string,
  judged: readonly { budget: Budget; verdict: Verdict }[],
): { helps: Settled[]; hurts: Settled[] } {
  const settled = judged.flatMap(({ budget, verdict }) => {
    const { transfer } = verdict;
    if (transfer === null || transfer.open.includes(name)) return [];
    const found = differenceOf(verdict, name, transfer.baseline);
    return found ? [{ budget, difference: found.difference }] : [];
  });
  return {
    helps: settled.filter(({ difference }) => difference > 0),
    hurts: settled.filter(({ difference }) => difference < 0),
  };
}

/** `helps at 10 and 50 images per class (+22.0 and +13.0)`. */
function effect(verb: "helps" | "hurts", settled: readonly Settled[]): string[] {
  if (settled.length === 0) return [];
  const where = list(settled.map(({ budget }) => budget.text));
  const sizes = list(settled.map(({ difference }) => points(difference)));
  return [`${verb} at ${where} images per class (${sizes})`];
}
