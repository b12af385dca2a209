/** @file The answer in at most 18 words. */

import { count, oddsText, regionText } from "../../core/index.ts";
import type { RecommendedRange } from "../analysis/recommended-ranges.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { StudyDesign } from "../analysis/study-design.ts";

/** More ranges than this do not fit. */
const MOST_RANGES = 3;
/** Longer labels do not fit either; then the strategy's own name stands. */
const MOST_LABEL_WORDS = 4;

/** Which strategy, how sure, and from few images to many where that depends on them; or what would decide. */
export function headlineOf({ design, verdicts, ranges }: StudyAnalysis): string {
  const [first] = ranges;
  if (first === undefined) {
    return verdicts.some(({ verdict }) => verdict.leftOut.length > 0)
      ? "No model learned the target task: more images, epochs or another source would decide."
      : "No model of the target task finished, so there is nothing to compare yet.";
  }
  const name = shortName(design, first.strategy);
  if (verdicts.every(({ verdict }) => verdict.ranking.length < 2) && ranges.length === 1) {
    return `Only ${name} can be ranked: a second strategy would decide.`;
  }
  return ranges.length === 1 ? oneAnswer(first, { name, design }) : rangedAnswer(ranges, design);
}

/** `Full fine-tuning: 91 % likely within 1 point of the best.` */
function oneAnswer(
  { picks, isSure }: RecommendedRange,
  { name, design }: { name: string; design: StudyDesign },
): string {
  const odds = oddsText(Math.min(...picks.map(({ prospect }) => prospect.probability)));
  const likely = `${picks.length === 1 || odds.startsWith("over") ? "" : "at least "}${odds} likely within ${regionText(picks[0].recommendation.region)} of the best.`;
  const { budgets, severalBudgets } = design;
  const where = severalBudgets ? (picks.length === budgets.length ? " everywhere" : ` (${spanOf(picks)})`) : "";
  return isSure ? `${name}${where}: ${likely}` : `So far ${name} leads${where}: ${likely}`;
}

/** `Up to 10 images a class last-layer; 25–100 perhaps last-two-layers; from 250 full.` */
function rangedAnswer(ranges: readonly RecommendedRange[], design: StudyDesign): string {
  const { budgets } = design;
  const parts = ranges.map(({ strategy, picks, isSure }, index) => {
    const [from, to] = [picks[0].budget, picks[picks.length - 1].budget];
    const what = `${isSure ? "" : "perhaps "}${strategy}`;
    if (index === 0)
      return `${from === budgets[0] ? `Up to ${count(to.size)}` : `At ${spanOf(picks)}`} images a class ${what}`;
    return `${to === budgets.at(-1) ? `from ${count(from.size)}` : spanOf(picks)} ${what}`;
  });
  const shown = parts.length > MOST_RANGES ? [parts[0], "between, it varies", parts[parts.length - 1]] : parts;
  return `${shown.join("; ")}.`;
}

function spanOf(picks: RecommendedRange["picks"]): string {
  const [from, to] = [picks[0], picks[picks.length - 1]].map(({ budget }) => count(budget.size));
  return from === to ? from : `${from}–${to}`;
}

/** What a strategy does, where the study's names only number it: `fine-tune one layer`. */
function shortName({ strategies }: StudyDesign, name: string): string {
  const one = strategies.find((candidate) => candidate.name === name);
  if (one === undefined) return name;
  return one.label.split(" ").length > MOST_LABEL_WORDS ? one.strategy : one.label;
}
