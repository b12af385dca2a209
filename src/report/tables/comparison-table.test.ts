import { describe, expect, it } from "vitest";
import { failRun, runOf, setLastAccuracy, testSummary } from "../summary.fixture.ts";
import { comparisonTable } from "./comparison-table.ts";
import { tableAsHtml, tableAsMarkdown, tableAsText } from "./table-formats.ts";

function cells(summary: ReturnType<typeof testSummary>, name: string): Record<string, string> {
  const table = comparisonTable(summary);
  const row = table.rows.find((candidate) => candidate.name === name);
  if (!row) throw new Error(`no row ${name}`);
  return Object.fromEntries(table.columns.map((column) => [column.title, column.cell(row)]));
}

describe("comparisonTable", () => {
  it("shows last and best values, parameters and the freeze proof of each run", () => {
    const summary = testSummary();
    setLastAccuracy(runOf(summary, "M3"), 0.9);
    const row = cells(summary, "M3 · Last layer only");
    expect(row).toMatchObject({
      Task: "target",
      "Starts from": "M1",
      "Test accuracy": "90.0 %",
      Trainable: "258",
      Parameters: "591,042",
      Time: "13.6 s",
      "Frozen tensors identical": "10 of 10",
    });
    expect(row["Best accuracy (epoch)"]).toMatch(/^93\.\d % \(\d+\)$/);
    expect(cells(summary, "M2 · From scratch")).toMatchObject({
      "Starts from": "random weights",
      "Frozen tensors identical": "none frozen",
    });
  });

  it("names the study, the data set and what the numbers are", () => {
    const summary = testSummary();
    summary.dataset.title = "shapes10 (built-in, procedural)";
    expect(comparisonTable(summary).caption).toBe(
      'Study classic · data set shapes10 (built-in, procedural) · values after the last epoch; "best" ones were found by looking at the test set',
    );
  });

  it("shows the epoch that early stopping kept, and says so", () => {
    const summary = testSummary();
    const run = runOf(summary, "M3");
    run.keptEpoch = 2;
    run.epochs[1].testAccuracy = 0.4321;
    expect(cells(summary, "M3 · Last layer only")["Test accuracy"]).toBe("43.2 %");
    expect(comparisonTable(summary).caption).toContain(
      "values after the epoch that early stopping kept, by validation images;",
    );
  });

  it("says beside the accuracy what did not learn or was still improving, of runs and of most seeds", () => {
    const summary = testSummary({ seeds: [0, 1, 2] });
    for (const seed of [0, 2]) runOf(summary, "M4", seed).outcome = "did-not-learn";
    runOf(summary, "M4", 1).outcome = "converged";
    runOf(summary, "M3", 1).outcome = "still-improving";
    const accuracy = (name: string): string => cells(summary, name)["Test accuracy"];
    expect(accuracy("M4 · Last two layers, mean ± sd of 3")).toMatch(/^9\d\.\d ± 0\.\d % \(did not learn\)$/);
    expect(accuracy("M4 · Last two layers, seed 2")).toMatch(/^9\d\.\d % \(did not learn\)$/);
    expect(accuracy("M4 · Last two layers, seed 1")).toMatch(/^9\d\.\d %$/);
    expect(accuracy("M3 · Last layer only, seed 1")).toMatch(/^9\d\.\d % \(still improving\)$/);
    expect(accuracy("M3 · Last layer only, mean ± sd of 3")).toMatch(/^9\d\.\d ± 0\.\d %$/);
  });

  it("puts mean and standard deviation over the finished seeds first", () => {
    const summary = testSummary({ seeds: [0, 1, 2] });
    setLastAccuracy(runOf(summary, "M4", 0), 0.94);
    setLastAccuracy(runOf(summary, "M4", 1), 0.96);
    failRun(runOf(summary, "M4", 2), 4);
    const table = comparisonTable(summary);
    expect(table.rows.slice(0, 5).map((row) => row.kind)).toEqual(["model", "model", "model", "model", "run"]);
    expect(cells(summary, "M4 · Last two layers, mean ± sd of 2")).toMatchObject({
      "Test accuracy": "95.0 ± 1.4 %",
      Status: "2 of 3 done",
    });
    expect(cells(summary, "M4 · Last two layers, seed 2").Status).toBe("failed after epoch 4");
  });

  it("has a status column only where a run did not finish, and dashes where nothing was measured", () => {
    const summary = testSummary();
    expect(comparisonTable(summary).columns.map((column) => column.title)).not.toContain("Status");
    failRun(runOf(summary, "M3"), 0);
    expect(cells(summary, "M3 · Last layer only")).toMatchObject({
      "Test accuracy": "–",
      Time: "–",
      Status: "failed after epoch 0",
      "Frozen tensors identical": "not checked",
    });
  });

  it("says loudly when a frozen tensor changed", () => {
    const summary = testSummary();
    const proof = runOf(summary, "M3").freezeProof;
    if (!proof?.frozen[0]) throw new Error("no proof");
    proof.frozen[0].changed = true;
    proof.holds = false;
    expect(cells(summary, "M3 · Last layer only")["Frozen tensors identical"]).toBe("BROKEN: 9 of 10");
  });
});

describe("tableAsText", () => {
  it("aligns its columns", () => {
    const [, , ...lines] = tableAsText(comparisonTable(testSummary())).split("\n");
    const end = (line = ""): number => line.indexOf(" %") + 2;
    expect(new Set(lines.slice(2).map(end)).size).toBe(1);
    expect(lines).toHaveLength(6);
  });

  it("leaves out the least telling columns to fit a narrow terminal and says so", () => {
    const text = tableAsText(comparisonTable(testSummary()), { width: 50 });
    const lines = text.split("\n").slice(2);
    expect(lines[0]).toMatch(/^Model +Test accuracy +Time$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
    expect(lines.at(-1)).toBe("(10 more columns in report.html)");
  });
});

it("escapes what a Markdown or HTML table would take for its own", () => {
  const summary = testSummary();
  Object.assign(runOf(summary, "M2"), { strategy: "own", label: "No | <b>transfer</b>" });
  const table = comparisonTable(summary);
  expect(tableAsMarkdown(table)).toContain("| M2 · No \\| \\<b\\>transfer\\</b\\> |");
  expect(tableAsHtml(table).text).toContain("M2 · No | &lt;b&gt;transfer&lt;/b&gt;</th>");
  expect(tableAsHtml(table).text).not.toContain("<b>");
});
