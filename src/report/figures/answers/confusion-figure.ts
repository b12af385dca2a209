/** @file Confusion matrices of the finished models. */

import { count, percent } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import type { StudyDesign } from "../../analysis/study-design.ts";
import { type EvaluatedRun, detailCaption, evaluatedRuns, shareOfRight } from "../../runs/detail-runs.ts";
import { FULL_WIDTH, type Figure, panelTitle } from "../kit/figure.ts";
import { studyLine } from "../kit/figure-words.ts";
import { tipLayer, tipOf } from "../svg/mark-data.ts";
import { wrapText } from "../svg/wrap-text.ts";
import { inks } from "../../look/inks.ts";

/** Above this many classes numbers would not fit their cells. */
const MOST_NUMBERED = 12;
const LARGEST_CELL = 62;
const SMALLEST_CELL = 7;
/** How much of its blue a cell has; numbers can be read on the deepest, by day and by night. */
const SHADES = [0.06, 0.55];
/** Room for the names of the classes beside a matrix. */
const LABEL_ROOM = 92;

/** One figure a task: a matrix for each of its models. */
export function confusionFigures(summary: StudySummary, { design }: StudyAnalysis): Figure[] {
  const evaluated = evaluatedRuns(summary, design);
  return (["source", "target"] as const).flatMap((task) => {
    const runs = evaluated.filter(({ run }) => run.task === task);
    return runs.length === 0 ? [] : [confusionFigure(summary, { design, task, runs })];
  });
}

function confusionFigure(
  summary: StudySummary,
  { design, task, runs }: { design: StudyDesign; task: "source" | "target"; runs: EvaluatedRun[] },
): Figure {
  const classes = Math.max(...runs.map(({ evaluation }) => evaluation.perClass.length));
  const columns = runs.length === 1 ? 1 : classes <= 4 ? Math.min(3, runs.length) : classes <= 12 ? 2 : 1;
  const room = Math.floor((FULL_WIDTH + 60) / columns) - LABEL_ROOM - 14;
  const cell = Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, Math.floor(room / classes)));
  const words = "Rows are true classes, columns answers; darker means a larger share of the row.";
  return {
    name: `confusion-${task}`,
    title: `What the models answer: confusion matrices of the ${task} task`,
    subtitle: [studyLine(summary), detailCaption(words, design, runs)],
    views: runs.map((one) => matrixView(one, cell)),
    columns,
    gap: 22,
  };
}

interface Cell {
  truth: string;
  answer: string;
  /** Of the row. */
  share: number;
  text: string;
  tip: string;
}

function cellsOf({ style, evaluation }: EvaluatedRun, names: readonly string[]): Cell[] {
  return evaluation.confusion.flatMap((row, truth) => {
    const rowTotal = row.reduce((sum, value) => sum + value, 0);
    return row.map((value, answer) => {
      const share = rowTotal > 0 ? value / rowTotal : 0;
      const tip = `${names[truth]}, answered ${names[answer]}: ${count(value)} of ${count(rowTotal)} (${percent(share)})`;
      return { truth: names[truth], answer: names[answer], share, text: String(value), tip: tipOf(style.name, tip) };
    });
  });
}

function matrixView(one: EvaluatedRun, cell: number): object {
  const { style, evaluation } = one;
  const { confusion, perClass } = evaluation;
  // a head with more outputs than the task has classes keeps its own numbers for the others
  const names = confusion.map((_, index) => perClass[index]?.className ?? String(index));
  const cells = cellsOf(one, names);
  const size = names.length * cell;
  const axis = { labelFontSize: 10, labelLimit: 72, ticks: false, domain: false, grid: false, labelPadding: 4 };
  const scale = { domain: names, paddingInner: 0, paddingOuter: 0 };
  const y = { field: "truth", type: "ordinal", scale, axis: { ...axis, title: "True class" } };
  const turned = names.length > 3 || names.some((name) => name.length * 6 > cell);
  const x = {
    field: "answer",
    type: "ordinal",
    scale,
    axis: { ...axis, title: "Answer", labelAngle: turned ? -45 : 0 },
  };
  const width = Math.max(size, 130);
  const heading = wrapText(`${style.name}: ${percent(shareOfRight(evaluation))}`, width + 40, {
    fontSize: 12,
    weight: "bold",
  });
  const opacity = { field: "share", type: "quantitative", legend: null, scale: { domain: [0, 1], range: SHADES } };
  const line = { stroke: inks.paper.light, strokeWidth: cell > 12 ? 1 : 0.3 };
  const squares = tipLayer(cells, { type: "rect", fill: inks.blue.light, ...line }, { x, y, fillOpacity: opacity });
  const number = { type: "text", fontSize: Math.min(13, Math.max(8, cell / 3)), color: inks.ink.light };
  const numbers = tipLayer(cells, number, { x, y, text: { field: "text" } });
  return {
    width: size,
    height: size,
    title: panelTitle(heading),
    layer: [squares, ...(names.length <= MOST_NUMBERED ? [numbers] : [])],
  };
}
