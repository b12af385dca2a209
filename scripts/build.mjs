/** @file Builds the package: src/ as JavaScript and declarations, and the command, bundled. */

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundlePrograms } from "./bundle.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = resolve(process.argv[2] ?? join(root, "dist"));

rmSync(target, { recursive: true, force: true });
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(
  process.execPath,
  [compiler, "-p", join(root, "tsconfig.build.json"), "--outDir", target],
  { stdio: "inherit" },
);
// nobody imports the command
rmSync(join(target, "cli"), { recursive: true, force: true });
await bundlePrograms(target);
process.exitCode = status ?? 1;
