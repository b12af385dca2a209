/** @file The parts of the house style that the linter cannot see. */

import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { checkDocstrings, checkFileComment } from "./style.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

function filesLike(...patterns: string[]): string[] {
  const files = globSync(patterns, { cwd: root });
  expect(files).not.toEqual([]);
  return files;
}

// a test file says what it is by the name of what it tests
test("every source file begins with what it is", () => {
  const files = filesLike("{src,test,bench}/**/*.ts", "{scripts,bin}/*.mjs").filter(
    (path) => !path.endsWith(".test.ts"),
  );
  expect(files.flatMap((path) => checkFileComment(path, readFileSync(join(root, path), "utf8")))).toEqual([]);
});

test("everything a door exports has a docstring", () => {
  const doors = filesLike("src/**/index.ts");
  expect(
    doors.flatMap((path) => checkDocstrings(join(root, path))).map((problem) => problem.replace(root, "")),
  ).toEqual([]);
});

describe("checkFileComment", () => {
  test("accepts one line, several lines, and a line for the shell before", () => {
    expect(checkFileComment("a.ts", "/** @file One sentence. */\n")).toEqual([]);
    expect(checkFileComment("a.ts", "/**\n * @file One sentence.\n *\n * More.\n */\n")).toEqual([]);
    expect(checkFileComment("a.mjs", "#!/usr/bin/env node\n/** @file One sentence. */\n")).toEqual([]);
  });

  test("reports a file without it", () => {
    const problem = ["a.ts: expected a /** @file … */ comment first"];
    expect(checkFileComment("a.ts", 'import "./b.ts";\n/** @file Late. */\n')).toEqual(problem);
    expect(checkFileComment("a.ts", "/** Some text. */\n")).toEqual(problem);
  });
});

describe("checkDocstrings", () => {
  function problemsOf(files: Record<string, string>): string[] {
    const folder = mkdtempSync(join(tmpdir(), "graft-style-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return checkDocstrings(join(folder, "index.ts")).map((problem) => problem.replaceAll(folder, ""));
  }

  test("reports a bare function, class and constant, each where it is defined", () => {
    expect(
      problemsOf({
        "index.ts": 'export { f, C, limit as bound } from "./a.ts";\n',
        "a.ts": 'export { f } from "./b.ts";\nexport class C {}\nexport const limit = 1;\n',
        "b.ts": "export function f() {}\n",
      }),
    ).toEqual([
      "/b.ts: expected a docstring on f",
      "/a.ts: expected a docstring on C",
      "/a.ts: expected a docstring on limit",
    ]);
  });

  test("accepts documented values, one documented overload, and types", () => {
    expect(
      problemsOf({
        "index.ts": 'export { f, limit, type T } from "./a.ts";\n',
        "a.ts":
          "export type T = 1;\n/** One. */\nexport const limit = 1;\n/** Two. */\nexport function f(): void;\n" +
          "export function f(x: T): void;\nexport function f() {}\n",
      }),
    ).toEqual([]);
  });
});
