/** @file Builds the package: compiles src/ to JavaScript and declarations, and copies what is not TypeScript. */

import { spawnSync } from "node:child_process";
import { cpSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = resolve(process.argv[2] ?? join(root, "dist"));

rmSync(target, { recursive: true, force: true });
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(
  process.execPath,
  [compiler, "-p", join(root, "tsconfig.build.json"), "--outDir", target],
  {
    stdio: "inherit",
  },
);
cpSync(join(root, "src"), target, {
  recursive: true,
  // Fonts, JSON, page styles: everything the compiler leaves behind.
  filter: (path) => statSync(path).isDirectory() || !/\.[cm]?ts$/.test(path),
});
process.exitCode = status ?? 1;
