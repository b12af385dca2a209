/** @file The notebook as it is saved: run from top to bottom, readable, and of no particular machine. */

import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { textOf } from "./kernel.mjs";
import { notebookUrl, readNotebook } from "./notebooks.ts";

const name = "transfer-learning.ipynb";
const notebook = readNotebook(name);
const code = notebook.cells.filter(({ cell_type: type }) => type === "code");

/** The text of a cell's output. */
function shownBy(id: string): string {
  const outputs = notebook.cells.find((cell) => cell.id === id)?.outputs ?? [];
  return outputs
    .map(({ data, text }) => textOf(data?.["text/markdown"] ?? data?.["text/plain"] ?? text ?? ""))
    .join("");
}

test("is for the Deno kernel, every cell with an id of its own", () => {
  expect([notebook.nbformat, notebook.nbformat_minor]).toEqual([4, 5]);
  expect(notebook.metadata["kernelspec"]).toEqual({ display_name: "Deno", language: "typescript", name: "deno" });
  expect(new Set(notebook.cells.map(({ id }) => id)).size).toBe(notebook.cells.length);
});

test("holds what a run from top to bottom showed: one result for every cell but the one that defines functions", () => {
  const kinds = code.map(({ id, outputs = [] }) => [id, outputs.map((output) => output.output_type)]);
  expect(kinds.filter(([id]) => id !== "train").map(([, types]) => types)).toEqual(
    Array.from({ length: code.length - 1 }, () => ["execute_result"]),
  );
  expect(code.map((cell) => Reflect.get(cell, "execution_count"))).toEqual(code.map((_, index) => index + 1));
});

test("shows photographs, all 16 figures, and every model the same by hand and in one call", () => {
  expect(shownBy("data")).toContain("CIFAR-10");
  expect(shownBy("choices")).toContain("| BUDGET | small |");
  const pictures = code.filter(({ outputs = [] }) => outputs.some(({ data }) => data?.["image/png"] !== undefined));
  expect(pictures.map(({ id }) => id).filter((id) => id.startsWith("figure-"))).toHaveLength(16);
  expect(pictures).toHaveLength(18);
  expect(shownBy("same-bits").match(/\| yes \|/g)).toHaveLength(4);
});

test("names no path or address of the machine that ran it, and no time of day", () => {
  const text = JSON.stringify(notebook.cells.map(({ outputs, metadata }) => ({ outputs: texts(outputs), metadata })));
  expect(text).not.toMatch(/\/(home|root|tmp|work|Users|usr)\/|file:|localhost|127\.0\.0\.1|\d\d:\d\d:\d\d/);
});

test("is small enough to be opened anywhere, its lines short enough to be read", () => {
  expect(statSync(notebookUrl(name)).size).toBeLessThan(1_500_000);
  const long = code.flatMap(({ source }) => textOf(source).split("\n")).filter((line) => line.length > 110);
  expect(long).toEqual([]);
});

/** Outputs without pictures. */
function texts(outputs: (typeof code)[number]["outputs"]): unknown {
  return outputs?.map(({ data, text }) => [text, data?.["text/markdown"], data?.["text/plain"]]);
}
