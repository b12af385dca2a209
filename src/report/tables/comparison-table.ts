/** @file The comparison table: one row a run and, with several seeds, one row a model; or strategies by budgets. */

import { NOTHING, count, duration, isNumber, loss, percent } from "../../core/index.ts";
import { type LearningOutcome, mean, standardDeviation } from "../../statistics/index.ts";
import type { RunRecord, StudySummary } from "../../study/index.ts";
import { studyDesign } from "../analysis/study-design.ts";
import { outcomeMark } from "../outcome-words.ts";
import { type StoredSummary, completeSummary } from "../runs/complete-summary.ts";
import {
  type ModelRuns,
  bestAccuracyEpoch,
  bestLossEpoch,
  imagesPerSecond,
  isFrozen,
  keptEpoch,
  keptEpochPhrase,
  modelOutcome,
  modelsOf,
} from "../runs/models.ts";
import { budgetTable } from "./budget-table.ts";
import { type ItemColumn, type TextTable, textTable } from "./text-table.ts";

/** One line of the table: a run, or a model of several seeds. */
interface Line {
  kind: "run" | "model";
  /** `M3 · fine-tune one layer`, with its seed or number of seeds where the study has several. */
  name: string;
  /** The run, or the first of the model's. */
  run: RunRecord;
  /** The run, or those of the model that finished. */
  measured: readonly RunRecord[];
  status: string;
  /** How many frozen tensors are bit-identical to what they started as: `10 of 10`, or why that is not known. */
  freezeProof: string;
  /** Of the run, or of most of the model's; undefined where nothing was judged. */
  outcome: LearningOutcome | undefined;
}

/** A number of a run, absent where nothing was measured; of a "best" one also its epoch, from 1. */
type Measure = (run: RunRecord) => { value: number | undefined; epoch?: number | undefined };

export type { TableRow } from "./text-table.ts";

/** A table of a study's accuracies, and the columns that write it. */
export type ComparisonTable = TextTable;

/**
 * The table of a study. Runs come in their order; the model rows of a study with several seeds come first.
 * A study of several budgets has a row for each strategy and a column for each budget instead.
 */
export function comparisonTable(stored: StoredSummary): ComparisonTable {
  const summary = completeSummary(stored);
  const design = studyDesign(summary);
  return design.severalBudgets ? budgetTable(summary, design) : runTable(summary);
}

function runTable(summary: StudySummary): ComparisonTable {
  const models = modelsOf(summary);
  const severalSeeds = models.some((model) => model.runs.length > 1);
  const runLines = models.flatMap((model) =>
    model.runs.map((run) => runLine(run, { title: model.title, severalSeeds })),
  );
  const modelLines = severalSeeds ? models.map(modelLine) : [];
  const caption =
    `Study ${summary.name} · data set ${summary.dataset.title} · values ${keptEpochPhrase(summary)}; ` +
    `"best" ones were found by looking at the test set`;
  return textTable(caption, columnsOf(summary), { items: [...modelLines, ...runLines], kindOf: ({ kind }) => kind });
}

function columnsOf(summary: StudySummary): ItemColumn<Line>[] {
  const { runs, backbone } = summary;
  const models = modelsOf(summary);
  const originOf = ({ startsFrom }: RunRecord): string => {
    if (startsFrom === null) return "random weights";
    return models.find((one) => one.runs.some(({ id }) => id === startsFrom))?.short ?? backbone?.name ?? startsFrom;
  };
  const measured = (title: string, rank: number, cell: (line: Line) => string): ItemColumn<Line> => {
    return { title, align: "right", rank, cell };
  };
  const allDone = runs.every((run) => run.status === "done");
  return [
    { title: "Model", align: "left", rank: 1, cell: ({ name }) => name },
    { title: "Task", align: "left", rank: 4, cell: ({ run }) => run.task },
    { title: "Starts from", align: "left", rank: 6, cell: ({ run }) => originOf(run) },
    measured("Test accuracy", 1, (line) => `${measureCell(line, testAccuracy, percent)}${outcomeMark(line.outcome)}`),
    measured("Best accuracy (epoch)", 5, (line) => measureCell(line, bestAccuracy, percent)),
    measured("Test loss", 3, (line) => measureCell(line, testLoss, loss)),
    measured("Best loss (epoch)", 8, (line) => measureCell(line, bestLoss, loss)),
    measured("Train accuracy", 5, (line) => measureCell(line, trainAccuracy, percent)),
    measured("Trainable", 4, ({ run }) => count(run.trainableParameters)),
    measured("Parameters", 7, ({ run }) => count(run.totalParameters)),
    measured("Time", 2, (line) => duration(meanOf(line, durationMs))),
    measured("Images/s", 6, (line) => count(meanOf(line, speed))),
    { title: "Frozen tensors identical", align: "left", rank: 7, cell: ({ freezeProof }) => freezeProof },
    ...(allDone ? [] : [{ title: "Status", align: "left" as const, rank: 3, cell: ({ status }: Line) => status }]),
  ];
}

