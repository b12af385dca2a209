import { describe, expect, it } from "vitest";
import { packAnswers } from "../../statistics/index.ts";
import type { RunRecord } from "../../study/index.ts";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { studyDesign } from "../analysis/study-design.ts";
import { budgetStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { failRun } from "../summary.fixture.ts";
import { earlierTuning } from "../tuning.fixture.ts";
import { comparisonTable } from "./comparison-table.ts";
import { costTable } from "./cost-table.ts";
import { pairTable } from "./pair-table.ts";
import { recommendationTable } from "./recommendation-table.ts";
import { qualityTable } from "./quality-table.ts";
import { tableAsText } from "./table-formats.ts";
import type { TextTable } from "./text-table.ts";
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
    expect(table.rows.map((row) => row.name)).toEqual([
      "From scratch",
      "Last layer only",
      "Last two layers",
      "Full fine-tuning",
      "L2-SP",
    ]);
    expect(cells(table, "Last layer only")).toEqual({
      Strategy: "Last layer only",
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
    expect(cells(comparisonTable(budgetStudy({ seeds: [0] })), "Full fine-tuning")["10"]).toBe("69.7 %");
    const summary = budgetStudy();
    const runs = summary.runs.filter((run) => run.strategy === "full" && run.imagesPerClass === 10);
    failRun(runs[0], 1);
    expect(cells(comparisonTable(summary), "Full fine-tuning")["10"]).toMatch(/^69\.\d ± \d\.\d % \(2 of 3\)$/);
    for (const run of runs) failRun(run, 1);
    expect(cells(comparisonTable(summary), "Full fine-tuning")["10"]).toBe("failed");
  });

  it("says beside the accuracy where a strategy did not learn", () => {
    const summary = budgetStudy();
    const runs = summary.runs.filter((run) => run.strategy === "full" && run.imagesPerClass === 10);
    for (const run of runs.slice(0, 2)) run.outcome = "did-not-learn";
    expect(cells(comparisonTable(summary), "Full fine-tuning")).toMatchObject({
      "10": expect.stringMatching(/^69\.\d ± \d\.\d % \(did not learn\)$/),
      "50": expect.stringMatching(/^83\.\d ± \d\.\d %$/),
    });
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
      ["10", "Last layer only", "–"],
      ["50", "Last layer only", "–"],
      ["250", "nobody (L2-SP leads)", "Last layer only"],
      ["1,000", "From scratch", "L2-SP, Full fine-tuning, Last two layers and Last layer only"],
    ]);
    const [, , third] = table.rows;
    expect(third.cells.get("Not clearly behind")).toBe("Full fine-tuning");
    expect(table.columns.map(({ title }) => title)).not.toContain("Too uncertain to place");
    expect(third.cells.get("Behind")).toMatch(
      /^Last two layers \(−2\.5, p [<=] 0\.\d{3}\), From scratch \(−3\.9, p [<=] 0\.\d{3}\) and Last layer only \(−4\.\d, p [<=] 0\.\d{3}\)$/,
    );
  });

  it("have a column for the uncertain where there are any", () => {
    const study = budgetStudy();
    const wild = study.runs.filter((run) => run.strategy === "last-layer" && run.imagesPerClass === 1000);
    for (const run of wild) Object.assign(run.epochs.at(-1) ?? {}, { testAccuracy: [0.5, 0.99, 0.6][run.seed] });
    const table = verdictTable(analyseStudy(study));
    expect(cells(table, "1,000")).toMatchObject({
      Wins: "nobody (From scratch leads)",
      "Not clearly behind": "–",
      "Too uncertain to place": "Last layer only",
      Behind: expect.stringMatching(
        /^L2-SP \(−1\.9, p < 0\.001\), Full fine-tuning \(.*\) and Last two layers \(.*\)$/,
      ),
    });
    expect(table.caption).toContain("Too uncertain to place: a lower mean than one that is behind");
  });

  it("have a column for what is not ranked where there is any", () => {
    const study = budgetStudy();
    expect(verdictTable(analyseStudy(study)).columns.map(({ title }) => title)).not.toContain("Not ranked");
    for (const run of study.runs) {
      if (run.imagesPerClass !== 10) continue;
      if (run.strategy === "last-layer") run.outcome = "did-not-learn";
      if (run.strategy === "scratch") run.outcome = "still-improving";
    }
    const analysis = analyseStudy(study);
    expect(cells(verdictTable(analysis), "10")).toMatchObject({
      Wins: "Last two layers",
      "Not ranked": "From scratch (still improving) and Last layer only (did not learn)",
      "Transfer helps": "–",
    });
    expect(cells(verdictTable(analysis), "50")).toMatchObject({ Wins: "Last layer only", "Not ranked": "–" });
    expect(pairTable(analysis.verdicts[0].verdict).rows).toHaveLength(3);
  });

  it("rest on every pair", () => {
    const [{ verdict }] = analyseStudy(budgetStudy()).verdicts;
    const table = pairTable(verdict);
    expect(table.rows).toHaveLength(10);
    const rowOf = (higher: string, lower: string) =>
      Object.fromEntries(
        table.rows.find(({ cells: of }) => of.get("Higher") === higher && of.get("Lower") === lower)?.cells ?? [],
      );
    expect(rowOf("L2-SP", "Full fine-tuning")).toMatchObject({ Difference: "+0.1", Verdict: "equal" });
    expect(rowOf("Last layer only", "From scratch")).toMatchObject({
      Difference: "+22.0",
      "p (Holm)": "< 0.001",
      Verdict: "different",
    });
    expect(table.columns.map(({ title }) => title)).not.toContain("p (McNemar)");
  });

  it("of one seed show McNemar's test of the models themselves where answers were kept", () => {
    const study = budgetStudy({ seeds: [0] });
    for (const run of study.runs) {
      const right = Math.round(run.testImages * (run.epochs.at(-1)?.testAccuracy ?? 0));
      const correct = packAnswers(Array.from({ length: run.testImages }, (_, image) => Number(image < right)));
      run.evaluation = { ...withDetails(study).runs[0].evaluation, correct } as NonNullable<RunRecord["evaluation"]>;
    }
    const [{ verdict }] = analyseStudy(study).verdicts;
    const table = pairTable(verdict);
    expect(table.rows.find((row) => row.cells.get("Lower") === "From scratch")?.cells.get("p (McNemar)")).toBe(
      "< 0.001",
    );
    expect(table.caption).toContain("McNemar: exact test of the two models themselves");
  });
});

