/**
 * @file Executes a notebook from top to bottom: node test/notebook/execute.mjs [--update] [--html <file>] [<notebook>]
 *
 * Plain JavaScript for the Node at hand; the notebook itself runs in Deno. Fails if a cell does. `--update` saves the
 * new outputs in the notebook, `--html` writes it as a page, to be looked at. BUDGET, DATASET and GRAFT_DATA_DIR are
 * what the notebook makes of them.
 */

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { executeNotebook, normalized, notebookPage, textOf } from "./kernel.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const { values, positionals } = parseArgs({
  options: { update: { type: "boolean", default: false }, html: { type: "string" } },
  allowPositionals: true,
});
const path = positionals[0] ?? join(root, "notebooks", "transfer-learning.ipynb");

const begin = Date.now();
try {
  const notebook = normalized(executeNotebook(path));
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
  for (const { outputs = [] } of cells) {
    for (const { data, text = "" } of outputs) process.stdout.write(shown(data?.["text/markdown"] ?? text));
  }
  console.log(`${cells.length} cells ran in ${((Date.now() - begin) / 1000).toFixed(1)} s.`);
  if (values.update) {
    requireNoPaths(notebook);
    writeFileSync(path, `${JSON.stringify(notebook, null, 1)}\n`);
  }
  if (values.html !== undefined) writeFileSync(values.html, notebookPage(path));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @type {(text: string | string[]) => string} */
function shown(text) {
  const whole = textOf(text).trimEnd();
  return whole === "" ? "" : `${whole}\n\n`;
}

/** What is saved is read elsewhere. @type {(notebook: import("./kernel.mjs").Notebook) => void} */
function requireNoPaths(notebook) {
  const text = JSON.stringify(notebook);
  const found = [root, process.env["HOME"], process.env["GRAFT_DATA_DIR"]].find(
    (place) => place !== undefined && place.length > 1 && text.includes(place),
  );
  if (found !== undefined) throw new Error(`${path}: expected no path of this machine in what it shows, got ${found}.`);
}
