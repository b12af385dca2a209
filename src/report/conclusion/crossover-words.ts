/** @file Where training from scratch overtakes transfer, in words that say how well it is known. */

import { list, plural } from "../../core/index.ts";
import type { Crossover } from "../../statistics/index.ts";
import { isKnown } from "../analysis/crossovers.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { describeCrossover } from "../sentences/crossover-sentence.ts";

/** More sentences than this do not fit a paragraph. */
const MOST_TOLD = 6;

/** One paragraph on all strategies against the baseline, but for those whose crossover the lines above tell. */
export function crossoverParagraphs({ crossovers, changes }: StudyAnalysis): string[] {
  const said = changes.map(describeCrossover);
  const comparable = crossovers.filter(
    ({ crossover }) => crossover.kind !== "not comparable" && !said.includes(describeCrossover(crossover)),
  );
  if (comparable.length === 0) return [];
  const ones = comparable.flatMap(({ crossover }) => (crossover.kind === "one" ? [crossover] : []));
  const known = ones.filter(isKnown).map(describeCrossover);
  const loose = ones.filter((crossover) => !isKnown(crossover));
  const others = comparable.flatMap(({ crossover }) =>
    crossover.kind === "several" || crossover.kind === "none" ? [meanSentence(crossover)] : [],
  );
  const none = known.length === 0 ? ["none is clear."] : [];
  const told = [...none, ...known, ...loose.map(describeCrossover), ...others];
  const more = told.length - MOST_TOLD;
  const rest = more > 0 ? [`The figure shows ${plural(more, "more pair")}.`] : [];
  return [`Crossovers: ${[...told.slice(0, MOST_TOLD), ...rest].join(" ")}`];
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
