/** @file The folder of a new study: fresh, numbered, given back when nothing came of it. */

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimFolder } from "./results-folder.ts";

const before = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "graft-results-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

test("every study gets a folder of its own, also those that start at the same time", async () => {
  const claims = await Promise.all([1, 2, 3].map(() => claimFolder({ name: "classic" })));
  expect(claims.map(({ directory }) => directory).sort()).toEqual(
    ["classic", "classic-2", "classic-3"].map((name) => join("runs", name)),
  );
});

test("a folder that stayed empty is removed with those above it that were made for it", async () => {
  const { release } = await claimFolder({ out: join("a", "b"), name: "classic" });
  expect(existsSync(join(folder, "a", "b"))).toBe(true);
  await release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder with something in it stays", async () => {
  const { directory, release } = await claimFolder({ name: "classic" });
  writeFileSync(join(directory, "study.json"), "{}");
  await release();
  expect(existsSync(join(directory, "study.json"))).toBe(true);
});

test("an empty folder of the user's is used, and stays", async () => {
  const out = mkdtempSync(join(folder, "mine-"));
  writeFileSync(join(out, ".DS_Store"), "");
  const { directory, release } = await claimFolder({ out, name: "classic" });
  expect(directory).toBe(out);
  await release();
  expect(existsSync(out)).toBe(true);
});
