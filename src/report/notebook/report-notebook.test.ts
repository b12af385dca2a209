import { stripTypeScriptTypes } from "node:module";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { StudySummary } from "../../study/index.ts";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { drawFigures } from "../figures/draw-figures.ts";
import { resultsCsv } from "../results-csv.ts";
import { failRun, runOf, testSummary } from "../summary.fixture.ts";
import { reportNotebook } from "./report-notebook.ts";

interface Cell {
  cell_type: string;
  id: string;
  source: string[];
  execution_count?: number;
  outputs?: { output_type: string; execution_count: number; data: Record<string, string | string[]> }[];
}

interface Notebook {
  cells: Cell[];
  metadata: { kernelspec: object };
  nbformat: number;
  nbformat_minor: number;
}

const shortStudy = testSummary({ epochs: 2 });
const analysis = analyseStudy(shortStudy);
const drawn = await drawFigures(shortStudy, analysis);
const withFigures: Notebook = JSON.parse(reportNotebook(shortStudy, { analysis, figures: drawn }));

function notebookOf(summary: StudySummary): Notebook {
  return JSON.parse(reportNotebook(summary, { analysis: analyseStudy(summary), figures: [] }));
}

function source(cell: Cell | undefined): string {
  return cell?.source.join("") ?? "";
}

function output(cell: Cell | undefined, type: string): string {
  const content = cell?.outputs?.[0]?.data[type] ?? [];
  return typeof content === "string" ? content : content.join("");
}

/** Runs the data cells one after the other, as a kernel would, and returns what each displays. */
async function runDataCells(notebook: Notebook, summary: StudySummary): Promise<unknown[]> {
  const files: Record<string, string> = { "summary.json": JSON.stringify(summary), "results.csv": resultsCsv(summary) };
  const join = (strings: TemplateStringsArray, ...values: unknown[]): string => String.raw({ raw: strings }, ...values);
  const Deno = { readTextFile: async (path: string) => files[path], jupyter: { md: join } };
  const codes = notebook.cells.filter((cell) => output(cell, "text/markdown") !== "").map(source);
  const script = codes.map((code) => `${code.replace("Deno.jupyter.md", "shown.push(Deno.jupyter.md")});`);
  const program = `(async () => { const shown = []; ${script.join("\n")}\nreturn shown; })()`;
  return runInNewContext(stripTypeScriptTypes(program), { Deno }) as Promise<unknown[]>;
}

describe("reportNotebook", () => {
  it("is nbformat 4.5 for the Deno kernel with unique cell ids and numbered cells", () => {
    const notebook = withFigures;
    expect([notebook.nbformat, notebook.nbformat_minor]).toEqual([4, 5]);
    expect(notebook.metadata.kernelspec).toEqual({ name: "deno", display_name: "Deno", language: "typescript" });
    const ids = notebook.cells.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[a-zA-Z0-9_-]{1,64}$/.test(id))).toBe(true);
    const code = notebook.cells.filter((cell) => cell.cell_type === "code");
    expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, index) => index + 1));
    for (const cell of notebook.cells) {
      const keys = ["cell_type", "id", "metadata", "source"];
      const expected = cell.cell_type === "code" ? [...keys, "execution_count", "outputs"] : keys;
      expect(Object.keys(cell).toSorted()).toEqual(expected.toSorted());
      for (const result of cell.outputs ?? []) {
        expect(Object.keys(result).toSorted()).toEqual(["data", "execution_count", "metadata", "output_type"]);
        expect(result.execution_count).toBe(cell.execution_count);
      }
    }
  });

  it("stores every figure as the SVG that its cell shows, and in no other form", () => {
    const figures = withFigures.cells.filter((cell) => output(cell, "image/svg+xml") !== "");
    expect(figures).toHaveLength(18);
    expect(source(figures[2])).toBe('Deno.jupyter.svg`${await Deno.readTextFile("plots/all-test-accuracy.svg")}`');
    for (const cell of figures) {
      expect(output(cell, "image/svg+xml")).toMatch(/^<svg .*<\/svg>$/s);
      expect(Object.keys(cell.outputs?.[0]?.data ?? {})).toEqual(["image/svg+xml", "text/plain"]);
    }
  });

  it("stores in its data cells what they show when run", async () => {
    const summary = testSummary({ epochs: 6, seeds: [0, 1] });
    failRun(runOf(summary, "M3", 1), 2);
    runOf(summary, "M2", 0).id = 'M2|"quoted", id';
    const notebook = notebookOf(summary);
    const stored = notebook.cells.map((cell) => output(cell, "text/markdown")).filter((text) => text !== "");
    expect(stored).toHaveLength(2);
    expect(stored[0]).toContain('| M2\\|"quoted", id | done | 6 |');
    expect(await runDataCells(notebook, summary)).toEqual(stored);
  });

  it("tells headline, conclusion, table, method and command in prose", () => {
    const prose = notebookOf(testSummary({ epochs: 20 }))
      .cells.filter((cell) => cell.cell_type === "markdown")
      .map(source)
      .join("\n");
    expect(prose).toContain("# Graft study classic · data set CIFAR-10");
    expect(prose).toContain("**Last two layers: over 99 % likely within 1 point of the best.**\n\n- Likely within 1");
    expect(prose).toContain("## Recommendation");
    expect(prose).toContain("| M3 · Last layer only | target | M1 |");
    expect(prose).toContain("```sh\ngraft study classic\n```");
    expect(prose).not.toContain("built-in");
  });

  it("marks the built-in data set and escapes Markdown", () => {
    const summary = testSummary({ epochs: 1 });
    summary.dataset = { ...summary.dataset, name: "shapes10", title: "shapes10 (built-in, procedural)" };
    summary.name = "my_study <b>*bold*</b>";
    const first = source(notebookOf(summary).cells[0]);
    expect(first).toContain(
      "> **This study ran on the built-in procedural data set, shapes10 (built-in, procedural).**",
    );
    expect(first).toContain("# Graft study my\\_study \\<b\\>\\*bold\\*\\</b\\>");
  });
});
