import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { renderReport } from "./index.ts";
import { failRun, testSummary } from "./test-summary.ts";

describe("renderReport", () => {
  it("gives 17 plots as SVG and PNG, a page, a notebook and the data", async () => {
    const paths = (await renderReport(testSummary({ epochs: 2 }))).map((file) => file.path);
    expect(paths).toHaveLength(2 * 17 + 3);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toEqual(
      expect.arrayContaining([
        "plots/M1-accuracy.svg",
        "plots/M4-test-accuracy-and-loss.png",
        "plots/all-train-accuracy.svg",
        "plots/examples.png",
        "report.html",
        "report.ipynb",
        "results.csv",
      ]),
    );
  });

  it("draws PNGs at twice the size of their SVGs", async () => {
    const files = await renderReport(testSummary({ epochs: 2 }));
    const content = (path: string) => files.find((file) => file.path === path)?.content ?? "";
    const svg = String(content("plots/all-test-loss.svg"));
    const { width, height } = await sharp(content("plots/all-test-loss.png")).metadata();
    const [, svgWidth, svgHeight] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    expect([width, height]).toEqual([2 * Number(svgWidth), 2 * Number(svgHeight)]);
  });

  it("is the same byte for byte when made again", async () => {
    const summary = testSummary({ epochs: 2 });
    expect(await renderReport(summary)).toEqual(await renderReport(summary));
  });

  it("still tells what it can about a study in which everything failed", async () => {
    const summary = testSummary();
    for (const run of summary.runs) failRun(run, 0);
    const files = await renderReport(summary);
    expect(files.map((file) => file.path)).toEqual([
      "plots/examples.svg",
      "plots/examples.png",
      "report.html",
      "report.ipynb",
      "results.csv",
    ]);
  });

  it("reads back records whose losses became null in JSON", async () => {
    const summary = testSummary({ epochs: 3 });
    const last = summary.runs[1]?.epochs.at(-1);
    if (last) Object.assign(last, { trainLoss: null, testLoss: null });
    const page = (await renderReport(summary)).find((file) => file.path === "report.html")?.content;
    expect(String(page).replace(/base64,[^"]*/g, "")).not.toMatch(/NaN|null/);
  });
});
