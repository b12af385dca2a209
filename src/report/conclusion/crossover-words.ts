/** @file Where training from scratch overtakes transfer, in words that say how well it is known. */

import { about, list, plural } from "../../core/index.ts";
import type { Crossing, Crossover } from "../../statistics/index.ts";
import { type OneCrossing, isHint, isKnown } from "../analysis/crossovers.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { describeCrossover } from "../sentences/crossover-sentence.ts";

/** More sentences than this do not fit a paragraph. */
const MOST_TOLD = 6;

/** The sentence for the headline: the baseline and the transfer strategy that leads at the smallest budget. */
export function leadingCrossover(analysis: StudyAnalysis): string | null {
  const [smallest] = analysis.verdicts;
  const leading = smallest?.verdict.ranking.find(({ transfers }) => transfers)?.strategy;
  const found = analysis.crossovers.find(({ strategy }) => strategy.name === leading);
  return found?.crossover.kind === "one" && isKnown(found.crossover) ? describeCrossover(found.crossover) : null;
}

/** One paragraph on all strategies against the baseline. */
export function crossoverParagraphs({ crossovers }: StudyAnalysis): string[] {
  const comparable = crossovers.filter(({ crossover }) => crossover.kind !== "not comparable");
  if (comparable.length === 0) return [];
  const ones = comparable.flatMap(({ crossover }) => (crossover.kind === "one" ? [crossover] : []));
  const known = ones.filter(isKnown).map(describeCrossover);
  const hints = ones.filter(isHint);
  const loose = ones.filter((crossover) => !isKnown(crossover) && !isHint(crossover));
  const others = comparable.flatMap(({ crossover }) =>
    crossover.kind === "several" || crossover.kind === "none" ? [meanSentence(crossover)] : [],
  );
  const none = known.length + hints.length === 0 ? ["none is settled."] : [];
  const told = [...none, ...known, ...hintSentence(hints), ...loose.map(describeCrossover), ...others];
  const more = told.length - MOST_TOLD;
  const rest = more > 0 ? [`The figure shows ${plural(more, "more pair")}.`] : [];
  return [`Crossovers: ${[...told.slice(0, MOST_TOLD), ...rest].join(" ")}`];
}

function hintSentence(hints: readonly OneCrossing[]): string[] {
  if (hints.length === 0) return [];
  const places = hints.map(({ crossing }) => place(crossing));
  const most = Math.max(...hints.map(({ seeds }) => seeds.length));
  return [
    `${list(places)} images per class. With ${plural(most, "seed")} these are hints: an interval needs at least three that both strategies have at every budget.`,
  ];
}

function meanSentence(crossover: Extract<Crossover, { kind: "none" | "several" }>): string {
  if (crossover.kind === "several") {
    const [{ overtaking, overtaken }] = crossover.crossings;
    return `The mean curves of ${overtaking} and ${overtaken} cross ${crossover.crossings.length} times, so there is no one crossover.`;
  }
  const { strategies, ahead } = crossover;
  if (ahead === null) return `The mean curves of ${list(strategies)} are level.`;
  const other = strategies.find((name) => name !== ahead);
  return `The mean curve of ${ahead} stays above that of ${other}.`;
}

function place({ overtaking, overtaken, budget }: Crossing): string {
  return `${overtaking} overtakes ${overtaken} at about ${about(budget)}`;
}
