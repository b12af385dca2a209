import { describe, expect, it } from "vitest";
import type { StudySummary } from "../../study/index.ts";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { modelsOf } from "../runs/models.ts";
import { failRun, runOf, testSummary } from "../summary.fixture.ts";
import { epochFigures } from "./epoch-figures.ts";
import { type Figure, figureSpec } from "./kit/figure.ts";
import { curve } from "./kit/series.ts";
import { renderSvg } from "./svg/render-svg.ts";
import { overlaps, sizeOfSvg, textBoxes } from "./svg/svg.fixture.ts";

function figuresOf(summary: StudySummary): Figure[] {
  return epochFigures(summary, analyseStudy(summary));
}

async function svgOf(summary: StudySummary, name: string): Promise<string> {
  const found = figuresOf(summary).find((figure) => figure.name === name);
  if (!found) throw new Error(`no figure ${name}`);
  return renderSvg(figureSpec(found));
}

function textsOf(svg: string): string[] {
  return textBoxes(svg).map((box) => box.text);
}

/** Labels of the epoch axis, from left to right. */
function epochLabels(svg: string): string[] {
  return textsOf(svg).filter((text) => /^\d+$/.test(text));
}

function manySeedsSomeFailed(): StudySummary {
  const summary = testSummary({ seeds: [0, 1, 2] });
  failRun(runOf(summary, "M4", 1), 3);
  return summary;
}

function longNames(): StudySummary {
  const summary = testSummary({ epochs: 40 });
  summary.name = "a study with a very long name, chosen by somebody who likes to be precise about what was done";
  summary.dataset.title = "shapes10 (built-in, procedural)";
  for (const run of summary.runs) run.label = `${run.label} with a description that goes on for a good while longer`;
  return summary;
}

function closeChanceLevels(): StudySummary {
  const summary = testSummary();
  summary.target.classNames = [...(summary.source?.classNames ?? []), "ninth"];
  return summary;
}

describe("epochFigures", () => {
  it("makes three figures a model and four of all models", () => {
    expect(figuresOf(testSummary()).map((figure) => figure.name)).toEqual([
      "all-train-accuracy",
      "all-test-accuracy",
      "all-train-loss",
      "all-test-loss",
      ...["M1", "M2", "M3", "M4"].flatMap((model) => [
        `${model}-accuracy`,
        `${model}-loss`,
        `${model}-test-accuracy-and-loss`,
      ]),
    ]);
  });

  it("leaves out a model without a finished epoch and says so", async () => {
    const summary = testSummary();
    failRun(runOf(summary, "M3"), 0);
    expect(figuresOf(summary)).toHaveLength(4 + 3 * 3);
    expect(textsOf(await svgOf(summary, "all-test-loss"))).toContain(
      "M3 · Last layer only has no finished epoch and is left out.",
    );
  });

  it("is empty for a study without any epoch", () => {
    const summary = testSummary();
    for (const run of summary.runs) failRun(run, 0);
    expect(figuresOf(summary)).toEqual([]);
  });

  it("keeps the colour of a model when another one is left out", () => {
    const summary = testSummary();
    const colorOf = (study: StudySummary) =>
      figuresOf(study)[0]?.legend?.find((entry) => entry.name.startsWith("M4"))?.color;
    const before = colorOf(summary);
    failRun(runOf(summary, "M3"), 0);
    expect(colorOf(summary)).toBe(before);
  });

  it("makes file names of whatever a model is called", () => {
    const summary = testSummary({ epochs: 1 });
    runOf(summary, "M2").model = "../M 2";
    expect(figuresOf(summary).map((figure) => figure.name)).toContain("-M-2-loss");
  });
});

