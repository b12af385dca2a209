/** @file The comparison table: one row a run and, with several seeds, one row a model; or strategies by budgets. */

import { NOTHING, count, duration, isNumber, loss, percent } from "../../core/index.ts";
import type { LearningOutcome } from "../../statistics/index.ts";
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
import { mean, standardDeviation } from "../runs/statistics.ts";
import { budgetTable } from "./budget-table.ts";
import { type ItemColumn, type TextTable, textTable } from "./text-table.ts";

/** A number of the table; for a model row the mean over its finished seeds with their standard deviation. */
interface Measure {
  value: number;
  spread?: number;
  /** The epoch that had it, from 1; for "best" values of single runs. */
  epoch?: number;
}

/** What is compared. Accuracies in [0, 1], losses in nats, times in ms. Absent where nothing was measured. */
interface Measures {
  testAccuracy?: Measure;
  bestTestAccuracy?: Measure;
  testLoss?: Measure;
  bestTestLoss?: Measure;
  trainAccuracy?: Measure;
  durationMs?: Measure;
  imagesPerSecond?: Measure;
}

/** One line of the table. */
interface RunRow {
  kind: "run" | "model";
  /** `M3 · fine-tune one layer`, with its seed or number of seeds where the study has several. */
  name: string;
  model: string;
  /** Null for a model row. */
  seed: number | null;
  task: "source" | "target";
  status: string;
  /** `random weights`, or the model whose weights it started from. */
  startsFrom: string;
  trainableParameters: number;
  totalParameters: number;
  /** How many frozen tensors are bit-identical to what they started as: `10 of 10`, or why that is not known. */
  freezeProof: string;
  /** Of the run, or of most of the model's; undefined where nothing was judged. */
  outcome: LearningOutcome | undefined;
  measures: Measures;
}

export type { TableRow } from "./text-table.ts";

/** A table of a study's accuracies, and the columns that write it. */
export type ComparisonTable = TextTable;

const columns: ItemColumn<RunRow>[] = [
  { title: "Model", align: "left", rank: 1, cell: (row) => row.name },
  { title: "Task", align: "left", rank: 4, cell: (row) => row.task },
  { title: "Starts from", align: "left", rank: 6, cell: (row) => row.startsFrom },
  {
    title: "Test accuracy",
    align: "right",
    rank: 1,
    cell: (row) => `${accuracyCell(row.measures.testAccuracy)}${outcomeMark(row.outcome)}`,
  },
  {
    title: "Best accuracy (epoch)",
    align: "right",
    rank: 5,
    cell: (row) => accuracyCell(row.measures.bestTestAccuracy),
  },
  { title: "Test loss", align: "right", rank: 3, cell: (row) => lossCell(row.measures.testLoss) },
  { title: "Best loss (epoch)", align: "right", rank: 8, cell: (row) => lossCell(row.measures.bestTestLoss) },
  { title: "Train accuracy", align: "right", rank: 5, cell: (row) => accuracyCell(row.measures.trainAccuracy) },
  { title: "Trainable", align: "right", rank: 4, cell: (row) => count(row.trainableParameters) },
  { title: "Parameters", align: "right", rank: 7, cell: (row) => count(row.totalParameters) },
  { title: "Time", align: "right", rank: 2, cell: (row) => duration(row.measures.durationMs?.value) },
  { title: "Images/s", align: "right", rank: 6, cell: (row) => count(row.measures.imagesPerSecond?.value) },
  { title: "Frozen tensors identical", align: "left", rank: 7, cell: (row) => row.freezeProof },
  { title: "Status", align: "left", rank: 3, cell: (row) => row.status },
];

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
  const runRows = models.flatMap((model) => model.runs.map((run) => runRow(summary, run, severalSeeds)));
  const modelRows = severalSeeds ? models.map((model) => modelRow(summary, model)) : [];
  const caption =
    `Study ${summary.name} · data set ${summary.dataset.title} · values ${keptEpochPhrase(summary)}; ` +
    `"best" ones were found by looking at the test set`;
  const allDone = summary.runs.every((run) => run.status === "done");
  const shown = allDone ? columns.filter((column) => column.title !== "Status") : columns;
  return textTable(caption, shown, { items: [...modelRows, ...runRows], kindOf: (row) => row.kind });
}