function runLine(run: RunRecord, { title, severalSeeds }: { title: string; severalSeeds: boolean }): Line {
  return {
    kind: "run",
    name: severalSeeds ? `${title}, seed ${run.seed}` : title,
    run,
    measured: [run],
    status: run.status === "failed" ? `failed after epoch ${run.epochs.length}` : run.status,
    freezeProof: freezeProofCell(run),
    outcome: run.outcome,
  };
}

function modelLine(model: ModelRuns): Line {
  const { title, runs, done } = model;
  const proofs = [...new Set(done.map(freezeProofCell))];
  return {
    kind: "model",
    name: `${title}, mean ± sd of ${done.length}`,
    run: runs[0],
    measured: done,
    status: `${done.length} of ${runs.length} done`,
    freezeProof: proofs.length > 1 ? "see each seed" : (proofs[0] ?? NOTHING),
    outcome: modelOutcome(model),
  };
}

const testAccuracy: Measure = (run) => ({ value: keptEpoch(run)?.testAccuracy });
const testLoss: Measure = (run) => ({ value: keptEpoch(run)?.testLoss });
const trainAccuracy: Measure = (run) => ({ value: keptEpoch(run)?.trainAccuracy });
const durationMs: Measure = (run) => ({ value: keptEpoch(run) && run.durationMs });
const speed: Measure = (run) => ({ value: imagesPerSecond(run) });

function bestAccuracy(run: RunRecord): ReturnType<Measure> {
  const best = bestAccuracyEpoch(run);
  return { value: best?.testAccuracy, epoch: best?.epoch };
}

function bestLoss(run: RunRecord): ReturnType<Measure> {
  const best = bestLossEpoch(run);
  return { value: best?.testLoss, epoch: best?.epoch };
}

function valuesOf({ measured }: Line, measure: Measure): number[] {
  return measured.map((run) => measure(run).value).filter(isNumber);
}

function meanOf(line: Line, measure: Measure): number | undefined {
  const values = valuesOf(line, measure);
  return values.length > 0 ? mean(values) : undefined;
}

/** The number of a run, with its epoch if it has one; of a model the mean over its seeds ± their standard deviation. */
function measureCell(line: Line, measure: Measure, textOf: (value: number | undefined) => string): string {
  const values = valuesOf(line, measure);
  const text = textOf(meanOf(line, measure));
  if (values.length > 1) return `${text.replace(" %", "")} ± ${textOf(standardDeviation(values))}`;
  const epoch = line.kind === "run" && values.length > 0 ? measure(line.run).epoch : undefined;
  return epoch === undefined ? text : `${text} (${epoch})`;
}

function freezeProofCell(run: RunRecord): string {
  const proof = run.freezeProof;
  if (!proof || proof.frozen.length === 0) return isFrozen(run) ? "not checked" : "none frozen";
  const identical = proof.frozen.filter((tensor) => !tensor.changed).length;
  const share = `${identical} of ${proof.frozen.length}`;
  if (proof.holds) return share;
  if (identical < proof.frozen.length) return `BROKEN: ${share}`;
  const isMerged = proof.merged?.every(({ isSum }) => isSum) !== false;
  return `${share}, but ${isMerged ? "a trainable one was never updated" : "one was merged to something else"}`;
}
