#!/usr/bin/env node
/** @file The `graft` command: runs the built command line, or in a checkout its TypeScript source. */

import { existsSync, readFileSync } from "node:fs";
import module from "node:module";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { satisfies } from "./engines.mjs";

const root = new URL("../", import.meta.url);
const built = new URL("dist/cli/main.js", root);
const source = new URL("src/cli/main.ts", root);
const launcher = new URL("scripts/launch.mjs", root);
const { engines } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

const suitable = satisfies(process.versions.node, engines.node);
const isCheckout = existsSync(launcher);

if (isCheckout && !(suitable && existsSync(new URL("node_modules", root)))) {
  const { launch } = await import(launcher.href);
  await launch(["graft", ...process.argv.slice(2)]);
} else if (!suitable) {
  console.error(
    `graft: expected Node ${engines.node}, got ${process.versions.node}. Install a current Node.js and run graft again.`,
  );
  process.exitCode = 2;
} else {
  // images are decoded on this pool, which has four threads unless it is told otherwise before it starts
  process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));
  const compiled = module.enableCompileCache?.().directory;
  // the command's thread, which loads nearly everything, and its processes learn of it from the environment
  if (compiled !== undefined) process.env.NODE_COMPILE_CACHE ??= compiled;
  const entry = existsSync(built) ? built : source;
  process.argv[1] = fileURLToPath(entry);
  await import(entry.href);
}