describe("every figure", () => {
  const studies: [string, StudySummary][] = [
    ["one seed", testSummary()],
    ["one epoch", testSummary({ epochs: 1 })],
    ["many epochs", testSummary({ epochs: 137 })],
    ["several seeds", manySeedsSomeFailed()],
    ["long names", longNames()],
    ["neighbouring chance levels", closeChanceLevels()],
  ];

  it.each(studies)("has no clipped or overlapping text with %s", async (_, summary) => {
    for (const figure of figuresOf(summary)) {
      const { name } = figure;
      const svg = await renderSvg(figureSpec(figure));
      const boxes = textBoxes(svg);
      const { width, height } = sizeOfSvg(svg);
      const clipped = boxes.filter((box) => box.left < 0 || box.top < 0 || box.right > width || box.bottom > height);
      expect({ name, clipped, overlapping: overlaps(boxes) }).toEqual({ name, clipped: [], overlapping: [] });
    }
  });

  it("carries the data set's title", async () => {
    const summary = testSummary({ epochs: 2 });
    summary.dataset.title = "shapes10 (built-in, procedural)";
    for (const figure of figuresOf(summary)) {
      const svg = await renderSvg(figureSpec(figure));
      expect(textsOf(svg).join("\n")).toContain("shapes10 (built-in, procedural)");
    }
  });

  it("escapes names that look like markup", async () => {
    const summary = testSummary({ epochs: 2 });
    Object.assign(runOf(summary, "M2"), { strategy: "own", label: "<script>alert(1)</script> & co" });
    const svg = await svgOf(summary, "all-test-loss");
    expect(svg).toContain("M2 · &lt;script&gt;alert(1)&lt;/script&gt; &amp; co");
    expect(svg).not.toContain("<script");
  });

  it("has no ids that would clash on one page", async () => {
    expect(await svgOf(testSummary(), "M1-test-accuracy-and-loss")).not.toMatch(/\sid=|url\(#/);
  });
});

describe("the epoch axis", () => {
  it("shows every epoch of a short study", async () => {
    expect(epochLabels(await svgOf(testSummary({ epochs: 6 }), "M2-accuracy"))).toEqual(["1", "2", "3", "4", "5", "6"]);
  });

  it("thins out in a long one", async () => {
    const labels = epochLabels(await svgOf(testSummary({ epochs: 120 }), "M2-accuracy"));
    expect(labels).toEqual(["1", ...Array.from({ length: 12 }, (_, i) => String(10 * (i + 1)))]);
  });

  it("shows one epoch as one tick and one point a curve", async () => {
    const svg = await svgOf(testSummary({ epochs: 1 }), "M2-accuracy");
    expect(epochLabels(svg)).toEqual(["1"]);
    expect(markCount(svg, "symbol")).toBe(2 + 2); // a point a curve, and one in each legend entry
  });
});

describe("the value axis", () => {
  it("is 0 to 100 % for accuracy, with the chance level of each task", async () => {
    const texts = textsOf(await svgOf(testSummary(), "all-test-accuracy"));
    expect(texts.filter((text) => /^\d+ %$/.test(text))).toEqual(["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]);
    expect(texts).toEqual(expect.arrayContaining(["chance 50 %", "chance 12.5 %"]));
    const own = textsOf(await svgOf(testSummary(), "M1-accuracy"));
    expect(own.filter((text) => text.startsWith("chance"))).toEqual(["chance 12.5 %"]);
  });

  it("starts at 0 for losses and has no chance level", async () => {
    const texts = textsOf(await svgOf(testSummary(), "all-train-loss"));
    expect(texts).toContain("0.0");
    expect(texts.join(" ")).not.toContain("chance");
  });

  it("is not stretched by a failed run whose loss exploded", async () => {
    const summary = testSummary();
    const run = runOf(summary, "M4");
    failRun(run, 3);
    const last = run.epochs.at(-1);
    if (last) last.testLoss = 1e20;
    const texts = textsOf(await svgOf(summary, "all-test-loss"));
    expect(texts.join("\n")).toMatch(
      /M4 · Last two layers \(failed after epoch 3\): losses above \d\.\d\d are not drawn\./,
    );
    expect(texts).toContain("2.5");
  });
});

describe("curves", () => {
  it("of failed runs are drawn as far as they got, marked by a cross and named so", async () => {
    const summary = testSummary();
    failRun(runOf(summary, "M4"), 5);
    const svg = await svgOf(summary, "all-test-accuracy");
    expect(textsOf(svg)).toContain("M4 · Last two layers (failed after epoch 5)");
    expect(markCount(svg, "symbol")).toBe(4 + 20 * 3 + 5 + 1);
  });

  it("skip values that are not finite", async () => {
    const summary = testSummary();
    const [, second] = runOf(summary, "M2").epochs;
    if (second) second.trainLoss = Number.NaN;
    const svg = await svgOf(summary, "M2-loss");
    expect(svg).not.toContain("NaN");
    expect(markCount(svg, "symbol")).toBe(2 + 20 + 19);
  });

  it("of several seeds are means with a band from lowest to highest", async () => {
    const summary = testSummary({ seeds: [0, 1, 2] });
    const svg = await svgOf(summary, "all-test-accuracy");
    expect(textsOf(svg)).toContain("Lines are means over 3 seeds; bands reach from the lowest to the highest seed.");
    expect(markCount(svg, "area")).toBe(4);
    const points = curve(modelsOf(summary)[1], "testAccuracy");
    const values = [0, 1, 2].map((seed) => runOf(summary, "M2", seed).epochs[4]?.testAccuracy ?? 0);
    expect(points[4]?.value).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 3, 12);
    expect(points[4]?.low).toBe(Math.min(...values));
    expect(points[4]?.high).toBe(Math.max(...values));
  });

  it("of one seed are plain lines", async () => {
    expect(markCount(await svgOf(testSummary(), "all-test-accuracy"), "area")).toBe(0);
  });

  it("lose their points where these would touch", async () => {
    expect(markCount(await svgOf(testSummary({ epochs: 31 }), "M2-accuracy"), "symbol")).toBe(0);
  });
});

/** How many shapes of one kind of mark a figure holds. */
function markCount(svg: string, kind: "symbol" | "area"): number {
  return [...svg.matchAll(new RegExp(`<g class="mark-${kind} role-mark[^>]*>(.*?)</g>`, "gs"))]
    .map(([, inside = ""]) => inside.match(/<path/g)?.length ?? 0)
    .reduce((sum, shapes) => sum + shapes, 0);
}
