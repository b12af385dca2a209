/** @file What is executed is executed as Jupyter would, and told apart from what failed. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { writeFileAtomic } from "../../src/files/index.ts";
import { datasets } from "../../src/data/node/index.ts";
import { renderReport } from "../../src/report/index.ts";
import { resolveStudy, runStudy } from "../../src/study/index.ts";
import { type Output, executeNotebook, findJupyter, normalized, textOf } from "./kernel.mjs";

const hasJupyter = !("missing" in findJupyter());

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "graft-notebook-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A notebook file with these cells. */
function notebookOf(...sources: string[]): string {
  const cells = sources.map((source, index) => ({
    cell_type: "code",
    id: `cell-${index}`,
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  }));
  const kernelspec = { display_name: "Deno", language: "typescript", name: "deno" };
  const path = join(freshFolder(), "some.ipynb");
  writeFileSync(path, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
  return path;
}

function shown(output: Output | undefined): string {
  const { data, text } = output ?? {};
  return textOf(data?.["text/markdown"] ?? data?.["text/plain"] ?? text ?? "");
}

describe.skipIf(!hasJupyter)("executeNotebook", () => {
  test("runs TypeScript cell after cell and keeps every result", () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const path = notebookOf("const two: number = 2;", ...numbers.map((number) => `two * ${number}`));
    const { cells } = normalized(executeNotebook(path));
    expect(cells.slice(1).map(({ outputs }) => shown(outputs?.[0]))).toEqual(
      numbers.map((number) => String(2 * number)),
    );
  });

  test("says which cell failed, and why", () => {
    const path = notebookOf("const x = 1;", 'throw new Error("no such figure");');
    expect(() => executeNotebook(path)).toThrow(
      /executing the following cell:\n-+\nthrow new Error\("no such figure"\);\n-+\n[^]*Error: no such figure/,
    );
  });

  test(
    "a study's own notebook shows what it holds already, from the files beside it",
    { timeout: 300_000 },
    async () => {
      const folder = freshFolder();
      const dataset = await datasets.shapes10.open({ allowDownload: false });
      const config = resolveStudy({
        name: "tiny",
        dataset: "shapes10",
        architecture: "mlp",
        imagesPerClass: 5,
        sourceImagesPerClass: 5,
        training: { epochs: 2 },
      });
      const how = { threads: 1, device: "cpu", command: "tiny.ts" } as const;
      const { summary } = await runStudy({ config, dataset, directory: folder, ...how });
      const files = await renderReport(summary);
      for (const { path, content } of files) await writeFileAtomic(join(folder, path), content);
      const saved = JSON.parse(String(files.find(({ path }) => path === "report.ipynb")?.content));
      const { cells } = normalized(executeNotebook(join(folder, "report.ipynb")));
      const texts = (notebook: { cells: typeof cells }) =>
        notebook.cells.map(({ outputs = [] }) =>
          outputs.map(({ data }) => textOf(data?.["text/markdown"] ?? data?.["image/svg+xml"] ?? "")),
        );
      expect(texts({ cells })).toEqual(texts(saved));
      expect(cells.filter(({ outputs = [] }) => outputs.length > 0).length).toBeGreaterThan(17);
    },
  );
});

describe("normalized", () => {
  const cell = { cell_type: "code", id: "a", source: "one\ntwo" };

  test("joins a stream's pieces, takes colours and times out, and makes lines of texts", () => {
    const outputs = [
      { output_type: "stream", name: "stdout", text: "\u001b[33m1\u001b[39m\n" },
      { output_type: "stream", name: "stdout", text: ["2\n", "3"] },
      { output_type: "stream", name: "stderr", text: "4" },
      { output_type: "execute_result", data: { "text/plain": "a\nb", "image/png": ["AA", "BB"] } },
    ];
    const metadata = { execution: { "iopub.status.busy": "2026-01-01T00:00:00Z" }, tags: ["kept"] };
    const { cells } = normalized({
      cells: [{ ...cell, metadata, outputs }],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    });
    expect(cells).toEqual([
      {
        ...cell,
        metadata: { tags: ["kept"] },
        source: ["one\n", "two"],
        outputs: [
          { output_type: "stream", name: "stdout", text: ["1\n", "2\n", "3"] },
          { output_type: "stream", name: "stderr", text: ["4"] },
          { output_type: "execute_result", data: { "text/plain": ["a\n", "b"], "image/png": "AABB" } },
        ],
      },
    ]);
  });
});
