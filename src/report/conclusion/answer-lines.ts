/** @file What stands behind the headline, in at most five lines: odds, gain, price, time, doubts. */

import {
  accuracyInterval,
  duration,
  levelText,
  list,
  oddsText,
  percent,
  plural,
  points,
  regionText,
  unsignedPoints,
} from "../../core/index.ts";
import type { Prospect, Verdict } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { gainOf } from "../analysis/gain.ts";
import { type Pick, type RecommendedRange, prospectOf } from "../analysis/recommended-ranges.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { modelsOf } from "../runs/models.ts";
import { describeCrossover } from "../sentences/crossover-sentence.ts";
import { doubtLine } from "./doubts.ts";
import { fellShort } from "./outcomes.ts";

/** More of them do not fit a line. */
const MOST_TOLD = 4;
const MOST_CHANGES = 2;

/** The lines, the picks first; what is not known is left out. */
export function answerLines(summary: StudySummary, analysis: StudyAnalysis): string[] {
  const { design, ranges } = analysis;
  const picks = ranges.flatMap((range) => range.picks);
  const isChoice = picks.some(({ recommendation }) => recommendation.prospects.length > 1);
  if (picks.length === 0) return [...nothingLine(summary, analysis), ...doubtLine(summary, analysis)];
  const costs = [...(isChoice ? [priceLine(picks, design)] : []), timeLine(picks, design)];
  return [
    isChoice ? oddsLine(ranges, design) : aloneLine(picks, design),
    ...gainLine(analysis, picks),
    ...changesLine(analysis),
    ...(design.severalBudgets ? [costs.join(" ")] : withDoubling(costs, summary)),
    ...doubtLine(summary, analysis),
  ];
}

/** The costs in one line, and what more images would bring in another, where that is known. */
function withDoubling(costs: readonly string[], { recommendations }: StudySummary): readonly string[] {
  const doubling = recommendations?.at(-1)?.doubling ?? null;
  if (doubling === null) return costs;
  const { gain, low, high, level } = doubling;
  const more = `Twice as many images would likely bring ${points(gain)} points (${levelText(level)} interval ${points(low)} to ${points(high)}).`;
  return [costs.join(" "), more];
}

function nothingLine(summary: StudySummary, { verdicts }: StudyAnalysis): string[] {
  if (verdicts.some(({ verdict }) => verdict.leftOut.length > 0)) {
    return ["Where training took steps, another learning rate may help too, which graft find-lr looks for."];
  }
  const sources = modelsOf(summary).filter(({ task, done }) => task === "source" && done.length > 0);
  return sources.length > 0 ? [`Only ${list(sources.map(({ title }) => title))} did.`] : [];
}

/** The recommended strategies, those that count as equal, and the next. */
function oddsLine(ranges: readonly RecommendedRange[], design: StudyDesign): string {
  const told = ranges.slice(0, MOST_TOLD).map((range) => rangeText(range, design));
  const more = ranges.length > MOST_TOLD ? "; the table has the others" : "";
  const [{ recommendation }] = ranges[0].picks;
  return `Likely within ${regionText(recommendation.region)} of the best: ${told.join("; ")}${more}.`;
}

/** Of the budget that is least sure: `last-layer 91 % (accuracy 88.0 %, 90 % interval 87.1 to 88.9 %; next: full 40 %)`. */
function rangeText({ picks }: RecommendedRange, { severalBudgets }: StudyDesign): string {
  const { recommendation, prospect } = picks.reduce((least, one) =>
    one.prospect.probability < least.prospect.probability ? one : least,
  );
  const { equals, prospects } = recommendation;
  const next = prospects.find((one) => one !== prospect && !equals.includes(one.strategy));
  const oddsOf = ({ strategy, probability }: Prospect): string => `${strategy} ${oddsText(probability)}`;
  const asGood = equals.slice(0, MOST_TOLD).map((name) => oddsOf(prospectOf(recommendation, name)));
  const more = equals.length > MOST_TOLD ? [plural(equals.length - MOST_TOLD, "other")] : [];
  const others = [
    ...(severalBudgets ? [] : [accuracyText(prospect)]),
    ...(equals.length > 0 ? [`as good: ${list([...asGood, ...more])}`] : []),
    ...(next === undefined ? [] : [`next: ${oddsOf(next)}`]),
  ];
  const where = severalBudgets ? ` at ${list(picks.map(({ budget }) => budget.text))}` : "";
  if (prospects.length === 1) return `${prospect.strategy}${where}, alone`;
  return `${oddsOf(prospect)}${where}${others.length > 0 ? ` (${others.join("; ")})` : ""}`;
}

/** Where no budget has a second strategy. */
function aloneLine(picks: readonly Pick[], design: StudyDesign): string {
  return `${list(picks.map((pick) => `${placed(pick, design)}: ${accuracyText(pick.prospect)}`))}.`;
}

