/** @file The written conclusion of a study, computed from its numbers. */

import { list, percent, plural } from "../../core/index.ts";
import { type Candidates, type Verdict, splitCandidates } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { type StudyAnalysis, analyseStudy } from "../analysis/study-analysis.ts";
import { type StoredSummary, completeSummary } from "../runs/complete-summary.ts";
import { type ModelRuns, keptEpochPhrase, modelsOf } from "../runs/models.ts";
import { verdictSentences } from "../sentences/verdict-sentences.ts";
import { budgetsConclusion } from "./budgets-conclusion.ts";
import { overfitParagraph } from "./caveats.ts";
import { type Contender, compare, contendersOf, describe, isSettled } from "./contenders.ts";
import { costParagraph } from "./cost.ts";
import { findingsParagraphs } from "./findings.ts";
import { layerHeadline, layerParagraphs } from "./layer-words.ts";
import { named, nothingLearned, outcomeParagraphs } from "./outcomes.ts";
import { transferParagraphs, transferUnsaid } from "./transfer.ts";
import { builtInParagraph, unfinishedParagraph } from "./unfinished.ts";

/** What does not fit a paragraph is left to the tables. */
const MOST_RANKED = 8;
const MOST_SENTENCES = 6;

/** The answer in one sentence and its reasons, as plain text without markup. */
export interface Conclusion {
  headline: string;
  paragraphs: string[];
}

/**
 * Says which strategy won on the target test set and by how much, what transfer and freezing did,
 * and how far the numbers can be trusted.
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
  if (analysis.design.severalBudgets) return budgetsConclusion(summary, analysis);
  const models = modelsOf(summary);
  const contenders = contendersOf(summary, models);
  const candidates = splitCandidates(contenders);
  const [only] = analysis.verdicts;
  const judged = only !== undefined && only.verdict.outcome.kind !== "no verdict";
  const reading = judged
    ? seedsReading(summary, { verdict: only.verdict, candidates })
    : pairsReading(summary, { models, candidates });
  const ofLayers = layerHeadline(analysis.design, `On the target test set of ${summary.dataset.title}`);
  return {
    headline: ofLayers ?? reading.headline,
    paragraphs: [
      ...layerParagraphs(analysis.design),
      ...(ofLayers === null ? [] : [reading.headline]),
      ...outcomeParagraphs(candidates),
      ...reading.paragraphs,
      ...costParagraph(contenders, models),
      ...overfitParagraph(contenders, summary),
      ...findingsParagraphs(summary, analysis.design),
      ...unfinishedParagraph(summary),
      ...(candidates.ranked.length > 0 && !judged ? [trustParagraph(summary, candidates.ranked)] : []),
      ...builtInParagraph(summary),
    ],
  };
}

/** The reading of several seeds: a verdict over all strategies, corrected for their number. */
function seedsReading(
  summary: StudySummary,
  { verdict, candidates }: { verdict: Verdict; candidates: Candidates<Contender> },
): Conclusion {
  const [first, ...others] = verdictSentences(verdict, `On the target test set of ${summary.dataset.title}`);
  const method = others.slice(-1);
  const told = others.slice(0, -1);
  const more = told.length - MOST_SENTENCES;
  const rest = more > 0 ? [...told.slice(0, MOST_SENTENCES), "More pairs are in the tables.", ...method] : others;
  return {
    headline: first,
    paragraphs: [
      ...rankingParagraph(summary, candidates.ranked),
      ...(rest.length > 0 ? [rest.join(" ")] : []),
      ...unsaidParagraph(candidates),
    ],
  };
}

/** A verdict is silent where a side of transfer is not ranked. */
function unsaidParagraph(candidates: Candidates<Contender>): string[] {
  const unsaid = candidates.leftOut.length > 0 ? transferUnsaid(candidates) : null;
  return unsaid === null ? [] : [unsaid];
}

/** The reading of one seed: pairs of models, held against the size of the test set. */
function pairsReading(
  summary: StudySummary,
  { models, candidates }: { models: ModelRuns[]; candidates: Candidates<Contender> },
): Conclusion {
  return {
    headline: headline(summary, models, candidates),
    paragraphs: [...rankingParagraph(summary, candidates.ranked), ...transferParagraphs(candidates, summary)],
  };
}

function headline(summary: StudySummary, models: ModelRuns[], { ranked, leftOut }: Candidates<Contender>): string {
  const where = `on the target test set of ${summary.dataset.title}`;
  const [best, second, ...rest] = ranked;
  if (!best && leftOut.length > 0) return nothingLearned(leftOut, summary.dataset.title);
  if (!best) {
    const sources = models.filter((model) => model.task === "source" && model.done.length > 0);
    const only = sources.length > 0 ? ` Only ${list(sources.map((model) => model.title))} did.` : "";
    return `No model of the target task finished, so there is nothing to compare yet.${only}`;
  }
  if (!second) {
    return `${best.title} reached ${percent(best.accuracy)} ${where}; no other model of the target task ${leftOut.length > 0 ? "can be ranked" : "finished"}, so there is nothing to compare it with.`;
  }
  const difference = compare(best, second);
  if (isSettled(difference)) {
    return `${best.title} won: ${percent(best.accuracy)} ${where}, ${describe(difference, { more: "above", less: "below" })} the second best, ${second.title} (${percent(second.accuracy)}).`;
  }
  const behind = rest.filter((other) => isSettled(compare(best, other)));
  const open = [second, ...rest].filter((other) => !behind.includes(other));
  const level = open.filter((other) => !behind.some(({ accuracy }) => accuracy > other.accuracy));
  const uncertain = open.filter((other) => !level.includes(other));
  return [
    `No clear winner ${where}: ${named([best])} leads, and ${named(level)} ${level.length === 1 ? "is" : "are"} not settled behind it.`,
    ...(uncertain.length > 0 ? [`Too uncertain to place: ${named(uncertain)}.`] : []),
    ...(behind.length > 0 ? [`Clearly behind: ${named(behind)}.`] : []),
  ].join(" ");
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

function trustParagraph(summary: StudySummary, contenders: Contender[]): string {
  const most = Math.max(...contenders.map((one) => one.accuracies.length));
  const best =
    contenders.length > 2
      ? " They hold for one pair of models each, without a correction for having picked the best of several."
      : "";
  if (most > 1) {
    const unpaired = contenders.some((a, index) => contenders.slice(index + 1).some((b) => compare(a, b).pairs < 2));
    const fallback = unpaired
      ? " Models that share fewer than two seeds are compared by the size of the test set alone."
      : "";
    return `The intervals are 95 % t intervals of the differences paired by seed, over at most ${most} seeds; they cover the luck of the seed, on this one data set and split.${fallback}${best}`;
  }
  if (contenders.length === 1) return "The number comes from one seed: a different seed may change it.";
  const images = plural(summary.target.testImages, "test image");
  return `Every number comes from one seed: a different seed may change this. The 95 % intervals cover only the size of the test set (${images}; binomial, the two models treated as independent), not the luck of initial weights and data order.${best}`;
}
