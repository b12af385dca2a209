import { expect, it } from "vitest";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { budgetStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { testSummary } from "../summary.fixture.ts";
import { mistakesSection } from "./mistakes-section.ts";

const summary = withDetails(budgetStudy());
const detailed = summary.runs.filter(({ evaluation }) => evaluation?.mistakes !== undefined);
for (const { evaluation } of detailed) {
  Object.assign(evaluation?.mistakes?.[0] ?? {}, {
    probabilities: [
      { className: "horse", probability: 0.75 },
      { className: "airplane", probability: 0.25 },
    ],
  });
}
const text = (await mistakesSection(summary, analyseStudy(summary)))?.text ?? "";

it("shows all that the records have, those of what is recommended unfolded", () => {
  const folds = [...text.matchAll(/<details( open)?>\s*<summary>([^:]*)/g)].map(([, open = "", title]) => [
    open,
    title,
  ]);
  expect(folds[0]).toEqual([" open", "From scratch, seed 0"]);
  expect(folds.slice(1).every(([open]) => open === "")).toBe(true);
  expect(text.match(/<li>/g)).toHaveLength(12 * folds.length);
  expect(text).toMatch(/wrong answers, 12 of them here/);
});

it("names files, and numbers of images that are none, with the probabilities of classes", () => {
  expect(text).toContain('<bdi class="file">test/image-4.jpg</bdi>');
  expect(text).toContain('<bdi class="file">Test image 7</bdi>');
  expect(text.replace(/\s+/g, " ")).toContain(
    "<span><bdi>horse</bdi> 75.0 %</span> <span><bdi>airplane</bdi> 25.0 %</span>",
  );
});

it("makes nothing of names that are markup or turn the text around", () => {
  expect(text).not.toContain("<b>&quot;");
  expect(text).not.toContain('<b>"2"');
  expect(text).not.toContain("\u202e");
  expect(text).toContain("&lt;b&gt;&quot;2&quot;.jpg</bdi>");
});

it("is left out where records have none", async () => {
  const plain = testSummary();
  expect(await mistakesSection(plain, analyseStudy(plain))).toBeNull();
});
