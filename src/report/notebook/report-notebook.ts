/** @file `report.ipynb`: the study as a Jupyter notebook that can be read without being run. */

import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { concludeStudy } from "../conclusion/conclusion.ts";
import { doubts } from "../conclusion/doubts.ts";
import type { DrawnFigure } from "../figures/draw-figures.ts";
import { groupTitles } from "../figures/figure-table.ts";
import { methodFacts } from "../html/method-section.ts";
import { isBuiltIn } from "../runs/models.ts";
import { comparisonTable } from "../tables/comparison-table.ts";
import { recommendationTable } from "../tables/recommendation-table.ts";
import { tableAsMarkdown } from "../tables/table-formats.ts";
import { verdictTable } from "../tables/verdict-table.ts";
import { epochsCode, epochsOutput, runsCode, runsOutput } from "./data-cells.ts";
import { type NotebookCell, codeCell, markdownCell, markdownText } from "./notebook-cell.ts";

/**
 * The notebook as JSON text, in nbformat 4.5, for the Deno kernel.
 *
 * Code cells read `summary.json`, `results.csv` and `plots/` beside it and carry the outputs they would
 * give; the same study gives the same notebook byte for byte.
 */
export function reportNotebook(
  summary: StudySummary,
  { analysis, figures }: { analysis: StudyAnalysis; figures: readonly DrawnFigure[] },
): string {
  const cells = [
    ...introduction(summary, analysis),
    ...dataCells(summary, analysis),
    ...figureCells(figures),
    ...ending(summary),
  ];
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

function introduction(summary: StudySummary, analysis: StudyAnalysis): NotebookCell[] {
  const { headline, lines, paragraphs } = concludeStudy(summary, analysis);
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
      lines.map((line) => `- ${markdownText(line)}`).join("\n"),
      markdownText(summary.protocol),
    ]),
    markdownCell(["## What the numbers say", ...paragraphs.map(markdownText)]),
  ];
}

function dataCells(summary: StudySummary, analysis: StudyAnalysis): NotebookCell[] {
  const judged = analysis.verdicts.filter(({ verdict }) => verdict.comparisons.length > 0);
  const [recommendation] = judged.flatMap(({ verdict }) => verdict.recommendation ?? []);
  return [
    markdownCell(["## Comparison", tableAsMarkdown(comparisonTable(summary))]),
    ...(recommendation
      ? [
          markdownCell([
            "## Recommendation",
            tableAsMarkdown(
              analysis.design.severalBudgets ? verdictTable(analysis) : recommendationTable(recommendation),
            ),
          ]),
        ]
      : []),
    markdownCell(["The same from `summary.json`, as a start for tables of your own:"]),
    codeCell(runsCode, { "text/markdown": runsOutput(summary) }),
    markdownCell(["And from `results.csv`, one row a run and epoch: how soon each run came close to where it ended."]),
    codeCell(epochsCode, { "text/markdown": epochsOutput(summary) }),
  ];
}

function figureCells(figures: readonly DrawnFigure[]): NotebookCell[] {
  return Object.entries(groupTitles).flatMap(([group, title]) => {
    const own = figures.filter((figure) => figure.group === group);
    const models = [...new Set(own.flatMap(({ model }) => model ?? []))];
    const section = (heading: string, name: string | null): NotebookCell[] => {
      const drawn = own.filter(({ model }) => model === name);
      return drawn.length === 0 ? [] : [markdownCell([`## ${heading}`]), ...drawn.map(figureCell)];
    };
    return [...section(title, null), ...models.flatMap((name) => section(markdownText(name), name))];
  });
}

/** The SVG alone, which is what the cell shows when run: a PNG beside it would make the notebook three times as large. */
function figureCell(figure: DrawnFigure): NotebookCell {
  const path = JSON.stringify(`plots/${figure.name}.svg`);
  return codeCell(`Deno.jupyter.svg\`\${await Deno.readTextFile(${path})}\``, {
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
