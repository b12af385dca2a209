import { expect, it } from "vitest";
import { testSummary } from "../summary.fixture.ts";
import { modelsOf } from "./models.ts";
import { strategyName } from "./strategy-names.ts";

it("numbers models in the assignment's presets alone", () => {
  const summary = testSummary();
  expect(modelsOf(summary).map(({ title }) => title)).toEqual([
    "M1 · Source",
    "M2 · From scratch",
    "M3 · Last layer only",
    "M4 · Last two layers",
  ]);
  const titles = modelsOf({ ...summary, name: "photos" }).map(({ title, short }) => [title, short]);
  expect(titles[2]).toEqual(["Last layer only", "Last layer only"]);
});

it("makes a name of a label where a strategy has none, and leaves alone what is typed", () => {
  expect(strategyName({ strategy: "linear-probe", label: "linear probe" })).toBe("Linear probe");
  expect(strategyName({ strategy: "A2B+", label: "A2B+" })).toBe("A2B+");
  expect(strategyName({ strategy: "constructor", label: "of my own" })).toBe("Of my own");
});
