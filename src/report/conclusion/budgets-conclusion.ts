/** @file The written conclusion of a study of several budgets. */

import { list, plural } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { resultsAt } from "../analysis/study-design.ts";
import { largestBudgetRuns } from "../runs/curve-runs.ts";
import { keptEpochPhrase, modelsOf } from "../runs/models.ts";
import { spreadText } from "../sentences/verdict-sentences.ts";
import { overfitParagraph } from "./caveats.ts";
import { contendersOf } from "./contenders.ts";
import { costParagraph } from "./cost.ts";
import { crossoverParagraphs } from "./crossover-words.ts";
import { findingsParagraphs } from "./findings.ts";
import { layerParagraphs } from "./layer-words.ts";
import { outcomesByBudget } from "./outcomes.ts";
import { transferByBudget } from "./transfer-by-budget.ts";
import { builtInParagraph, unfinishedParagraph } from "./unfinished.ts";

/** The reasons, which hold for every budget or for the largest. */
export function budgetsParagraphs(summary: StudySummary, analysis: StudyAnalysis): string[] {
  const { design } = analysis;
  const measured = design.strategies.filter((one) =>
    design.budgets.some((budget) => resultsAt(one, budget).length > 0),
  );
  const largest = largestBudgetRuns(summary, design);
  const models = modelsOf(largest);
  const contenders = contendersOf(largest, models);
  const withLead = (lead: string, paragraphs: string[]): string[] =>
    paragraphs.map((text) => `${lead} at ${design.budgets.at(-1)?.text} images per class: ${text}`);
  return [
    ...(measured.length > 0 ? [designParagraph(summary, analysis)] : []),
    ...outcomesByBudget(analysis),
    ...(measured.length > 1 ? transferByBudget(analysis) : []),
    ...crossoverParagraphs(analysis),
    ...layerParagraphs(analysis),
    ...withLead("Cost", costParagraph(contenders, models)),
    ...withLead("Train and test", overfitParagraph(contenders, summary)),
    ...findingsParagraphs(summary, design),
    ...unfinishedParagraph(summary),
    ...trustParagraph(analysis),
    ...builtInParagraph(summary),
  ];
}

function designParagraph(summary: StudySummary, { design }: StudyAnalysis): string {
  const ranked = design.strategies.filter((one) => !one.control).length;
  const budgets = list(design.budgets.map((budget) => budget.text));
  const seeds = summary.seeds.length;
  return (
    `The study: ${plural(ranked, "strategy", "strategies")} trained on ${budgets} images of each class with ${plural(seeds, "seed")}, which draw the images too; ` +
    `compared by test accuracy on the target task ${keptEpochPhrase(summary)}, not the best one, which would use the test set for a decision.`
  );
}

function trustParagraph({ verdicts }: StudyAnalysis): string[] {
  const pairs = verdicts.map(({ verdict }) => verdict.comparisons);
  const most = Math.max(0, ...pairs.flat().map(({ seeds }) => seeds.length));
  if (most === 0) return [];
  const family = plural(Math.max(...pairs.map(({ length }) => length)), "comparison");
  return [
    `How it was judged: by moderated t tests with Holm's correction within each budget (up to ${family}) at the 5 % level; ${spreadText(most)}. Intervals hold for one difference each.`,
  ];
}
