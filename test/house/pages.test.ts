/** @file Pages name files that exist, and the formats that Graft reads. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { dataFormats } from "../../src/data/node/index.ts";
import { modelFormats } from "../../src/models/index.ts";
import type { StudyEvent } from "../../src/study/index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Paths in backticks, from the root or, in the architecture's page, from `src/`; and links. */
function pathsIn(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8");
  const quoted = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\/?)`/g)].map(([, path]) => path);
  const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, path]) => join(dirname(page), path));
  return [...quoted, ...linked];
}

test.each(["CONTRIBUTING.md", "docs/architecture.md"])("%s", (page) => {
  const paths = pathsIn(page);
  expect(paths.length).toBeGreaterThan(10);
  const isThere = (path: string): boolean => ["", "src"].some((folder) => existsSync(join(root, folder, path)));
  expect(paths.filter((path) => !isThere(path))).toEqual([]);
});

test("the README names every format of data and of trained networks", () => {
  const page = readFileSync(join(root, "README.md"), "utf8");
  const isNamed = (ending: string): boolean => page.includes(ending) || page.includes(ending.slice(1).toUpperCase());
  const ofData = Object.values(dataFormats).flatMap(({ endings }) => endings);
  const ofModels = Object.values(modelFormats).map(({ ending }) => ending);
  expect([...ofData, ...ofModels].filter((ending) => !isNamed(ending))).toEqual([]);
});

/** The compiler knows when one is missing, or is none. */
const events: Record<StudyEvent["type"], true> = {
  "run-discarded": true,
  "study-started": true,
  forecast: true,
  stage: true,
  "stage-progress": true,
  tuning: true,
  "run-started": true,
  features: true,
  parts: true,
  batch: true,
  epoch: true,
  "run-finished": true,
  recommendation: true,
  seeds: true,
  "study-finished": true,
};

test("the page of the program's interface lists every event of a study, in their order", () => {
  const page = readFileSync(join(root, "docs", "api.md"), "utf8");
  const [, table] = page.split("The listener is told of events");
  const listed = [...table.split("\n## ")[0].matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
  expect(listed).toEqual(Object.keys(events));
});
