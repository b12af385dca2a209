/** @file What would be published: the built package, packed by npm. */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findNpm } from "../../scripts/npm.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Inside the project, so that the copy finds the dependencies. */
const stage = mkdtempSync(join(root, "node_modules", ".graft-package-"));

beforeAll(() => {
  const build = [join(root, "scripts", "build.mjs"), join(stage, "dist")];
  const { status, stdout, stderr } = spawnSync(process.execPath, build, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
  for (const name of ["package.json", "LICENSE", "README.md", "bin", "schema"])
    cpSync(join(root, name), join(stage, name), { recursive: true });
  // type checking the whole source takes long where the cores are shared
}, 180_000);
afterAll(() => rmSync(stage, { recursive: true }));

test("holds every source file, compiled and declared, the command, every asset, and nothing else", () => {
  const [npm, ...first] = findNpm();
  const packed = JSON.parse(
    execFileSync(npm, [...first, "pack", "--dry-run", "--json"], { cwd: stage, encoding: "utf8" }),
  );
  const [{ files }] = Array.isArray(packed) ? packed : Object.values<{ files: { path: string }[] }>(packed);
  const expected = globSync("src/**/*.*", { cwd: root })
    .filter((path) => !/\.(test|fixture|d)\.ts$|^src\/cli\//.test(path))
    .map((path) => path.replace(/^src/, "dist"))
    .flatMap((path) => (path.endsWith(".ts") ? [path.replace(/ts$/, "js"), path.replace(/ts$/, "d.ts")] : [path]));
  const paths = files
    .map(({ path }: { path: string }) => path)
    .filter((path: string) => !/^dist\/cli\/chunks\/[\w-]+\.js$/.test(path));
  expect(paths.toSorted()).toEqual(
    [
      "LICENSE",
      "README.md",
      "package.json",
      "bin/engines.mjs",
      "bin/graft.mjs",
      "schema/study.schema.json",
      "dist/cli/command-worker.js",
      "dist/cli/main.js",
      ...expected,
    ].toSorted(),
  );
});

test("imports no TypeScript at run time", () => {
  const modules = globSync("dist/**/*.js", { cwd: stage });
  expect(modules).not.toEqual([]);
  const offenders = modules.filter((path) =>
    /(from|import|import\()\s*"\.[^"]*\.ts"/.test(readFileSync(join(stage, path), "utf8")),
  );
  expect(offenders).toEqual([]);
});

test("gives the engine alone, which loads nothing of transfer learning", () => {
  const program = `
    import { gradient, nn, onnx, runtime, training } from "graft/engine";
    console.log([gradient, nn.dense, onnx.Operations, runtime.createSession, training.fit].map((one) => typeof one).join());
  `;
  const answer = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: stage,
    encoding: "utf8",
  });
  expect(answer.trim()).toBe(Array<string>(5).fill("function").join());
});

test("answers --help as the installed command", () => {
  const answer = execFileSync(process.execPath, [join(stage, "bin", "graft.mjs"), "--help"], { encoding: "utf8" });
  expect(answer).toContain("Usage: graft");
});

test("compiles what a command's thread loads once for all of its processes", () => {
  const place = mkdtempSync(join(stage, "compiled-"));
  const { NODE_COMPILE_CACHE: _ours, ...env } = process.env;
  const { stderr } = spawnSync(process.execPath, [join(stage, "bin", "graft.mjs"), "status", "nowhere"], {
    env: { ...env, TMPDIR: place, TEMP: place },
    encoding: "utf8",
  });
  expect(stderr).toContain("expected the folder of a study");
  const compiled = globSync("**/*", { cwd: place }).map((path) => statSync(join(place, path)));
  // the process itself loads two modules of its own
  expect(compiled.filter((one) => one.isFile()).length).toBeGreaterThan(100);
});
