/** @file The examples of the documentation and the notebook's cells keep to the types of the public interface. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, onTestFinished, test } from "vitest";
import { codeBlocks } from "./code-blocks.ts";
import { textOf } from "./kernel.mjs";
import { readNotebook } from "./notebooks.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What the notebook uses of its kernel. */
const kernelTypes = `
declare namespace Deno {
  const env: { get(name: string): string | undefined };
  function makeTempDir(options: { prefix: string }): Promise<string>;
  const jupyter: { md(strings: TemplateStringsArray, ...values: unknown[]): object };
}`;

/** What the compiler says of programs that import graft, as `line: sentence` by name. */
function problemsOf(programs: Record<string, string>): string[] {
  // inside the project, so that modules and types of packages are found
  const folder = mkdtempSync(join(root, "node_modules", ".graft-examples-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const paths = Object.entries({ ...programs, kernel: kernelTypes }).map(([name, text]) => {
    const path = join(folder, `${name.replace(/[^a-z0-9]+/gi, "-")}.${name === "kernel" ? "d.ts" : "mts"}`);
    writeFileSync(path, text);
    return path;
  });
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => readFileSync(path, "utf8"));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(paths, {
    ...options,
    noUnusedLocals: false,
    paths: { graft: [join(root, "src", "index.ts")] },
  });
  return paths.flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText, start = 0 }) => {
      const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${path.slice(folder.length + 1)}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

test("the compiler accepts every example and the whole notebook", { timeout: 300_000 }, () => {
  const pages = ["README.md", "docs/api.md"].flatMap((page) =>
    codeBlocks(page, readFileSync(join(root, page), "utf8")),
  );
  const cells = readNotebook("transfer-learning.ipynb").cells.filter(({ cell_type: type }) => type === "code");
  const programs = {
    ...Object.fromEntries(pages.map(({ where, code }) => [where, code])),
    notebook: cells.map(({ source }) => textOf(source)).join("\n"),
    mistake: 'import { datasets } from "graft";\ndatasets.openDataset(7);\n',
  };
  expect(problemsOf(programs)).toEqual(["mistake.mts, line 2: Expected 2 arguments, but got 1."]);
});
