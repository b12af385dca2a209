import { expect, it } from "vitest";
import { conclusion, renderReport, resultsCsv } from "../index.ts";
import { testSummary } from "../summary.fixture.ts";
import { type StoredSummary, completeSummary } from "./complete-summary.ts";

const LATER = ["budgets", "tuning", "transferability", "featureMaps", "firstFilters"];
const LATER_OF_RUNS = ["imagesPerClass", "learningRate", "flops"];

/** A summary as it was written before budgets, tuning and evaluations were recorded. */
function earlierSummary(): StoredSummary {
  const summary = testSummary({ epochs: 2 });
  for (const key of LATER) Reflect.deleteProperty(summary, key);
  for (const run of summary.runs) for (const key of LATER_OF_RUNS) Reflect.deleteProperty(run, key);
  return summary;
}

it("gives earlier summaries what they lack", () => {
  const complete = completeSummary(earlierSummary());
  expect(complete).toMatchObject({
    budgets: ["all"],
    tuning: [],
    transferability: [],
    featureMaps: [],
    firstFilters: [],
  });
  expect(complete.runs[0]).toMatchObject({
    imagesPerClass: "all",
    learningRate: 0.05,
    flops: { total: 0, backward: 0 },
  });
});

it("leaves a complete summary as it is", () => {
  expect(completeSummary(testSummary())).toEqual(testSummary());
});

it("lets an earlier summary be reported as before", async () => {
  const earlier = earlierSummary();
  expect(conclusion(earlier)).toEqual(conclusion(testSummary({ epochs: 2 })));
  expect(resultsCsv(earlier)).toBe(resultsCsv(testSummary({ epochs: 2 })));
  expect((await renderReport(earlier)).filter(({ path }) => path.endsWith(".svg"))).toHaveLength(18);
});
