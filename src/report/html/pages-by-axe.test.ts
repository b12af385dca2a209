import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imagePage } from "../image-page.ts";
import { renderReport } from "../index.ts";
import { predictionPage } from "../prediction-page.ts";
import { budgetStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { testSummary } from "../summary.fixture.ts";
import { type Browser, chromium, startBrowser } from "../../../test/support/chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "graft-axe-"));
const pathOf = (name: string): string => join(folder, `${name}.html`);

/** The pages that Graft writes, by name. */
async function pages(): Promise<Record<string, string>> {
  const report = async (summary: Parameters<typeof renderReport>[0]): Promise<string> =>
    String((await renderReport(summary)).find(({ path }) => path === "report.html")?.content);
  const photo = { width: 64, height: 48, channels: 3, background: "#5078a0" } as const;
  const thumbnail = await sharp({ create: photo }).jpeg().toBuffer();
  const answers = [
    { className: "ants", probability: 0.9 },
    { className: "bees", probability: 0.1 },
  ];
  return {
    classic: await report(testSummary({ epochs: 4 })),
    budgets: await report(withDetails(budgetStudy())),
    predictions: predictionPage({ model: "M3-last-layer-seed0", images: [{ file: "a.jpg", thumbnail, answers }] }),
    check: imagePage({
      title: "Images that are in more than one place",
      note: "1 pair",
      sections: [
        {
          heading: "The same",
          note: "Byte for byte.",
          cards: [{ file: "a.jpg", thumbnail, rows: [{ text: "ants" }] }],
        },
      ],
    }),
  };
}

describe.skipIf(chromium === undefined)("axe-core in Chromium (left out where it is not installed)", () => {
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, page] of Object.entries(await pages())) writeFileSync(pathOf(name), page);
    browser = await startBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  describe.each(["classic", "budgets", "predictions", "check"])("of %s", (name) => {
    test.each([false, true])("finds nothing worse than minor, dark %s", { timeout: 120_000 }, async (dark) => {
      await browser.show(pathOf(name), { width: 1280, height: 900, dark });
      await browser.read("dispatchEvent(new Event('beforeprint'))");
      await browser.read(`(() => { ${axe.source} })()`);
      const found = await browser.read<string[]>(
        `axe.run().then(({ violations }) => violations
          .filter(({ impact }) => impact !== "minor")
          .flatMap(({ id, impact, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) =>
            [id, impact, target.join(" "), failureSummary].join(": "))))`,
      );
      expect(found).toEqual([]);
    });
  });
});
