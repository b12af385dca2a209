/** @file The written conclusion of a study of several budgets. */

import { list, percent, plural } from "../../core/index.ts";
import { mean } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { rankedResultsAt } from "../analysis/ranked.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { resultsAt } from "../analysis/study-design.ts";
import { largestBudgetRuns } from "../runs/curve-runs.ts";
import { keptEpochPhrase, modelsOf } from "../runs/models.ts";
import { budgetSegments, segmentText } from "./budget-segments.ts";
import { overfitParagraph } from "./caveats.ts";
import { contendersOf } from "./contenders.ts";
import { costParagraph } from "./cost.ts";
import { crossoverParagraphs, leadingCrossover } from "./crossover-words.ts";
import { findingsParagraphs } from "./findings.ts";
import { layerParagraphs } from "./layer-words.ts";
import { LEARN_ADVICE, outcomesByBudget } from "./outcomes.ts";
import { openParagraphs, transferByBudget } from "./transfer-by-budget.ts";
import { builtInParagraph, unfinishedParagraph } from "./unfinished.ts";

/** More changes of the verdict than this do not fit a headline. */
const MOST_SEGMENTS = 5;

/** Headline and paragraphs; the headline goes from few images to many. */
export function budgetsConclusion(
  summary: StudySummary,
  analysis: StudyAnalysis,
): { headline: string; paragraphs: string[] } {
  const { design } = analysis;
  const measured = design.strategies.filter((one) =>
    design.budgets.some((budget) => resultsAt(one, budget).length > 0),
  );
  const largest = largestBudgetRuns(summary, design);
  const models = modelsOf(largest);
  const contenders = contendersOf(largest, models);
  const withLead = (lead: string, paragraphs: string[]): string[] =>
    paragraphs.map((text) => `${lead} at ${design.budgets.at(-1)?.text} images per class: ${text}`);
  return {
    headline: headline(summary, analysis),
    paragraphs: [
      ...(measured.length > 0 ? [designParagraph(summary, analysis)] : []),
      ...outcomesByBudget(analysis),
      ...(measured.length > 1 ? transferByBudget(analysis) : []),
      ...crossoverParagraphs(analysis),
      ...openParagraphs(analysis),
      ...layerParagraphs(design),
      ...withLead("Cost", costParagraph(contenders, models)),
      ...withLead("Train and test", overfitParagraph(contenders, summary)),
      ...findingsParagraphs(summary, design),
      ...unfinishedParagraph(summary),
      ...(measured.length > 0 ? [trustParagraph(analysis)] : []),
      ...builtInParagraph(summary),
    ],
  };
}

function headline(summary: StudySummary, analysis: StudyAnalysis): string {
  const where = `on the target test set of ${summary.dataset.title}`;
  const names = new Set(analysis.verdicts.flatMap(({ verdict }) => verdict.ranking.map(({ strategy }) => strategy)));
  const [first] = names;
  const leftOut = analysis.verdicts.flatMap(({ verdict }) => verdict.leftOut);
  if (first === undefined && leftOut.length > 0)
    return `No strategy learned the target task of ${summary.dataset.title}, with any number of images. ${LEARN_ADVICE}`;
  if (first === undefined) return "No model of the target task finished, so there is nothing to compare yet.";
  if (names.size === 1)
    return `${aloneText(analysis, first)} ${where}; no other strategy ${leftOut.length > 0 ? "can be ranked" : "finished"}, so there is nothing to compare it with.`;
  const segments = budgetSegments(analysis);
  const shown = segments.length > MOST_SEGMENTS ? [segments[0], segments[segments.length - 1]] : segments;
  const parts = shown.map((segment, index) => segmentText(segment, { isFirst: index === 0 }));
  const between = segments.length > MOST_SEGMENTS ? " Between them the verdict changes several times." : "";
  const crossover = leadingCrossover(analysis);
  const judged = analysis.verdicts.some(({ verdict }) => verdict.outcome.kind !== "no verdict");
  const opening = judged ? `On${where.slice(2)}` : `One seed gives no verdict; highest ${where}`;
  return `${opening}: ${parts.join("; ")}.${between}${crossover === null ? "" : ` Crossover: ${crossover}`}`;
}

function aloneText({ design }: StudyAnalysis, name: string): string {
  const strategy = design.strategies.find((one) => one.name === name);
  const reached = design.budgets.flatMap((budget) => {
    const accuracies = strategy ? rankedResultsAt(design, strategy, budget).map(({ accuracy }) => accuracy) : [];
    return accuracies.length > 0 ? [`${percent(mean(accuracies))} at ${budget.text}`] : [];
  });
  return `${name} reached ${list(reached)} images per class`;
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

function trustParagraph({ design, verdicts }: StudyAnalysis): string {
  if (!design.severalSeeds) {
    return "No statistics: one run of each strategy and budget has no spread, so no difference here can be told from the luck of images, initial weights and order. Three seeds are the least that give intervals for crossovers; more settle smaller differences.";
  }
  const counts = verdicts.flatMap(({ verdict }) => verdict.comparisons.map(({ seeds }) => seeds.length));
  const families = verdicts.map(({ verdict }) => verdict.comparisons.length);
  const most = Math.max(0, ...counts);
  const wilcoxon =
    most > 1 && most < 6
      ? ` With ${most} seeds Wilcoxon's test cannot go below p = ${2 ** (1 - most)}, so it settles nothing alone.`
      : "";
  return (
    `How it was judged: by paired t tests by seed with Holm's correction within each budget (up to ${plural(Math.max(0, ...families), "comparison")}) at the 5 % level. ` +
    `They take the differences between seeds as normal, which ${plural(most, "seed")} cannot show. Intervals hold for one difference each.${wilcoxon}`
  );
}
