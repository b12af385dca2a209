import { describe, expect, it } from "vitest";
import { budgetStudy, layerCurveStudy } from "../study-of-budgets.fixture.ts";
import { failRun, testSummary } from "../summary.fixture.ts";
import { type Budget, resultsAt, studyDesign } from "./study-design.ts";

function strategyOf(design: ReturnType<typeof studyDesign>, name: string) {
  const found = design.strategies.find((one) => one.strategy === name);
  if (!found) throw new Error(`no strategy ${name}`);
  return found;
}

describe("studyDesign", () => {
  it("orders budgets from few to many and reckons how many images all of them are", () => {
    const summary = budgetStudy({ seeds: [0] });
    for (const run of summary.runs) if (run.imagesPerClass === 10) run.imagesPerClass = "all";
    expect(studyDesign(summary).budgets).toEqual<Budget[]>([
      { asked: 50, size: 50, text: "50" },
      { asked: 250, size: 250, text: "250" },
      { asked: 1000, size: 1000, text: "1,000" },
      { asked: "all", size: 5000, text: "all (5,000)" },
    ]);
  });

  it("takes all images for the number they are where that number is a budget too", () => {
    const summary = budgetStudy({ seeds: [0] });
    for (const run of summary.runs) if (run.imagesPerClass === 50) run.imagesPerClass = 5000;
    for (const run of summary.runs) if (run.imagesPerClass === 10 && run.task === "target") run.imagesPerClass = "all";
    expect(studyDesign(summary).budgets.map((budget) => budget.asked)).toEqual([250, 1000, 5000]);
  });

  it("knows what comes from the source, through other runs too, and what is a control", () => {
    const design = studyDesign(layerCurveStudy({ seeds: [0] }));
    expect(strategyOf(design, "A3B")).toMatchObject({ transfers: true, control: false });
    expect(strategyOf(design, "B3B+")).toMatchObject({ transfers: false, control: true });
    expect(design.baseline?.strategy).toBe("scratch");
    const summary = testSummary();
    const [, , m3, m4] = summary.runs;
    m4.startsFrom = m3.id;
    expect(strategyOf(studyDesign(summary), "last-two-layers").transfers).toBe(true);
  });

  it("leaves out failed runs", () => {
    const summary = budgetStudy();
    const failed = summary.runs.find((run) => run.strategy === "full" && run.imagesPerClass === 50 && run.seed === 1);
    if (!failed) throw new Error("no such run");
    failRun(failed, 2);
    const design = studyDesign(summary);
    const [, fifty] = design.budgets;
    expect(resultsAt(strategyOf(design, "full"), fifty).map(({ seed }) => seed)).toEqual([0, 2]);
  });
});
