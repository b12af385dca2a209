/** @file What else was measured: what fine-tuning forgot, and how good the guesses at transferability were. */

import { list, percent, plural } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { rememberedAt, sourceAccuracy } from "../analysis/costs.ts";
import { type StudyDesign, largestBudget } from "../analysis/study-design.ts";
import { type ScoreCheck, checkScores, scoreNames } from "../analysis/transferability.ts";

/** The paragraphs; none where nothing of it was measured. */
export function findingsParagraphs(summary: StudySummary, design: StudyDesign): string[] {
  return [...forgettingParagraph(summary, design), ...scoresParagraph(summary)];
}

function forgettingParagraph(summary: StudySummary, design: StudyDesign): string[] {
  const before = sourceAccuracy(summary);
  if (before === null || design.budgets.length === 0) return [];
  const budget = largestBudget(design);
  const left = design.strategies.flatMap((one) => {
    const accuracy = rememberedAt(one, budget);
    return accuracy ? [`${one.name} ${percent(accuracy.mean)}`] : [];
  });
  if (left.length === 0) return [];
  const where = design.severalBudgets ? ` after ${budget.text} images per class` : "";
  return [
    `Forgetting: the source model had ${percent(before)} on its own task; with the source's head put back, what is left${where} is ${list(left)}.`,
  ];
}

function scoresParagraph(summary: StudySummary): string[] {
  const checks = checkScores(summary).filter(({ correlations }) => correlations.length > 0);
  if (checks.length === 0) return [];
  const [judged, unjudged] = [true, false].map((has) => checks.filter((check) => hasCoefficient(check) === has));
  return [
    `Guesses at transferability, made before any training on the target and used for nothing: ${[...judged.map(scoreText), ...unjudgedText(unjudged)].join("; ")}. One source and few layers make this an anecdote about the scores, no test of them.`,
  ];
}

function hasCoefficient({ correlations }: ScoreCheck): boolean {
  return correlations.some(({ correlation }) => correlation.coefficient !== null);
}

/** All scores without a correlation in one clause; they may have different numbers of outcomes. */
function unjudgedText(checks: readonly ScoreCheck[]): string[] {
  if (checks.length === 0) return [];
  const counts = checks.map(({ pairs }) => pairs.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const outcomes = fewest === most ? plural(most, "outcome") : `${fewest} to ${plural(most, "outcome")}`;
  const each = checks.length > 1 && fewest === most ? " each" : "";
  return [
    `${list(checks.map(({ score }) => scoreNames[score]))} ${checks.length === 1 ? "has" : "have"} ${outcomes}${each} to be held against, too few or too equal for a rank correlation`,
  ];
}

function scoreText({ score, over, correlations }: ScoreCheck): string {
  const name = scoreNames[score];
  const found = correlations.flatMap(({ correlation }) => (correlation.coefficient === null ? [] : [correlation]));
  const values = found.map(({ coefficient }) => (coefficient ?? 0).toFixed(2).replace("-", "−"));
  const [lowest, highest] = [values[0], values[values.length - 1]];
  const what = over === "layers" ? "over layers" : "over budgets and layers, where more images raise every accuracy";
  const range = values.length === 1 || lowest === highest ? lowest : `${list(values)} from few images to many`;
  return `${name} has a rank correlation of ${range} with the accuracies (Spearman, ${what}, ${plural(found[0].pairs, "pair")}${values.length > 1 ? " each" : ""})`;
}
