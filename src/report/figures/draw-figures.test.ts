import { describe, expect, it } from "vitest";
import type { StudySummary } from "../../study/index.ts";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { budgetStudy, layerCurveStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { failRun, testSummary } from "../summary.fixture.ts";
import { type DrawnFigure, drawFigures, listFigures } from "./draw-figures.ts";
import { drawNamed } from "./draw-named.fixture.ts";
import { figureTable } from "./figure-table.ts";
import { overlaps, sizeOfSvg, textBoxes } from "./svg/svg.fixture.ts";

/** Names of what a report of the study shows besides curves over epochs and examples. */
async function namesOf(summary: StudySummary): Promise<string[]> {
  const listed = await listFigures(summary, analyseStudy(summary));
  return listed.filter(({ group }) => group !== "curves" && group !== "examples").map(({ figure }) => figure.name);
}

async function countCurves(summary: StudySummary): Promise<number> {
  const listed = await listFigures(summary, analyseStudy(summary));
  return listed.filter(({ group }) => group === "curves").length;
}

async function draw(summary: StudySummary, name: string): Promise<string> {
  return (await drawNamed(summary, name))[name];
}

function svgOf(figures: DrawnFigure[], name: string): string {
  const found = figures.find((figure) => figure.name === name);
  if (!found) throw new Error(`no figure ${name}`);
  return found.svg;
}

function textsOf(svg: string): string[] {
  return textBoxes(svg).map(({ text }) => text);
}

const budgetSummary = withDetails(budgetStudy());
const budgets = await drawFigures(budgetSummary, analyseStudy(budgetSummary));

const analysed = [budgetSummary, layerCurveStudy()].map((summary) => ({ summary, analysis: analyseStudy(summary) }));

const rows = figureTable.map(({ group, figures }) => ({ group, name: figures.name, figures }));

it.each(rows)("$name of $group shows something of a made-up study", async ({ figures }) => {
  const shown = await Promise.all(analysed.map(({ summary, analysis }) => figures(summary, analysis)));
  expect(shown.flat().filter((figure) => figure !== null)).not.toEqual([]);
});

describe("a study of budgets", () => {
  it("has its summary figures, and curves of the largest budget and first seed alone", async () => {
    expect(await namesOf(budgetSummary)).toEqual([
      "learning-curves",
      "gain-over-scratch",
      "strategies",
      "accuracy-for-seconds",
      "accuracy-against-seconds",
      "operations",
      "confusion-source",
      "confusion-target",
      "roc",
      "reliability",
      "weight-change",
      "forgetting",
      "feature-maps",
      "transferability",
      "tuning",
      "mistakes",
      "first-filters",
    ]);
    const curves = budgets.filter(({ group }) => group === "curves");
    expect(curves).toHaveLength(4 + 3 * 6);
    expect(textsOf(svgOf(budgets, "all-test-loss"))).toContain("Target models at 1,000 images per class, seed 0.");
  });

  it("has no clipped or overlapping text and names its data set in every figure", () => {
    for (const { name, svg } of budgets) {
      const boxes = textBoxes(svg);
      const { width, height } = sizeOfSvg(svg);
      const clipped = boxes.filter((box) => box.left < 0 || box.top < 0 || box.right > width || box.bottom > height);
      expect({ name, clipped, overlapping: overlaps(boxes) }).toEqual({ name, clipped: [], overlapping: [] });
      expect({ name, words: textsOf(svg).join("\n") }).toMatchObject({ words: expect.stringContaining("CIFAR-10") });
    }
  });

  it("marks every crossover in the learning curves", () => {
    expect(textsOf(svgOf(budgets, "learning-curves"))).toEqual(
      expect.arrayContaining([
        "From scratch overtakes Last layer only at about 230 (95 % interval 230 to 240)",
        "From scratch overtakes Full fine-tuning at about 620 (95 % interval 600 to 640)",
      ]),
    );
  });

  it("tells a pointer what every point is, and which strategy it belongs to", () => {
    const svg = svgOf(budgets, "learning-curves");
    expect(svg).toContain(
      'data-series="Last layer only" data-tip="10 images per class: 81.8 % (95 % interval 81.6 to 81.9 %), 3 seeds"',
    );
    expect(svgOf(budgets, "confusion-target")).toContain('data-tip="airplane, answered horse: ');
    const trials = svgOf(budgets, "tuning");
    expect(trials).toContain(`data-tip="rate 0.04: loss 0.030 ± 0.012 below the recipe's"`);
    expect(trials).toContain(`data-tip="rate 0.08: loss 0.100 ± 0.012 above the recipe's, with a third of the steps"`);
    expect(trials).toContain('data-tip="rate 0.028: chosen, between two that were tried"');
    expect(trials).toContain(`data-tip="rate 0.02: the recipe's own, chosen"`);
    expect(svg).not.toMatch(/aria-roledescription|role="graphics/);
    expect(svg.match(/aria-label=/g)).toHaveLength(1);
    expect(svg).not.toContain("\u001f");
  });

  it("says of every map what nearness in it means, and how much of the variance an axis holds", () => {
    const words = textsOf(svgOf(budgets, "feature-maps")).join(" ");
    expect(words).toContain("Raw pixels: near each other are images whose pixels are alike.");
    expect(words).toContain("Features: near each other are images that the source network sees as alike.");
    expect(words).toContain("t-SNE keeps neighbours together; its axes and the distances between groups mean nothing.");
    expect(words.match(/PC \d \(\d+ %\)/g)).toEqual(expect.arrayContaining(["PC 1 (34 %)", "PC 2 (12 %)"]));
  });

  it("names no share of the variance where an earlier version did not keep it, and no raw pixels where there are none", async () => {
    const summary = withDetails(budgetStudy({ seeds: [0] }));
    const [map] = summary.featureMaps.filter(({ method, features }) => method === "pca" && features !== "raw pixels");
    delete map.explained;
    summary.featureMaps = [map];
    const words = textsOf(await draw(summary, "feature-maps")).join(" ");
    expect(words).not.toMatch(/PC \d|Raw pixels|t-SNE/);
  });

  it("draws reliability without the noise of bins that are nearly empty", async () => {
    const summary = withDetails(budgetStudy({ seeds: [0] }));
    for (const { evaluation } of summary.runs) if (evaluation) evaluation.calibration[0].count = 9;
    const drawnBins = (svg: string): number => svg.match(/data-tip="[\d,]+ answers with/g)?.length ?? 0;
    expect(drawnBins(svgOf(budgets, "reliability"))).toBe(6 * 5);
    expect(drawnBins(await draw(summary, "reliability"))).toBe(6 * 4);
  });

  it("draws bands around the means of several seeds, and says why one seed has none", async () => {
    const bands = (svg: string): number => svg.match(/mark-area role-mark/g)?.length ?? 0;
    expect(bands(svgOf(budgets, "learning-curves"))).toBe(5);
    const one = await draw(budgetStudy({ seeds: [0] }), "learning-curves");
    expect(bands(one)).toBe(0);
    expect(textsOf(one).join(" ")).toContain("One seed: no intervals, because the spread over seeds is unknown.");
  });
});

it("marks no crossover where nothing is planted", async () => {
  const nil = await draw(budgetStudy({ effects: false }), "learning-curves");
  expect(textsOf(nil).join(" ")).not.toContain("overtakes");
});

it("draws a learning curve as far as its runs finished", async () => {
  const summary = budgetStudy();
  for (const run of summary.runs) if (run.strategy === "full" && run.imagesPerClass !== 10) failRun(run, 1);
  const svg = await draw(summary, "learning-curves");
  const own = [...svg.matchAll(/data-series="Full fine-tuning" data-tip="([^"]*)"/g)].map(
    ([, tip]) => tip.split(":")[0],
  );
  expect(own).toEqual(["10 images per class"]);
});

describe("a study in which some did not learn", () => {
  const marked = (summary: StudySummary): StudySummary => {
    for (const run of summary.runs) {
      if (run.strategy === "scratch" && run.imagesPerClass === 10) run.outcome = "did-not-learn";
      if (run.strategy === "full" && run.imagesPerClass === 1000) run.outcome = "still-improving";
      if (run.strategy === "A5B") run.outcome = "did-not-learn";
    }
    return summary;
  };

  it("shows them, says so in words and leaves them out of the gains over scratch", async () => {
    const names = ["learning-curves", "strategies", "accuracy-against-seconds", "gain-over-scratch"];
    const figures = await drawNamed(marked(budgetStudy()), ...names);
    const words = [
      "Did not learn: From scratch (10 images per class).",
      "Still improving: Full fine-tuning (1,000 images per class).",
    ];
    for (const name of names) {
      const boxes = textBoxes(figures[name]);
      const told = boxes.map(({ text }) => text).join(" ");
      expect({ name, told }).toEqual({ name, told: expect.stringContaining(words[0]) });
      expect({ name, told }).toEqual({ name, told: expect.stringContaining(words[1]) });
      expect({ name, overlapping: overlaps(boxes) }).toEqual({ name, overlapping: [] });
    }
    const [, tip] = /data-series="From scratch" data-tip="(10 images[^"]*)"/.exec(figures["learning-curves"]) ?? [];
    expect(tip).toBe("10 images per class: 59.8 % (95 % interval 59.7 to 60.0 %) (did not learn), 3 seeds");
    const gains = [...figures["gain-over-scratch"].matchAll(/data-series="([^"]*)" data-tip="([\d,]*) images/g)];
    expect(gains.map(([, name, budget]) => `${name} ${budget}`)).not.toContain("Full fine-tuning 1,000");
    expect(gains.some(([, , budget]) => budget === "10")).toBe(false);
    expect(gains.map(([, name, budget]) => `${name} ${budget}`)).toContain("Full fine-tuning 250");
  });

  it("writes it behind the bars of one budget, and into the tips of layer curves", async () => {
    const figures = await drawNamed(marked(layerCurveStudy()), "strategies", "layer-curves");
    const boxes = textBoxes(figures["strategies"]);
    expect(boxes.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^80\.\d % \(did not learn\)$/));
    const { width } = sizeOfSvg(figures["strategies"]);
    expect(boxes.filter(({ right }) => right > width)).toEqual([]);
    expect(figures["layer-curves"]).toMatch(/n = 5: 80\.\d % \([^)]*\) \(did not learn\)"/);
  });

  it("says it in the legends of curves over epochs", async () => {
    const summary = testSummary({ epochs: 2 });
    for (const run of summary.runs) if (run.model === "M2") run.outcome = "did-not-learn";
    const figures = await drawNamed(summary, "all-test-accuracy", "M2-accuracy");
    expect(textsOf(figures["all-test-accuracy"])).toContain("M2 · From scratch (did not learn)");
    expect(textsOf(figures["M2-accuracy"])).toContain("Did not learn.");
  });
});