it("the recommendation has a row a strategy, the recommended one marked", () => {
  const [, , { verdict }] = analyseStudy(budgetStudy()).verdicts;
  if (verdict.recommendation === null) throw new Error("nothing is recommended");
  const table = recommendationTable(verdict.recommendation);
  expect(table.caption).toContain(
    "Recommended is the cheapest that is at least 75 % likely to lie within 1 point of the best.",
  );
  expect(table.caption).not.toContain("benchmark");
  expect(recommendationTable({ ...verdict.recommendation, knowsUsual: true }).caption).toContain(
    "Probabilities and losses also know how strategies stood to each other on the tasks of Graft's own benchmark",
  );
  expect(table.rows.filter(({ kind }) => kind === "recommended").map(({ name }) => name)).toEqual(["Full fine-tuning"]);
  expect(cells(table, "Full fine-tuning")).toMatchObject({
    Accuracy: "92.3 %",
    "Likely within 1 point of the best": "over 99 %",
    "Expected loss (points)": "0.0",
    "Time of a run": "9.3 s",
    Seeds: "3",
  });
  expect(cells(table, "Last layer only")["Likely within 1 point of the best"]).toBe("under 1 %");
});

it("costs are times of every budget and operations of the largest", () => {
  expect(cells(costTable(studyDesign(budgetStudy())), "Last two layers")).toMatchObject({
    "Time at 10": "0.47 s",
    "Time at 1,000": "2.3 s",
    GFLOP: "10,000",
    "of them backwards": "2,222",
  });
});

describe("tuning", () => {
  const summary = withDetails(budgetStudy());
  const tableOf = (tuning: typeof summary.tuning): TextTable | null =>
    tuningTable({ ...summary, tuning }, studyDesign(summary));

  it("shows the rates, how far trials moved them, and what these took", () => {
    const table = tableOf(summary.tuning);
    expect(cells(table, "From scratch")).toEqual({
      Strategy: "From scratch",
      "10": "0.02 (not tuned)",
      "50": "0.028 (× 1.4)",
      "250": "0.028 (× 1.4)",
      "1,000": "0.028 (× 1.4)",
      Trials: "25.5",
      "GFLOP of trials": "1,200",
      "Time of trials": "45.0 s",
    });
    expect(cells(table, "Full fine-tuning")).toMatchObject({ "50": "0.02" });
    expect(table?.caption).toContain("where trials were better by more than a standard error");
    expect(table?.caption).toContain("Budgets of fewer than 50 training images in all are not tuned.");
  });

  it("says that there were no trials where no budget has the images", () => {
    const table = tableOf(summary.tuning.filter(({ trials }) => trials.length === 0));
    expect(table?.columns.map(({ title }) => title)).toEqual(["Strategy", "10"]);
    expect(table?.caption).toContain("the recipe's own, for there were no trials");
  });

  it("of earlier summaries shows the chosen rates as before", () => {
    const table = tableOf(earlierTuning(summary));
    expect(cells(table, "From scratch")).toMatchObject({ "10": "0.03", "1,000": "0.03" });
    expect(table?.caption).toBe(
      "Chosen learning rates by training images of each class, among 0.003, 0.01, 0.03, 0.1; several where seeds chose differently.",
    );
    expect(table?.columns.map(({ title }) => title)).not.toContain("Trials");
  });

  it("is absent where rates were configured", () => {
    expect(tableOf([])).toBeNull();
  });
});

it("quality is told of one run a model, and is absent where nothing was evaluated", () => {
  const summary = withDetails(budgetStudy());
  const table = qualityTable(summary, studyDesign(summary));
  expect(table?.caption).toContain("Models at 1,000 images per class, with seed 0.");
  expect(cells(table, "From scratch")).toMatchObject({
    Task: "target",
    Accuracy: "97.4 %",
    ECE: "0.031",
    "ECE by chance": "0.015",
  });
  expect(qualityTable(budgetStudy(), studyDesign(budgetStudy()))).toBeNull();
  const runs = summary.runs.map((run) => ({ ...run, outcome: "did-not-learn" as const }));
  const marked = qualityTable({ ...summary, runs }, studyDesign({ ...summary, runs }));
  expect(cells(marked, "From scratch")).toMatchObject({ Accuracy: "97.4 % (did not learn)" });
});
