/** @file The rooms of src/ import only what they may, through doors, without cycles. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** `rule: from → to` for every import in `folders` under `baseDir` that breaks a rule. */
async function violationsIn(baseDir: string, folders: string[]): Promise<string[]> {
  const options = await extractOptions(join(root, ".dependency-cruiser.cjs"));
  const { output } = await cruise(folders, { ...options, baseDir });
  if (typeof output === "string") throw new Error("internal: expected a cruise result, got text.");
  return output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

/** Violations in a tree made of the given files (path → source). */
async function violationsOf(files: Record<string, string>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "graft-rooms-"));
  try {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    return await violationsIn(folder, ["src"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("every import in src, test and bench follows the house's rules", async () => {
  expect(await violationsIn(root, ["src", "test", "bench"])).toEqual([]);
});

test("no folder of src holds more than 15 files of code side by side", () => {
  const counts = new Map<string, number>();
  for (const path of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
    if (!/\.(?:ts|tsx|js|css)$/.test(path) || /\.(?:test|fixture|d)\.ts$/.test(path)) continue;
    counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  }
  expect(counts.size).toBeGreaterThan(40);
  expect([...counts].filter(([, count]) => count > 15)).toEqual([]);
});

describe("the checker", () => {
  const core = { "src/core/index.ts": "export const one = 1;\n" };

  test("accepts an allowed room through its door", async () => {
    expect(await violationsOf({ ...core, "src/data/index.ts": 'export { one } from "../core/index.ts";\n' })).toEqual(
      [],
    );
  });

  test("reports a room that is above the importer", async () => {
    expect(
      await violationsOf({
        "src/study/index.ts": "export interface Study { name: string }\n",
        "src/files/index.ts": 'export type { Study } from "../study/index.ts";\n',
      }),
    ).toEqual(["files-imports-only-its-rooms: src/files/index.ts → src/study/index.ts"]);
  });

  test("reports an engine room that another engine room may not import", async () => {
    expect(
      await violationsOf({
        "src/engine/nn/index.ts": "export const two = 2;\n",
        "src/engine/runtime/index.ts": 'export { two } from "../nn/index.ts";\n',
      }),
    ).toEqual(["engine/runtime-imports-only-its-rooms: src/engine/runtime/index.ts → src/engine/nn/index.ts"]);
  });

  test("reports a way past a door, from a test too", async () => {
    const files = {
      "src/core/inner.ts": "export const inner = 1;\n",
      "src/data/read.test.ts": 'import "../core/inner.ts";\n',
    };
    expect(await violationsOf(files)).toEqual(["core-has-one-door: src/data/read.test.ts → src/core/inner.ts"]);
  });

  test("lets a test import a room that its own room may not", async () => {
    const files = {
      "src/study/index.ts": "export const three = 3;\n",
      "src/core/a.test.ts": 'import "../study/index.ts";\n',
    };
    expect(await violationsOf(files)).toEqual([]);
  });

  test("lets report import types of study, and nothing else of it", async () => {
    const study = { "src/study/index.ts": "export interface Run { id: string }\nexport const four = 4;\n" };
    expect(
      await violationsOf({
        ...study,
        "src/report/a.ts": 'import type { Run } from "../study/index.ts";\nexport type A = Run;\n',
      }),
    ).toEqual([]);
    expect(await violationsOf({ ...study, "src/report/a.ts": 'export { four } from "../study/index.ts";\n' })).toEqual([
      "report-imports-only-types-of-study: src/report/a.ts → src/study/index.ts",
    ]);
  });

  test("reports a floor that imports one above it, or what lies beside the floors", async () => {
    const files = {
      "src/study/file/plan.ts": 'import "../run/stage.ts";\nimport "../index.ts";\n',
      "src/study/run/stage.ts": 'import "../file/schema.ts";\n',
      "src/study/file/schema.ts": "export {};\n",
      "src/study/index.ts": "export {};\n",
    };
    expect((await violationsOf(files)).sort()).toEqual([
      "study/file-does-not-climb: src/study/file/plan.ts → src/study/index.ts",
      "study/file-does-not-climb: src/study/file/plan.ts → src/study/run/stage.ts",
    ]);
  });

  test("reports a module of Node's in a room that runs anywhere", async () => {
    const files = { "src/core/a.ts": 'import { join } from "node:path";\nexport const a = join;\n' };
    expect(await violationsOf(files)).toEqual(["neutral-rooms-need-no-node: src/core/a.ts → path"]);
  });

  test("reports a package in such a room that is not known to run anywhere", async () => {
    const files = {
      "node_modules/sharp/package.json": '{ "name": "sharp", "version": "1.0.0", "main": "index.js" }\n',
      "node_modules/sharp/index.js": "module.exports = {};\n",
      "src/data/a.ts": 'import "sharp";\n',
      "src/data/image-folder/a.ts": 'import "sharp";\n',
    };
    expect(await violationsOf(files)).toEqual([
      "neutral-rooms-need-packages-that-run-anywhere: src/data/a.ts → node_modules/sharp/index.js",
    ]);
  });

  test("lets the Node half of such a room, and reports whoever imports that half and should run anywhere", async () => {
    const files = {
      "src/engine/runtime/node/index.ts": 'import { join } from "node:path";\nexport const a = join;\n',
      "src/engine/training/a.ts": 'export { a } from "../runtime/node/index.ts";\n',
      "src/study/a.ts": 'export { a } from "../engine/runtime/node/index.ts";\n',
    };
    expect(await violationsOf(files)).toEqual([
      "neutral-rooms-need-nothing-that-needs-node: src/engine/training/a.ts → src/engine/runtime/node/index.ts",
    ]);
  });

  test("reports a room that needs Node in one that runs anywhere, and lets it in the Node half", async () => {
    const files = {
      "src/files/index.ts": "export const a = 1;\n",
      "src/data/a.ts": 'export { a } from "../files/index.ts";\n',
      "src/data/node/a.ts": 'export { a } from "../../files/index.ts";\n',
    };
    expect(await violationsOf(files)).toEqual([
      "neutral-rooms-need-nothing-that-needs-node: src/data/a.ts → src/files/index.ts",
    ]);
  });

  test("reports a cycle between two files of one room", async () => {
    const files = { "src/core/a.ts": 'import "./b.ts";\n', "src/core/b.ts": 'import "./a.ts";\n' };
    expect(await violationsOf(files)).toEqual(["no-cycles: src/core/a.ts → src/core/b.ts"]);
  });

  test("reports onnxruntime outside the one file that knows it, even loaded late", async () => {
    const runtime = "node_modules/onnxruntime-node/";
    const load = 'export const load = () => import("#onnxruntime");\n';
    const violations = await violationsOf({
      "package.json": '{ "imports": { "#onnxruntime": "onnxruntime-node" } }\n',
      [`${runtime}package.json`]: '{ "name": "onnxruntime-node", "version": "1.0.0", "main": "index.js" }\n',
      [`${runtime}index.js`]: "module.exports = {};\n",
      "src/engine/runtime/onnxruntime.ts": load,
      "src/models/zoo.ts": load,
      "src/study/index.ts": 'export const load = () => import("onnxruntime-node");\n',
    });
    expect(violations).toEqual(
      ["models/zoo", "study/index"].map((name) => `one-importer-of-onnxruntime: src/${name}.ts → ${runtime}index.js`),
    );
  });

  test("reports a file outside every room", async () => {
    expect(
      await violationsOf({ ...core, "src/index.ts": 'import "./util/a.ts";\n', "src/util/a.ts": "export {};\n" }),
    ).toEqual(["only-rooms: src/index.ts → src/util/a.ts"]);
  });

  test.each(["./gone.ts", "#gone"])("reports an import of %s, which does not exist", async (gone) => {
    expect(await violationsOf({ "src/core/a.ts": `import "${gone}";\n` })).toEqual([
      `everything-resolves: src/core/a.ts → ${gone}`,
    ]);
  });
});