describe("a study of layer curves", () => {
  it("draws the four curves against scratch", async () => {
    const svg = await draw(layerCurveStudy(), "layer-curves");
    const texts = textsOf(svg);
    expect(texts).toEqual(
      expect.arrayContaining([
        "AnB: from the source, frozen",
        "AnB+: from the source, fine-tuned",
        "BnB: from the target, frozen",
        "BnB+: from the target, fine-tuned",
        "scratch",
      ]),
    );
    expect(svg).toContain("−6.0 points against scratch (clearly below)");
    // 22 models would be 66 figures
    expect(await countCurves(layerCurveStudy())).toBe(4);
  });

  it("of several budgets draws one figure each", async () => {
    const summary = layerCurveStudy({ seeds: [0] });
    const more = summary.runs
      .filter((run) => run.task === "target")
      .map((run) => ({ ...run, id: `${run.id}-more`, imagesPerClass: 100 }));
    summary.runs.push(
      ...more.map((run) => ({
        ...run,
        startsFrom: run.startsFrom?.startsWith("M-scratch") ? `${run.startsFrom}-more` : run.startsFrom,
      })),
    );
    expect(await namesOf(summary)).toEqual(expect.arrayContaining(["layer-curves-n100", "layer-curves-n500"]));
  });
});

it("joins the strategies that no cheaper one beats", async () => {
  const { "accuracy-for-seconds": svg } = await drawNamed(budgetStudy(), "accuracy-for-seconds");
  const tips = [...svg.matchAll(/data-series="([^"]*)" data-tip="([^"]*)"/g)].map(([, series, tip]) => [series, tip]);
  const onFront = tips.filter(([, tip]) => tip?.includes("nothing is as accurate for less")).map(([series]) => series);
  // full fine-tuning takes as long as training from scratch and ends below it
  expect([...new Set(onFront)].toSorted()).toEqual(["From scratch", "Last layer only", "Last two layers"]);
  expect(new Set(tips.map(([series]) => series)).size).toBe(5);
});

