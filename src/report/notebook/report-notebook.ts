/** @file `report.ipynb`: the study as a Jupyter notebook that can be read without being run. */

import type { StudySummary } from "../../study/index.ts";
import { conclusion } from "../conclusion/conclusion.ts";
import { doubts } from "../conclusion/doubts.ts";
import type { DrawnFigure, DrawnFigures } from "../figures/draw-figures.ts";
import { methodFacts } from "../html/method-section.ts";
import { isBuiltIn, modelsOf } from "../models.ts";
import { comparisonTable } from "../table.ts";
import { tableAsMarkdown } from "../table-formats.ts";
import { epochsCode, epochsOutput, runsCode, runsOutput } from "./data-cells.ts";
import { type NotebookCell, codeCell, markdownCell, markdownText } from "./notebook-cell.ts";

/**
 * The notebook as JSON text, in nbformat 4.5, for the Deno kernel.
 *
 * Code cells read `summary.json`, `results.csv` and `plots/` beside it and carry the outputs they would
 * give; the same study gives the same notebook byte for byte.
 */
export function reportNotebook(summary: StudySummary, figures: DrawnFigures): string {
  const cells = [...introduction(summary), ...dataCells(summary), ...figureCells(summary, figures), ...ending(summary)];
  let executionCount = 0;
  const numbered = cells.map((cell, index) => ({
    ...cell,
    id: `cell-${String(index + 1).padStart(3, "0")}`,
    ...(cell.cell_type === "code" ? number(cell, ++executionCount) : {}),
  }));
  const notebook = {
    cells: numbered,
    metadata: {
      kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
      language_info: {
        file_extension: ".ts",
        mimetype: "text/x.typescript",
        name: "typescript",
        nbconvert_exporter: "script",
        pygments_lexer: "typescript",
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** A run cell and its result carry the same number. */
function number(cell: NotebookCell, count: number): object {
  const outputs = cell.outputs?.map((output) => ({ ...output, execution_count: count }));
  return { execution_count: count, outputs };
}

function introduction(summary: StudySummary): NotebookCell[] {
  const { headline, paragraphs } = conclusion(summary);
  const banner = isBuiltIn(summary)
    ? [
        `> **This study ran on the built-in procedural data set, ${markdownText(summary.dataset.title)}.** Its images are drawn by Graft from a seed; the numbers are not results on photographs.`,
      ]
    : [];
  return [
    markdownCell([
      `# Graft study ${markdownText(summary.name)} · data set ${markdownText(summary.dataset.title)}`,
      ...banner,
      `**${markdownText(headline)}**`,
      markdownText(summary.protocol),
    ]),
    markdownCell(["## What the numbers say", ...paragraphs.map(markdownText)]),
  ];
}

function dataCells(summary: StudySummary): NotebookCell[] {
  return [
    markdownCell(["## Comparison", tableAsMarkdown(comparisonTable(summary))]),
    markdownCell(["The same from `summary.json`, as a start for tables of your own:"]),
    codeCell(runsCode, { "text/markdown": runsOutput(summary) }),
    markdownCell(["And from `results.csv`, one row a run and epoch: how soon each run came close to where it ended."]),
    codeCell(epochsCode, { "text/markdown": epochsOutput(summary) }),
  ];
}

function figureCells(summary: StudySummary, figures: DrawnFigures): NotebookCell[] {
  const section = (heading: string, drawn: DrawnFigure[]): NotebookCell[] =>
    drawn.length === 0 ? [] : [markdownCell([heading]), ...drawn.map(figureCell)];
  return [
    ...section(
      "## All models together",
      figures.curves.filter((figure) => figure.model === null),
    ),
    ...modelsOf(summary).flatMap((model) =>
      section(
        `## ${markdownText(model.title)}`,
        figures.curves.filter((figure) => figure.model === model.model),
      ),
    ),
    ...(figures.examples ? section("## Example images", [figures.examples]) : []),
  ];
}

function figureCell(figure: DrawnFigure): NotebookCell {
  const path = JSON.stringify(`plots/${figure.name}.svg`);
  return codeCell(`Deno.jupyter.svg\`\${await Deno.readTextFile(${path})}\``, {
    "image/png": Buffer.from(figure.png).toString("base64"),
    "image/svg+xml": figure.svg,
    "text/plain": figure.title,
  });
}

function ending(summary: StudySummary): NotebookCell[] {
  const facts = methodFacts(summary).map(([term, text]) => `- **${term}:** ${markdownText(text)}`);
  return [
    markdownCell(["## Method", facts.join("\n"), ...summary.notes.map(markdownText)]),
    markdownCell(["## How to reproduce", `\`\`\`sh\n${summary.command}\n\`\`\``]),
    markdownCell([
      "## Doubts",
      doubts(summary)
        .map((text) => `- ${markdownText(text)}`)
        .join("\n"),
    ]),
  ];
}