function accuracyText({ accuracy, interval }: Prospect): string {
  return `accuracy ${percent(accuracy)}, 90 % interval ${accuracyInterval(interval)}`;
}

/** What transfer gains over training from scratch with what is recommended, with the fewest images and the most. */
function gainLine({ design, verdicts }: StudyAnalysis, picks: readonly Pick[]): string[] {
  const told = [...new Set([picks[0], picks[picks.length - 1]])].flatMap((pick) => {
    const found = verdicts.find(({ budget }) => budget === pick.budget);
    return found ? gainText(found.verdict, { pick, at: placeOf(pick, design) }) : [];
  });
  if (told.length > 0) return [`Gain ${told.join("; ")}.`];
  return design.severalBudgets ? [] : [unsaidGain(verdicts[0].verdict, design)];
}

/** `of full over scratch at 10: +22.0 points (95 % interval +21.0 to +23.0)`. */
function gainText(verdict: Verdict, { pick, at }: { pick: Pick; at: string }): string[] {
  const gain = gainOf(verdict, pick.prospect.strategy);
  if (gain === null) return [];
  const { transferred, scratch, difference, low, high, level } = gain;
  return [
    `of ${transferred} over ${scratch}${at}: ${points(difference)} points (${levelText(level)} interval ${points(low)} to ${points(high)})`,
  ];
}

/** Why nothing can be said of transfer: one of its sides has no model that is ranked. */
function unsaidGain({ ranking, leftOut }: Verdict, { strategies }: StudyDesign): string {
  const missing = !ranking.some(({ transfers }) => transfers);
  const names = strategies.filter(({ transfers }) => transfers === missing).map(({ name }) => name);
  const own = leftOut.filter(({ strategy }) => names.includes(strategy));
  if (!missing && own.length > 0 && own.every(({ outcome }) => outcome === "did-not-learn"))
    return `${list(own.map(({ strategy }) => strategy))} did not learn: here only transfer makes a model, and by how many points cannot be said.`;
  const why =
    own.length > 0
      ? list(own.map(({ strategy, outcome }) => `${strategy} ${fellShort[outcome]}`))
      : `no ${missing ? "transferred model" : "model trained from random weights"} finished`;
  return `What transfer did cannot be said: ${why}.`;
}

/** Where the recommended strategies overtake each other. */
function changesLine({ changes }: StudyAnalysis): string[] {
  const crossings = changes.filter(({ kind }) => kind === "one" || kind === "several").map(describeCrossover);
  return crossings.length === 0 ? [] : [crossings.slice(0, MOST_CHANGES).join(" ")];
}

/** What a wrong choice costs. */
function priceLine(picks: readonly Pick[], design: StudyDesign): string {
  const regretOf = ({ expectedRegret }: Prospect): number => expectedRegret;
  const own = highest(picks, regretOf) ?? picks[0];
  const worst = highest(othersInTheRunning(picks), regretOf);
  const other =
    worst === undefined
      ? "nothing else is in the running"
      : `the worst in the running, ${placed(worst, design)}, would lose ${unsignedPoints(regretOf(worst.prospect))}`;
  return `Expected loss against the best: ${unsignedPoints(regretOf(own.prospect))} points with ${placed(own, design)}; ${other}.`;
}

function timeLine(picks: readonly Pick[], design: StudyDesign): string {
  const secondsOf = ({ seconds }: Prospect): number => seconds;
  const own = highest(picks, secondsOf) ?? picks[0];
  const slowest = highest(othersInTheRunning(picks), secondsOf);
  const text = (pick: Pick): string => duration(1000 * pick.prospect.seconds);
  const lead = `One run of ${placed(own, design)} takes ${text(own)}`;
  if (slowest === undefined) return `${lead}.`;
  return slowest.prospect.seconds > own.prospect.seconds
    ? `${lead}; of the most expensive in the running, ${placed(slowest, design)}, ${text(slowest)}.`
    : `${lead}, the most in the running.`;
}

function othersInTheRunning(picks: readonly Pick[]): Pick[] {
  return picks.flatMap((pick) =>
    pick.recommendation.prospects
      .filter((one) => one.inTheRunning && one !== pick.prospect)
      .map((prospect) => ({ ...pick, prospect })),
  );
}

function highest(picks: readonly Pick[], valueOf: (prospect: Prospect) => number): Pick | undefined {
  return picks.toSorted((a, b) => valueOf(b.prospect) - valueOf(a.prospect)).at(0);
}

function placed(pick: Pick, design: StudyDesign): string {
  return `${pick.prospect.strategy}${placeOf(pick, design)}`;
}

/** ` at 50` images per class; empty in a study of one budget. */
function placeOf({ budget }: Pick, { severalBudgets }: StudyDesign): string {
  return severalBudgets ? ` at ${budget.text}` : "";
}
