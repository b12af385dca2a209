/** @file Which Node versions are new enough. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { satisfies } from "../../bin/engines.mjs";

const engines: string = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).engines.node;

describe("satisfies", () => {
  test.each([
    ["18.20.8", false],
    ["20.19.0", false],
    ["22.17.1", false],
    ["22.18.0", true],
    ["22.23.3", true],
    ["23.11.0", false],
    ["24.0.0", false],
    ["24.2.9", false],
    ["24.3.0", true],
    ["26.10.0", true],
    ["24.3.0-nightly20250601", false],
  ])("our own range with Node %s: %s", (version, expected) => {
    expect(satisfies(version, engines)).toBe(expected);
  });

  test("reads every comparator, alone and together", () => {
    expect(satisfies("1.2.3", ">=1.2.3 <2")).toBe(true);
    expect(satisfies("2.0.0", ">=1.2.3 <2")).toBe(false);
    expect(satisfies("1.2.3", "> 1.2.2 <= 1.2.3")).toBe(true);
    expect(satisfies("1.2.3", "1.2.3")).toBe(true);
    expect(satisfies("v1.2.4", "=1.2.3")).toBe(false);
  });

  test("refuses a range it cannot read", () => {
    expect(() => satisfies("1.2.3", "~1.2")).toThrow('internal: cannot read the version comparator "~1.2".');
  });
});
