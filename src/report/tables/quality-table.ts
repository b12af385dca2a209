/** @file How good the finished models' answers and probabilities are, in numbers. */

import { NOTHING, isNumber, loss, percent } from "../../core/index.ts";
import { calibrationErrorOfChance, mean } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { type EvaluatedRun, detailCaption, evaluatedRuns, shareOfRight } from "../runs/detail-runs.ts";
import { outcomeMark } from "../outcome-words.ts";
import { type TextTable, textTable } from "./text-table.ts";

/** One row a model; null where nothing was evaluated image by image. */
export function qualityTable(summary: StudySummary, design: StudyDesign): TextTable | null {
  const runs = evaluatedRuns(summary, design);
  if (runs.length === 0) return null;
  const caption =
    "On the test set of each model's own task. F1 and the areas are means over classes; ECE is the expected calibration error over 15 bins, beside what a perfectly calibrated model would have on so many images by chance.";
  return textTable<EvaluatedRun>(
    detailCaption(caption, design, runs),
    [
      { title: "Model", align: "left", cell: ({ style }) => style.name },
      { title: "Task", align: "left", cell: ({ run }) => run.task },
      {
        title: "Accuracy",
        align: "right",
        cell: ({ run, evaluation }) => `${percent(shareOfRight(evaluation))}${outcomeMark(run.outcome)}`,
      },
      { title: "F1", align: "right", cell: ({ evaluation }) => ratio(mean(evaluation.perClass.map(({ f1 }) => f1))) },
      { title: "ROC area", align: "right", cell: ({ evaluation }) => ratio(evaluation.rocAuc) },
      { title: "Average precision", align: "right", cell: ({ evaluation }) => ratio(evaluation.averagePrecision) },
      { title: "ECE", align: "right", cell: ({ evaluation }) => ratio(evaluation.calibrationError) },
      {
        title: "ECE by chance",
        align: "right",
        cell: ({ evaluation }) => ratio(calibrationErrorOfChance(evaluation.calibration)),
      },
      { title: "Log loss", align: "right", cell: ({ evaluation }) => loss(evaluation.logLoss) },
    ],
    { items: runs },
  );
}

function ratio(value: number | null): string {
  return isNumber(value) ? value.toFixed(3) : NOTHING;
}
