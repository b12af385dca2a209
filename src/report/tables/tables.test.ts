import { describe, expect, it } from "vitest";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { studyDesign } from "../analysis/study-design.ts";
import { budgetStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { failRun } from "../summary.fixture.ts";
import { comparisonTable } from "../table.ts";
import { tableAsText } from "../table-formats.ts";
import type { TextTable } from "../text-table.ts";
import { costTable } from "./cost-table.ts";
import { pairTable } from "./pair-table.ts";
import { qualityTable } from "./quality-table.ts";
import { tuningTable } from "./tuning-table.ts";
import { verdictTable } from "./verdict-table.ts";

function cells(table: TextTable | null, name: string): Record<string, string> {
  const row = table?.rows.find((candidate) => candidate.name === name);
  if (!table || !row) throw new Error(`no row ${name}`);
  return Object.fromEntries(table.columns.map((column) => [column.title, column.cell(row)]));
}

describe("the comparison table of a study of budgets", () => {
  it("has a row a strategy, a column a budget, and means with half their intervals", () => {
    const table = comparisonTable(budgetStudy());
    expect(table.rows.map((row) => row.name)).toEqual(["scratch", "last-layer", "last-two-layers", "full", "l2-sp"]);
    expect(cells(table, "last-layer")).toEqual({
      Strategy: "last-layer",
      "10": "81.8 ± 0.2 %",
      "50": "87.1 ± 0.2 %",
      "250": "87.9 ± 0.4 %",
      "1,000": "88.5 ± 0.4 %",
      Trainable: "258",
      "Time at 1,000": "1.0 s",
    });
    expect(table.caption).toContain("mean over 3 seeds ± half of its 95 % t interval");
  });

  it("has no intervals for one seed, and says which seeds are missing", () => {
    expect(cells(comparisonTable(budgetStudy({ seeds: [0] })), "full")["10"]).toBe("69.7 %");
    const summary = budgetStudy();
    const runs = summary.runs.filter((run) => run.strategy === "full" && run.imagesPerClass === 10);
    failRun(runs[0], 1);
    expect(cells(comparisonTable(summary), "full")["10"]).toMatch(/^69\.\d ± \d\.\d % \(2 of 3\)$/);
    for (const run of runs) failRun(run, 1);
    expect(cells(comparisonTable(summary), "full")["10"]).toBe("failed");
  });

  it("keeps the smallest and the largest budget in a narrow terminal", () => {
    const [, , heading] = tableAsText(comparisonTable(budgetStudy()), { width: 60 }).split("\n");
    expect(heading).toMatch(/^Strategy +10 +1,000/);
  });
});

describe("verdicts", () => {
  it("are one row a budget", () => {
    const table = verdictTable(analyseStudy(budgetStudy()));
    expect(table.rows.map((row) => [row.name, row.cells.get("Wins"), row.cells.get("Transfer hurts")])).toEqual([
      ["10", "last-layer", "–"],
      ["50", "last-layer", "–"],
      ["250", "nobody (l2-sp leads)", "last-layer"],
      ["1,000", "scratch", "l2-sp, full, last-two-layers and last-layer"],
    ]);
    const [, , third] = table.rows;
    expect(third.cells.get("Not settled behind")).toBe("full");
    expect(table.columns.map(({ title }) => title)).not.toContain("Too uncertain to place");
    expect(third.cells.get("Behind")).toMatch(
      /^last-two-layers \(−2\.5, p [<=] 0\.\d{3}\), scratch \(−3\.9, p [<=] 0\.\d{3}\) and last-layer \(−4\.\d, p [<=] 0\.\d{3}\)$/,
    );
  });

  it("have a column for the uncertain where there are any", () => {
    const study = budgetStudy();
    const wild = study.runs.filter((run) => run.strategy === "last-layer" && run.imagesPerClass === 1000);
    for (const run of wild) Object.assign(run.epochs.at(-1) ?? {}, { testAccuracy: [0.5, 0.99, 0.6][run.seed] });
    const table = verdictTable(analyseStudy(study));
    expect(cells(table, "1,000")).toMatchObject({
      Wins: "nobody (scratch leads)",
      "Not settled behind": "–",
      "Too uncertain to place": "last-layer",
      Behind: expect.stringMatching(/^l2-sp \(−1\.9, p = 0\.\d{3}\), full \(.*\) and last-two-layers \(.*\)$/),
    });
    expect(table.caption).toContain("Too uncertain to place: a lower mean than one that is behind");
  });

  it("rest on every pair, tested three ways", () => {
    const { design, verdicts } = analyseStudy(budgetStudy());
    const [{ budget, verdict }] = verdicts;
    const table = pairTable(verdict, { design, budget });
    expect(table.rows).toHaveLength(10);
    const level = table.rows.find((row) => row.cells.get("Higher") === "l2-sp" && row.cells.get("Lower") === "full");
    expect(Object.fromEntries(level?.cells ?? [])).toMatchObject({
      "p (Wilcoxon)": "0.500",
      "p (bootstrap)": "–",
      Verdict: "open",
      "Seeds to settle": "about 51",
    });
    const settled = table.rows.find(
      (row) => row.cells.get("Lower") === "scratch" && row.cells.get("Higher") === "last-layer",
    );
    expect(Object.fromEntries(settled?.cells ?? [])).toMatchObject({
      Difference: "+22.0",
      "p (Holm)": "< 0.001",
      Verdict: "settled",
    });
  });
});

it("costs are times of every budget and operations of the largest", () => {
  expect(cells(costTable(studyDesign(budgetStudy())), "last-two-layers")).toMatchObject({
    "Time at 10": "0.47 s",
    "Time at 1,000": "2.3 s",
    GFLOP: "10,000",
    "of them backwards": "2,222",
  });
});

it("tuning shows the chosen rates, and is absent where rates were configured", () => {
  const summary = withDetails(budgetStudy());
  expect(cells(tuningTable(summary, studyDesign(summary)), "scratch")).toMatchObject({ "10": "0.03", "1,000": "0.03" });
  expect(tuningTable(budgetStudy(), studyDesign(budgetStudy()))).toBeNull();
});

it("quality is told of one run a model, and is absent where nothing was evaluated", () => {
  const summary = withDetails(budgetStudy());
  const table = qualityTable(summary, studyDesign(summary));
  expect(table?.caption).toContain("Models at 1,000 images per class, with seed 0.");
  expect(cells(table, "scratch")).toMatchObject({ Task: "target", Accuracy: "97.4 %", ECE: "0.031" });
  expect(qualityTable(budgetStudy(), studyDesign(budgetStudy()))).toBeNull();
});
