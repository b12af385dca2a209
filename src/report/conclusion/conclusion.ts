/** @file The written conclusion of a study, computed from its numbers. */

import { list, percent } from "../../core/index.ts";
import { type Verdict, splitCandidates } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { type StudyAnalysis, analyseStudy } from "../analysis/study-analysis.ts";
import { type StoredSummary, completeSummary } from "../runs/complete-summary.ts";
import { keptEpochPhrase, modelsOf } from "../runs/models.ts";
import { verdictSentences } from "../sentences/verdict-sentences.ts";
import { answerLines } from "./answer-lines.ts";
import { budgetsParagraphs } from "./budgets-conclusion.ts";
import { overfitParagraph } from "./caveats.ts";
import { type Contender, contendersOf } from "./contenders.ts";
import { costParagraph } from "./cost.ts";
import { findingsParagraphs } from "./findings.ts";
import { headStartParagraph } from "./head-start.ts";
import { headlineOf } from "./headline.ts";
import { layerHeadline, layerParagraphs } from "./layer-words.ts";
import { outcomeParagraphs } from "./outcomes.ts";
import { builtInParagraph, unfinishedParagraph } from "./unfinished.ts";

/** What does not fit a paragraph is left to the tables. */
const MOST_RANKED = 8;
const MOST_SENTENCES = 6;

/** The answer in one sentence, what stands behind it, and its reasons, as plain text without markup. */
export interface Conclusion {
  /** At most 18 words that name a strategy, or say what would decide; longer for layer curves. */
  headline: string;
  /** At most five. */
  lines: string[];
  paragraphs: string[];
}

/**
 * Says which strategy to take, how sure that is and what it costs, then what transfer and freezing did, and how far the
 * numbers can be trusted.
 *
 * Models are compared by their test accuracy after the last epoch; runs that did not finish are left out, models that
 * did not learn are not ranked, and those that were cut short are only where all that learned were.
 */
export function conclusion(stored: StoredSummary): Conclusion {
  const summary = completeSummary(stored);
  return concludeStudy(summary, analyseStudy(summary));
}

/** The same for a summary that is complete and analysed already. */
export function concludeStudy(summary: StudySummary, analysis: StudyAnalysis): Conclusion {
  const ofLayers = layerHeadline(analysis, `On the target test set of ${summary.dataset.title}`);
  return {
    headline: ofLayers ?? headlineOf(analysis),
    lines: answerLines(summary, analysis),
    paragraphs: analysis.design.severalBudgets ? budgetsParagraphs(summary, analysis) : paragraphsOf(summary, analysis),
  };
}

/** The reasons in a study of one budget. */
function paragraphsOf(summary: StudySummary, analysis: StudyAnalysis): string[] {
  const models = modelsOf(summary);
  const contenders = contendersOf(summary, models);
  const candidates = splitCandidates(contenders);
  return [
    ...layerParagraphs(analysis),
    ...outcomeParagraphs(candidates),
    ...rankingParagraph(summary, candidates.ranked),
    ...analysis.verdicts.flatMap(({ verdict }) => verdictParagraph(summary, verdict)),
    ...headStartParagraph(candidates.ranked, summary),
    ...costParagraph(contenders, models),
    ...overfitParagraph(contenders, summary),
    ...findingsParagraphs(summary, analysis.design),
    ...unfinishedParagraph(summary),
    ...builtInParagraph(summary),
  ];
}

/** Who is settled above whom, corrected for the number of comparisons. */
function verdictParagraph(summary: StudySummary, verdict: Verdict): string[] {
  if (verdict.outcome.kind === "no verdict") return [];
  const told = verdictSentences(verdict, `On the target test set of ${summary.dataset.title}`);
  const method = told.splice(-1);
  const more = told.length > MOST_SENTENCES ? ["More pairs are in the tables."] : [];
  return [[...told.slice(0, MOST_SENTENCES), ...more, ...method].join(" ")];
}

function rankingParagraph(summary: StudySummary, contenders: Contender[]): string[] {
  if (contenders.length === 0) return [];
  const left = contenders.length - MOST_RANKED;
  const counts = new Set(contenders.map((one) => one.accuracies.length));
  const ofAll = counts.size === 1 && !counts.has(1) ? `, means of ${contenders[0].accuracies.length} seeds` : "";
  const ofOne = ({ accuracies }: Contender): string =>
    ofAll !== "" || accuracies.length === 1 ? "" : ` (mean of ${accuracies.length} seeds)`;
  const ranked = (left > 1 ? contenders.slice(0, MOST_RANKED) : contenders).map(
    (one) => `${one.title} ${percent(one.accuracy)}${ofOne(one)}`,
  );
  const lengths = new Set(contenders.flatMap((one) => one.model.done.map((run) => run.epochs.length)));
  const warning = lengths.size > 1 ? " They did not all train for the same number of epochs." : "";
  const chanceLike = contenders.filter((one) => !one.aboveChance);
  const guessing =
    chanceLike.length > 0 ? ` Not distinguishable from guessing: ${list(chanceLike.map((one) => one.name))}.` : "";
  return [
    `Test accuracy on the target task ${keptEpochPhrase(summary)}${ofAll}, best first: ${list([...ranked, ...(left > 1 ? [`${left} others below them`] : [])])}. ` +
      `That epoch counts, not the one with the best test accuracy: picking an epoch by its test accuracy would use the test set for training decisions.${warning}${guessing}`,
  ];
}
