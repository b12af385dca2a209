import { expect, test } from "vitest";
import { budgetStudy, withDetails } from "../../study-of-budgets.fixture.ts";
import { drawNamed } from "../draw-named.fixture.ts";

test("changes far below a percent have digits on their axis", async () => {
  const study = withDetails(budgetStudy());
  for (const { weightChange = [] } of study.runs) for (const change of weightChange) change.relative /= 1000;
  const { "weight-change": svg } = await drawNamed(study, "weight-change");
  const labels = [...svg.matchAll(/>([\d.]+) %</g)].map(([, share]) => share);
  expect(labels.length).toBeGreaterThan(2);
  expect(new Set(labels).size).toBe(labels.length);
});
