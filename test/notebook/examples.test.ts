/** @file Every example of the documentation runs, and prints what it says it does. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { codeBlocks } from "./code-blocks.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const alias = new URL("graft-alias.mjs", import.meta.url).href;

/** What a program prints when it is run in a folder of its own. */
function outputOf(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), "graft-example-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "example.mts");
  writeFileSync(path, code);
  return execFileSync(process.execPath, ["--import", alias, path], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "" },
  });
}

describe.each(["README.md", "docs/api.md"])("%s", (page) => {
  const blocks = codeBlocks(page, readFileSync(join(root, page), "utf8"));

  test("has examples", () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  test.each(blocks)("$where runs and prints what it should", { timeout: 300_000 }, ({ code, output }) => {
    const printed = outputOf(code);
    expect(printed).toBe(output ?? printed);
  });
});

describe("codeBlocks", () => {
  test("finds the code, its line and the output that follows at once", () => {
    const page =
      "# A\n\n```ts\none();\n```\n\n```text\n1\n```\n\n```sh\nnpm start\n```\n\n```ts\ntwo();\n```\n\nSo:\n\n```text\n2\n```\n";
    expect(codeBlocks("a.md", page)).toEqual([
      { where: "a.md, line 3", code: "one();\n", output: "1\n" },
      { where: "a.md, line 15", code: "two();\n", output: null },
    ]);
  });
});
