import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { analyseStudy } from "../../analysis/study-analysis.ts";
import { drawFigures } from "../../figures/draw-figures.ts";
import { budgetStudy, withDetails } from "../../study-of-budgets.fixture.ts";
import { mistakesExplorer } from "../mistakes/mistakes-explorer.ts";
import { reportPage } from "../report-page.ts";

const summary = withDetails(budgetStudy());
const analysis = analyseStudy(summary);
const page = reportPage(summary, {
  analysis,
  figures: await drawFigures(summary, analysis),
  mistakes: await mistakesExplorer(summary, analysis),
});

it("is the page's only script, and the policy lets exactly it run", () => {
  const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, code]) => code);
  expect(scripts).toHaveLength(1);
  const hash = createHash("sha256").update(scripts[0]).digest("base64");
  expect(page).toContain(`script-src &#39;sha256-${hash}&#39;`);
  expect(page.match(/<script/g)).toHaveLength(1);
});

it("puts no text of a study into markup and asks for nothing", () => {
  const [, code = ""] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  expect(code).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval|fetch|XMLHttp|import\(/);
});

it("lets every figure with tips be reached and read by keyboard", () => {
  const [, code = ""] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  expect(code).toContain("const stepTo = (stops, at, key) =>");
  expect(code).toContain("figure.tabIndex = 0;");
  expect(code).toContain('heard.setAttribute("aria-live", "polite");');
});

it("finds series to hide in the figures that compare strategies", () => {
  const figures = [...page.matchAll(/<figure id="([^"]*)"[^>]* data-toggles="">/g)].map(([, id]) => id);
  expect(figures).toEqual(expect.arrayContaining(["learning-curves", "gain-over-scratch", "strategies", "roc"]));
  expect(figures).not.toContain("mistakes");
});

it("tells the story from the answer to what to do with it", () => {
  const headings = [...page.matchAll(/<h([23])>([^<]*)<\/h/g)].map(([, level, text]) => `${level} ${text.trim()}`);
  expect(headings).toEqual([
    "2 Mistakes",
    "3 Answers, image by image",
    "2 Training",
    "3 All models together",
    "3 Model by model",
    "3 Learning rates",
    "3 Example images",
    "2 Compare",
    "3 Against From scratch",
    "3 Evidence",
    "3 Recommendation",
    "3 Cost",
    "2 Inside",
    "2 Method and proof",
    "3 Method",
    "3 Freeze proof",
    "2 Doubts",
    "2 Use it",
    "3 Classify your own images",
    "3 Files of this study",
    "3 Repeat it",
  ]);
  expect(page.indexOf('id="learning-curves"')).toBeLessThan(page.indexOf("What the numbers say"));
});

it("tells the recipe once", () => {
  const lines = ["SGD, momentum 0.9", "learning rate 0.05"];
  expect(lines.map((line) => page.split(line).length - 1)).toEqual([1, 1]);
});

it("counts the proofs of many runs and shows those of one seed", () => {
  expect(page.replace(/\s+/g, " ")).toContain("It holds for 24 of 24 runs with frozen layers.");
  expect(page).toContain("Last layer only, 1000 images per class, seed 0:");
  expect(page).not.toContain("Last layer only, 10 images per class, seed 0:");
});
