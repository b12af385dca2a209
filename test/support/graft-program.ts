/** @file The command as it is published and programs of the tests' own, bundled before they start them hundreds of times. */

import { copyFileSync, existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
/** Below the packages that it imports. */
const place = join(root, "node_modules", ".cache", "graft");

/** The program that `graft` runs. */
export const graftProgram = join(place, "dist", "cli", "main.js");

/** `test/study/study-process.ts` and `test/dispatch/work-process.ts`, which they start. */
export const studyProgram = join(place, "dist", "study-process.js");
export const workProgram = join(place, "dist", "work-process.js");

/** Before all tests: bundles the programs, unless they are as new as what they are made from. */
export async function setup(): Promise<void> {
  const changedAt = (path: string): number => statSync(path).mtimeMs;
  const parts = [
    "package.json",
    "scripts/bundle.mjs",
    ...globSync(["src/**/*.*", "test/{study,dispatch}/*.ts"], { cwd: root }),
  ];
  const newest = Math.max(...parts.map((part) => changedAt(join(root, part))));
  if (existsSync(workProgram) && changedAt(workProgram) > newest) return;
  // tests, which want paths alone, load no bundler
  const { bundlePrograms } = await import("../../scripts/bundle.mjs");
  await bundlePrograms(join(place, "dist"), {
    "study-process": join(root, "test", "study", "study-process.ts"),
    "work-process": join(root, "test", "dispatch", "work-process.ts"),
  });
  // it says its version and what it imports as #onnxruntime
  copyFileSync(join(root, "package.json"), join(place, "package.json"));
}