describe("the classic study", () => {
  it("has its 16 figures, and what accuracy costs, where no more was measured", async () => {
    const summary = testSummary({ epochs: 2 });
    expect(await namesOf(summary)).toEqual(["accuracy-for-seconds"]);
    expect(await countCurves(summary)).toBe(16);
  });

  it("has the same 16, and a closer look where finished models were measured", async () => {
    const summary = withDetails(testSummary({ epochs: 2 }));
    expect(await countCurves(summary)).toBe(16);
    expect(await namesOf(summary)).toEqual([
      "accuracy-for-seconds",
      "confusion-source",
      "confusion-target",
      "roc",
      "reliability",
      "feature-maps",
      "transferability",
      "tuning",
      "mistakes",
      "first-filters",
    ]);
  });

  it("with several seeds has strategies and operations too", async () => {
    expect(await namesOf(testSummary({ epochs: 2, seeds: [0, 1] }))).toEqual([
      "strategies",
      "accuracy-for-seconds",
      "operations",
    ]);
  });
});

it("escapes whatever strategies and classes are called, in tips too", async () => {
  const evil = `"><script>alert('1')</script>`;
  const summary = budgetStudy({ seeds: [0] });
  for (const run of summary.runs) if (run.strategy === "full") run.strategy = evil;
  for (const { name, svg } of await drawFigures(summary, analyseStudy(summary))) {
    expect({ name, broken: /<script|"><s/.test(svg) }).toEqual({ name, broken: false });
  }
});
