/** @file The notebook's cells that read the study's data, with the outputs they give. */

import type { RunRecord, StudySummary } from "../../study/index.ts";
import { keptEpoch } from "../runs/models.ts";

/** Reads `summary.json` into a table of runs; what it shows is `runsOutput`. */
export const runsCode = `const summary = JSON.parse(await Deno.readTextFile("summary.json"));
const percent = (ratio: number) => (100 * ratio).toFixed(1) + " %";
const cell = (value: unknown) => String(value).replaceAll("|", "\\\\|");
const rows = summary.runs
  .filter((run) => run.epochs.length > 0)
  .map((run) => ({ run, last: run.epochs.find(({ epoch }) => epoch === run.keptEpoch) ?? run.epochs.at(-1) }))
  .map(({ run, last }) => [
    run.id,
    run.status,
    last.epoch,
    percent(last.testAccuracy),
    Number(last.testLoss).toFixed(3),
    run.trainableParameters,
    (run.durationMs / 1000).toFixed(1),
  ]);
const table = [
  ["Run", "Status", "Epochs", "Test accuracy", "Test loss", "Trainable", "Seconds"],
  Array(7).fill("---"),
  ...rows,
].map((row) => "| " + row.map(cell).join(" | ") + " |").join("\\n");
Deno.jupyter.md\`\${table}\``;

/** The Markdown table that \`runsCode\` shows. */
export function runsOutput(summary: StudySummary): string {
  const rows = finishedEpochs(summary).map(({ run, last }) => [
    run.id,
    run.status,
    last.epoch,
    percent(last.testAccuracy),
    Number(last.testLoss).toFixed(3),
    run.trainableParameters,
    (run.durationMs / 1000).toFixed(1),
  ]);
  return markdownTable(["Run", "Status", "Epochs", "Test accuracy", "Test loss", "Trainable", "Seconds"], rows);
}

/** Reads `results.csv` and says when each run came within a point of its end; what it shows is `epochsOutput`. */
export const epochsCode = `const text = await Deno.readTextFile("results.csv");
const split = (line: string) =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"')
  );
const [header, ...lines] = text.trimEnd().split("\\n").map(split);
const records = lines.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])));
const byRun = Map.groupBy(records, (record) => record.run);
const soon = [...byRun].map(([run, epochs]) => {
  const end = Number(epochs.at(-1).test_accuracy);
  const first = epochs.find((record) => Number(record.test_accuracy) >= end - 0.01);
  return [run, percent(end), first ? first.epoch : "–"];
});
const speed = [
  ["Run", "Test accuracy at the end", "Within one point of it from epoch"],
  Array(3).fill("---"),
  ...soon,
].map((row) => "| " + row.map(cell).join(" | ") + " |").join("\\n");
Deno.jupyter.md\`\${speed}\``;

/** The Markdown table that \`epochsCode\` shows. */
export function epochsOutput(summary: StudySummary): string {
  const rows = finishedEpochs(summary).map(({ run, last }) => {
    const first = run.epochs.find((epoch) => epoch.testAccuracy >= last.testAccuracy - 0.01);
    return [run.id, percent(last.testAccuracy), first ? first.epoch : "–"];
  });
  return markdownTable(["Run", "Test accuracy at the end", "Within one point of it from epoch"], rows);
}

function finishedEpochs(summary: StudySummary) {
  return summary.runs.flatMap((run: RunRecord) => {
    const last = keptEpoch(run);
    return last ? [{ run, last }] : [];
  });
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

function markdownTable(header: string[], rows: (string | number)[][]): string {
  return [header, header.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((value) => String(value).replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}
