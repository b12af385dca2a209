/** @file The pages for those who work on Graft name files that exist. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

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
