/** @file Finished runs are judged: what learned, what did not, and what was cut short. */

import { expect, test } from "vitest";
import { comparisonTable, conclusion, tableAsText } from "../../src/report/index.ts";
import { readSummary } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { run, smallStudy } from "./study-folder.ts";

const dataset = smallDataset({ trainImagesPerClass: 80, testImagesPerClass: 80 });

test("at a rate of nearly nothing no model learns, nobody wins, and every place says so", async () => {
  const { directory } = await run(smallStudy({ training: { learningRate: 1e-9 } }), { dataset });
  const summary = await readSummary(directory);
  expect(summary.runs.map(({ id, outcome }) => [id, outcome])).toEqual(
    summary.runs.map(({ id }) => [id, "did-not-learn"]),
  );
  expect(conclusion(summary).headline).toMatch(/^No model learned the target task: /);
  const table = tableAsText(comparisonTable(summary));
  expect(table.match(/\d % \(did not learn\)/g)).toHaveLength(summary.runs.length);
});

test("a run of few epochs was cut short, and one that had its time converged", async () => {
  const outcomeAfter = async (epochs: number): Promise<string | undefined> => {
    const { summary } = await run(
      smallStudy({
        // two shapes that are easily told apart
        target: [0, 3],
        strategies: ["scratch"],
        training: { epochs, learningRate: 0.02 },
        trainingOf: { source: { epochs: 1 } },
      }),
      { dataset },
    );
    return summary.runs.find(({ strategy }) => strategy === "scratch")?.outcome;
  };
  // after 5 epochs training accuracy is 0.79 and rises by 0.07 an epoch; after 16 it is 0.98
  expect([await outcomeAfter(5), await outcomeAfter(16)]).toEqual(["still-improving", "converged"]);
});
