/** @file Executes notebooks as Jupyter does: Debian's nbclient with npm's Deno as the kernel, without a network. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Output
 * @property {string} output_type
 * @property {string} [name]
 * @property {string | string[]} [text]
 * @property {Record<string, string | string[]>} [data]
 * @property {object} [metadata]
 *
 * @typedef {object} Cell
 * @property {string} cell_type
 * @property {string} id
 * @property {Record<string, unknown>} metadata
 * @property {string | string[]} source
 * @property {Output[]} [outputs]
 *
 * @typedef {{ cells: Cell[], metadata: Record<string, unknown>, nbformat: number, nbformat_minor: number }} Notebook
 */

const here = dirname(fileURLToPath(import.meta.url));
const kernelFolder = join(here, "kernel");

/** A Python of the system before any other: that is where Debian's Jupyter is. */
const pythons = [process.env["PYTHON"], "/usr/bin/python3", "python3"].filter((python) => python !== undefined);

/**
 * The Deno and the Python to execute notebooks with, or the sentence that says what is missing.
 *
 * @returns {{ deno: string, python: string } | { missing: string }}
 */
export function findJupyter() {
  const deno = process.env["DENO"] ?? installedDeno();
  if (deno === undefined || !existsSync(deno)) {
    return { missing: "Deno: expected it in test/notebook/kernel. Run npm ci --prefix test/notebook/kernel." };
  }
  const python = pythons.find((one) => spawnSync(one, ["-c", "import nbclient"]).status === 0);
  if (python === undefined) {
    return { missing: "Jupyter: expected Python with nbclient. Run apt-get install python3-nbclient." };
  }
  return { deno, python };
}

/** The program itself: nothing that is installed runs a script, so the package's own command would look in vain. */
function installedDeno() {
  const builds = join(kernelFolder, "node_modules", "@deno");
  if (!existsSync(builds)) return undefined;
  const name = process.platform === "win32" ? "deno.exe" : "deno";
  return readdirSync(builds)
    .map((build) => join(builds, build, name))
    .find((path) => existsSync(path));
}

/**
 * Runs every cell of a notebook from top to bottom, in its folder, and returns it with its new outputs.
 *
 * Throws what Jupyter said if a cell fails or takes too long.
 *
 * @param {string} path
 * @param {{ env?: Record<string, string>, timeoutMs?: number }} [options]
 * @returns {Notebook}
 */
export function executeNotebook(path, { env = {}, timeoutMs = 40 * 60_000 } = {}) {
  const seconds = String(Math.ceil(timeoutMs / 1000));
  const text = runJupyter({ env, timeoutMs }, (folder) => {
    const result = join(folder, "result.ipynb");
    return { args: [join(here, "execute_notebook.py"), resolve(path), result, seconds], result };
  });
  return JSON.parse(text);
}

/**
 * The notebook as a page, with the outputs that it has; needs nbconvert besides what executing needs.
 *
 * @param {string} path
 * @returns {string}
 */
export function notebookPage(path) {
  return runJupyter({ env: {}, timeoutMs: 60_000 }, (folder) => ({
    args: ["-m", "nbconvert", "--to", "html", "--output-dir", folder, "--output", "result.html", resolve(path)],
    result: join(folder, "result.html"),
  }));
}

/**
 * Runs Python in an environment of its own and returns what it wrote.
 *
 * @param {{ env: Record<string, string>, timeoutMs: number }} options
 * @param {(folder: string) => { args: string[], result: string }} job
 * @returns {string}
 */
function runJupyter({ env, timeoutMs }, job) {
  const jupyter = findJupyter();
  if ("missing" in jupyter) throw new Error(jupyter.missing);
  const folder = mkdtempSync(join(tmpdir(), "graft-jupyter-"));
  try {
    writeKernel(folder, jupyter.deno);
    const { args, result } = job(folder);
    const { status, stderr, error } = spawnSync(jupyter.python, args, {
      encoding: "utf8",
      timeout: timeoutMs,
      env: { ...process.env, ...jupyterEnvironment(folder), ...env },
    });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(cellError(stderr));
    return readFileSync(result, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What Jupyter said of the cell, without its own way to it. @type {(said: string) => string} */
function cellError(said) {
  const text = withoutColours(said).trim();
  const start = text.lastIndexOf("CellExecutionError: ");
  return start === -1 ? text : text.slice(start + "CellExecutionError: ".length);
}

/** What `deno jupyter --install` would write into the home folder. @type {(folder: string, deno: string) => void} */
function writeKernel(folder, deno) {
  const kernel = join(folder, "share", "kernels", "deno");
  mkdirSync(kernel, { recursive: true });
  const spec = {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
  };
  writeFileSync(join(kernel, "kernel.json"), JSON.stringify(spec));
}

/** Nothing is read from or written to the home folder. @type {(folder: string) => Record<string, string>} */
function jupyterEnvironment(folder) {
  return {
    JUPYTER_PATH: join(folder, "share"),
    JUPYTER_DATA_DIR: join(folder, "data"),
    JUPYTER_CONFIG_DIR: join(folder, "config"),
    JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
    IPYTHONDIR: join(folder, "ipython"),
    DENO_DIR: join(folder, "deno"),
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
  };
}

/**
 * The notebook without what differs from one execution to the next for no reason of its own: times of execution,
 * terminal colours, streams in several pieces.
 *
 * @param {Notebook} notebook
 * @returns {Notebook}
 */
export function normalized(notebook) {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    metadata: Object.fromEntries(Object.entries(cell.metadata).filter(([name]) => name !== "execution")),
    source: lines(cell.source),
    ...(cell.outputs === undefined ? {} : { outputs: joinStreams(cell.outputs).map(normalizedOutput) }),
  }));
  return { ...notebook, cells };
}

/** @type {(output: Output) => Output} */
function normalizedOutput(output) {
  const { text, data } = output;
  return {
    ...output,
    ...(text === undefined ? {} : { text: lines(text) }),
    ...(data === undefined
      ? {}
      : {
          data: Object.fromEntries(
            Object.entries(data).map(([type, content]) => [
              type,
              type.startsWith("image/") && type !== "image/svg+xml" ? textOf(content) : lines(content),
            ]),
          ),
        }),
  };
}

/** @type {(outputs: readonly Output[]) => Output[]} */
function joinStreams(outputs) {
  /** @type {Output[]} */
  const joined = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      joined[joined.length - 1] = { ...last, text: textOf(last.text ?? "") + textOf(output.text ?? "") };
    } else joined.push(output);
  }
  return joined;
}

/** Lines with their line feeds, as nbformat stores texts. @type {(text: string | string[]) => string[]} */
function lines(text) {
  return withoutColours(textOf(text)).split(/(?<=\n)/);
}

/** @type {(text: string | string[]) => string} */
export function textOf(text) {
  return typeof text === "string" ? text : text.join("");
}

/** @type {(text: string) => string} */
function withoutColours(text) {
  // oxlint-disable-next-line no-control-regex -- the escape character is what begins a colour
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}
