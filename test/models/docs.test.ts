/** @file docs/models.md says of every pretrained network what the code does. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { approximateParameters, pretrained } from "../../src/models/index.ts";
import type { PretrainedEntry } from "../../src/models/index.ts";

const text = readFileSync(new URL("../../docs/models.md", import.meta.url), "utf8");

/** The row of an entry, cell by cell. */
function rowOf(entry: PretrainedEntry): string[] {
  const { name, title, input, accuracy, licence, sizeBytes, opset, batch, source } = entry;
  const weights = approximateParameters(entry);
  return [
    `\`${name}\``,
    title,
    weights < 1e6 ? `${(weights / 1e3).toFixed(1)} k` : `${(weights / 1e6).toFixed(1)} M`,
    input.shape.join("x"),
    `${(100 * accuracy).toFixed(2)} %`,
    licence,
    sizeBytes < 1e6 ? `${(sizeBytes / 1e3).toFixed(1)} kB` : `${(sizeBytes / 1e6).toFixed(1)} MB`,
    String(opset),
    String(batch),
    source,
  ];
}

test("the table has one row for each network, with what the code knows of it", () => {
  const [table] = text.split("\n\n").filter((part) => part.includes("| network ") && part.includes("| licence "));
  const [, , ...rows] = table.trim().split("\n");
  const cells = rows.map((row) => row.split("|").slice(1, -1));
  const trimmed = cells.map((row) => row.map((cell) => cell.trim()));
  expect(trimmed).toEqual(Object.values(pretrained).map(rowOf));
});
