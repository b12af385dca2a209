/** @file The command as it is published, bundled from the sources before the tests: they start it hundreds of times. */

import { copyFileSync, existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundlePrograms } from "../../scripts/bundle.mjs";

const root = join(import.meta.dirname, "..", "..");
/** Below the packages that it imports. */
const place = join(root, "node_modules", ".cache", "graft");

/** The program that `graft` runs. */
export const graftProgram = join(place, "dist", "cli", "main.js");

/** Before all tests: bundles the command, unless it is as new as what it is made from. */
export async function setup(): Promise<void> {
  const changedAt = (path: string): number => statSync(path).mtimeMs;
  const parts = ["package.json", "scripts/bundle.mjs", ...globSync("src/**/*.*", { cwd: root })];
  const newest = Math.max(...parts.map((part) => changedAt(join(root, part))));
  if (existsSync(graftProgram) && changedAt(graftProgram) > newest) return;
  await bundlePrograms(join(place, "dist"));
  // it says its version and what it imports as #onnxruntime
  copyFileSync(join(root, "package.json"), join(place, "package.json"));
}
