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
  const checks = checkScores(summary);
  if (checks.length === 0) return [];
  const judged = checks.filter(hasCoefficient);
  const shown = checks.filter((check) => !hasCoefficient(check)).map(({ score }) => scoreNames[score]);
  const unjudged =
    shown.length > 0
      ? [
          `${list(shown)} ${shown.length === 1 ? "is" : "are"} shown and not judged, for want of five different outcomes at one budget`,
        ]
      : [];
  return [
    `Guesses at transferability, made before any training on the target and used for nothing: ${[...judged.map(scoreText), ...unjudged].join("; ")}.`,
  ];
}

function hasCoefficient({ correlations }: ScoreCheck): boolean {
  return correlations.some(({ correlation }) => correlation.coefficient !== null);
}

function scoreText({ score, correlations }: ScoreCheck): string {
  const found = correlations.flatMap(({ correlation }) => (correlation.coefficient === null ? [] : [correlation]));
  const values = found.map(({ coefficient }) => (coefficient ?? 0).toFixed(2).replace("-", "−"));
  const range = values.length === 1 ? values[0] : `${list(values)} from few images to many`;
  return `${scoreNames[score]} has a rank correlation of ${range} with the accuracies (Spearman, within a budget, ${plural(found[0].pairs, "pair")}${values.length > 1 ? " each" : ""})`;
}
