import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type ReportFile, renderReport } from "./index.ts";
import { failRun, testSummary } from "./summary.fixture.ts";

const files = await renderReport(testSummary({ epochs: 2 }));

/** A study of one model, which is quickly drawn. */
function smallStudy() {
  const summary = testSummary({ epochs: 2 });
  summary.runs = summary.runs.slice(1, 2);
  summary.examples.classes = summary.examples.classes.slice(0, 2);
  return summary;
}

function contentOf(some: ReportFile[], path: string): string | Uint8Array {
  const file = some.find((candidate) => candidate.path === path);
  if (!file) throw new Error(`no file ${path}`);
  return file.content;
}

describe("renderReport", () => {
  it("gives 18 plots as SVG and PNG, a page, a notebook and the data", () => {
    const paths = files.map((file) => file.path);
    expect(paths).toHaveLength(2 * 18 + 3);
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

  it("links to files that it writes, or that a study has", () => {
    const page = String(contentOf(files, "report.html"));
    const links = new Set([...page.matchAll(/<a href="([^#"][^"]*)"/g)].map(([, link = ""]) => link));
    const own = [...links].filter((link) => !/^(?:summary\.json|runs\/[\w-]+\/model\.onnx)$/.test(link));
    const paths = files.map((file) => file.path);
    expect(own.length).toBeGreaterThan(18);
    expect(own.filter((link) => !paths.includes(link))).toEqual([]);
  });

  it("draws PNGs at twice the size of their SVGs", async () => {
    for (const name of ["all-test-loss", "examples"]) {
      const { width, height } = await sharp(contentOf(files, `plots/${name}.png`)).metadata();
      const svg = String(contentOf(files, `plots/${name}.svg`));
      const [, svgWidth, svgHeight] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
      expect([width, height]).toEqual([2 * Number(svgWidth), 2 * Number(svgHeight)]);
    }
  });

  it("is the same byte for byte when made again", async () => {
    expect(await renderReport(smallStudy())).toEqual(await renderReport(smallStudy()));
  });

  it("still tells what it can about a study in which everything failed", async () => {
    const summary = testSummary();
    for (const run of summary.runs) failRun(run, 0);
    expect((await renderReport(summary)).map((file) => file.path)).toEqual([
      "plots/examples.svg",
      "plots/examples.png",
      "report.html",
      "report.ipynb",
      "results.csv",
    ]);
  });

  it("reads back records whose losses became null in JSON", async () => {
    const summary = smallStudy();
    const last = summary.runs[0]?.epochs.at(-1);
    if (last) Object.assign(last, { trainLoss: null, testLoss: null });
    const page = String(contentOf(await renderReport(summary), "report.html"));
    // what the page's script reads has null for what there is not
    const content = page
      .replace(/base64,[^"]*/g, "")
      .replace(/<script>.*<\/script>/s, "")
      .replace(/<template>.*?<\/template>/gs, "");
    expect(content).not.toMatch(/NaN|null/);
  });
});