function runRow(summary: StudySummary, run: RunRecord, severalSeeds: boolean): RunRow {
  const title = `${run.model} · ${run.label}`;
  return {
    ...commonCells(summary, run),
    kind: "run",
    name: severalSeeds ? `${title}, seed ${run.seed}` : title,
    seed: run.seed,
    status: run.status === "failed" ? `failed after epoch ${run.epochs.length}` : run.status,
    freezeProof: freezeProofCell(run),
    outcome: run.outcome,
    measures: runMeasures(run),
  };
}

function modelRow(summary: StudySummary, model: ModelRuns): RunRow {
  const [first] = model.runs;
  if (!first) throw new Error("internal: a model without runs");
  const all = model.done.map(runMeasures);
  const measures: Measures = {};
  for (const key of measureKeys) {
    const values = all.map((each) => each[key]?.value).filter(isNumber);
    const spread = values.length > 1 ? { spread: standardDeviation(values) } : {};
    if (values.length > 0) measures[key] = { value: mean(values), ...spread };
  }
  const proofs = [...new Set(model.done.map(freezeProofCell))];
  return {
    ...commonCells(summary, first),
    kind: "model",
    name: `${model.title}, mean ± sd of ${model.done.length}`,
    seed: null,
    status: `${model.done.length} of ${model.runs.length} done`,
    freezeProof: proofs.length === 1 ? (proofs[0] ?? NOTHING) : proofs.length === 0 ? NOTHING : "see each seed",
    outcome: modelOutcome(model),
    measures,
  };
}

function commonCells(summary: StudySummary, run: RunRecord) {
  const start = summary.runs.find((other) => other.id === run.startsFrom);
  return {
    model: run.model,
    task: run.task,
    startsFrom: run.startsFrom === null ? "random weights" : (start?.model ?? summary.backbone?.name ?? run.startsFrom),
    trainableParameters: run.trainableParameters,
    totalParameters: run.totalParameters,
  };
}

const measureKeys = [
  "testAccuracy",
  "bestTestAccuracy",
  "testLoss",
  "bestTestLoss",
  "trainAccuracy",
  "durationMs",
  "imagesPerSecond",
] as const satisfies readonly (keyof Measures)[];

function runMeasures(run: RunRecord): Measures {
  const last = keptEpoch(run);
  const best = bestAccuracyEpoch(run);
  const lowest = bestLossEpoch(run);
  return {
    ...measure("testAccuracy", last?.testAccuracy),
    ...measure("bestTestAccuracy", best?.testAccuracy, best?.epoch),
    ...measure("testLoss", last?.testLoss),
    ...measure("bestTestLoss", lowest?.testLoss, lowest?.epoch),
    ...measure("trainAccuracy", last?.trainAccuracy),
    ...measure("durationMs", last ? run.durationMs : undefined),
    ...measure("imagesPerSecond", imagesPerSecond(run)),
  };
}

function measure(key: keyof Measures, value: number | undefined, epoch?: number): Measures {
  return isNumber(value) ? { [key]: { value, ...(epoch === undefined ? {} : { epoch }) } } : {};
}

function freezeProofCell(run: RunRecord): string {
  const proof = run.freezeProof;
  if (!proof || proof.frozen.length === 0) return isFrozen(run) ? "not checked" : "none frozen";
  const identical = proof.frozen.filter((tensor) => !tensor.changed).length;
  const share = `${identical} of ${proof.frozen.length}`;
  if (proof.holds) return share;
  return identical === proof.frozen.length ? `${share}, but a trainable one did not change` : `BROKEN: ${share}`;
}

function accuracyCell(measured: Measure | undefined): string {
  if (!measured) return NOTHING;
  const text = percent(measured.value);
  if (measured.spread === undefined) return withEpoch(text, measured);
  return `${(100 * measured.value).toFixed(1)} ± ${percent(measured.spread)}`;
}

function lossCell(measured: Measure | undefined): string {
  if (!measured) return NOTHING;
  const text = loss(measured.value);
  return measured.spread === undefined ? withEpoch(text, measured) : `${text} ± ${loss(measured.spread)}`;
}

function withEpoch(text: string, measured: Measure): string {
  return measured.epoch === undefined ? text : `${text} (${measured.epoch})`;
}
