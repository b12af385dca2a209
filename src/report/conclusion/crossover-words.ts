/** @file Where training from scratch overtakes transfer, in words that say how well it is known. */

import { describeCrossover } from "../../statistics/index.ts";
import { isHint, isKnown } from "../analysis/crossovers.ts";
import type { BaselineCrossover, StudyAnalysis } from "../analysis/study-analysis.ts";
import { plural } from "../format.ts";

/** More than this without a crossing are counted and not told one by one. */
const MOST_TOLD = 6;

/** The sentence for the headline: the baseline and the transfer strategy that leads at the smallest budget. */
export function leadingCrossover(analysis: StudyAnalysis): string | null {
  const [smallest] = analysis.verdicts;
  const leading = smallest?.verdict.ranking.find(({ transfers }) => transfers)?.strategy;
  const found = analysis.crossovers.find(({ strategy }) => strategy.name === leading);
  return found?.crossover.kind === "one" && isKnown(found.crossover) ? sentenceOf(found) : null;
}

/** One paragraph on all strategies against the baseline. */
export function crossoverParagraphs({ crossovers }: StudyAnalysis): string[] {
  const comparable = crossovers.filter(({ crossover }) => crossover.kind !== "not comparable");
  if (comparable.length === 0) return [];
  const order = ({ crossover }: BaselineCrossover): number => {
    if (crossover.kind !== "one") return crossover.kind === "none" ? 2 : 1;
    return isKnown(crossover) ? 0 : 1;
  };
  const sorted = comparable.toSorted((a, b) => order(a) - order(b));
  const told = sorted.slice(0, MOST_TOLD).map(sentenceOf);
  const more = sorted.length - told.length;
  return [
    `Crossovers: ${told.join(" ")}${more > 0 ? ` ${plural(more, "more strategy", "more strategies")} in the figure.` : ""}`,
  ];
}

function sentenceOf({ crossover }: BaselineCrossover): string {
  if (crossover.kind !== "one" || isKnown(crossover) || isHint(crossover)) return describeCrossover(crossover);
  const { overtaking, overtaken, budget } = crossover.crossing;
  const about = Number(budget.toPrecision(2)).toLocaleString("en-US");
  return `The mean curves of ${overtaking} and ${overtaken} cross at about ${about} images per class, but other draws of these seeds move the crossing beyond the budgets, so it is not settled.`;
}
