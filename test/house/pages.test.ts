/** @file Pages name files that exist, and the formats that Graft reads. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { dataFormats } from "../../src/data/node/index.ts";
import { modelFormats } from "../../src/models/index.ts";

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
