import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../../index.ts";
import type { StudySummary } from "../../../study/index.ts";
import { budgetStudy, withDetails } from "../../study-of-budgets.fixture.ts";
import { type Browser, type View, chromium, startBrowser } from "../../../../test/support/chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "graft-browser-"));
const path = join(folder, "report.html");
const wide = { width: 1440, height: 900 };

describe.skipIf(chromium === undefined)("curves side by side in Chromium (left out where it is not installed)", () => {
  let browser: Browser;

  beforeAll(async () => {
    const study = withDetails(budgetStudy());
    // the source is done sooner
    const [source, ...targets] = study.runs;
    writeFileSync(path, await pageOf([{ ...source, epochs: source.epochs.slice(0, 3) }, ...targets]));
    browser = await startBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function pageOf(runs: StudySummary["runs"]): Promise<string> {
    const files = await renderReport({ ...withDetails(budgetStudy()), runs });
    return String(files.find((one) => one.path === "report.html")?.content);
  }
  /** Chooses in a form as a person does. */
  const choose = (control: string, value: string): Promise<unknown> =>
    browser.read(`(() => {
      const control = document.querySelector(${JSON.stringify(control)});
      control.value = ${JSON.stringify(value)};
      control.dispatchEvent(new Event("input", { bubbles: true }));
    })()`);
  const hash = (): Promise<string> => browser.read("location.hash");
  const until = (expression: string): Promise<unknown> =>
    browser.read(`new Promise((resolve) => {
      const look = () => (${expression} ? resolve(true) : requestAnimationFrame(look));
      look();
    })`);

  const readOuts = (): Promise<string[]> =>
    browser.read("[...document.querySelectorAll('.curve-row:nth-of-type(2) .read-out')].map((one) => one.textContent)");
  const ready = "document.querySelectorAll('.curves canvas').length > 0";
  const show = async (view: View, anchor = "#training"): Promise<void> => {
    await browser.show(path, view, anchor);
    await until(ready);
  };

  test("one crosshair goes through all panels, by the slider and by the pointer", async () => {
    await show(wide);
    const panels = await browser.read<number>("document.querySelectorAll('.curves canvas').length");
    expect(panels).toBe(2 * (await browser.read<number>("document.querySelectorAll('.curve-row').length")));
    const last = await readOuts();
    await choose(".curves [name=epoch]", "2");
    expect(await readOuts()).not.toEqual(last);
    const places = (): Promise<string[]> =>
      browser.read("[...document.querySelectorAll('.curves .u-cursor-x')].map(({ style }) => style.transform)");
    expect(new Set(await places()).size).toBe(1);
    // the pointer at the right end of the first panel
    await browser.read(`(() => {
      const over = document.querySelector(".curves .u-over");
      const { right, top } = over.getBoundingClientRect();
      over.dispatchEvent(new MouseEvent("mouseenter", { clientX: right - 1, clientY: top + 20 }));
      over.dispatchEvent(new MouseEvent("mousemove", { clientX: right - 1, clientY: top + 20 }));
    })()`);
    await until("document.querySelector('.curves [name=epoch]').value === '5'");
    expect(await readOuts()).toEqual(last);
    expect(new Set(await places()).size).toBe(1);
  });

  test("of a model that is done it says how that ended", async () => {
    await show(wide);
    const [source] = await browser.read<string[]>(
      "[...document.querySelectorAll('.curve-row .read-out')].map((one) => one.textContent)",
    );
    expect(source).toMatch(/^train [\d.]+ %, test [\d.]+ %, after epoch 3$/);
    expect((await readOuts())[0]).toMatch(/ %$/);
  });

  test("smoothing and the logarithmic scale change what is drawn, and the address says so", async () => {
    const pictures = (): Promise<string[]> =>
      browser.read("[...document.querySelectorAll('.curves canvas')].slice(0, 2).map((one) => one.toDataURL())");
    await show(wide);
    const [accuracy, loss] = await pictures();
    await browser.read("document.querySelector('.curves [name=log]').click()");
    const logarithmic = await pictures();
    expect(logarithmic[0]).toBe(accuracy);
    expect(logarithmic[1]).not.toBe(loss);
    await choose(".curves [name=smooth]", "0.5");
    expect((await pictures())[0]).not.toBe(accuracy);
    expect(await hash()).toBe("#training?log=1&smooth=0.5");
    await show(wide, "#training?smooth=0.5&log=1");
    expect(await browser.read("document.querySelector('.curves [name=log]').checked")).toBe(true);
    await show({ ...wide, dark: true });
    expect((await pictures())[0]).not.toBe(accuracy);
  });

  test("losses that are no numbers leave an empty panel", async () => {
    const nothing = { trainLoss: Number.NaN, testLoss: Number.NaN };
    const { runs } = withDetails(budgetStudy());
    writeFileSync(
      path,
      await pageOf(runs.map((run) => ({ ...run, epochs: run.epochs.map((epoch) => ({ ...epoch, ...nothing })) }))),
    );
    await show(wide, "#training?log=1");
    expect(await readOuts()).toEqual([expect.stringMatching(/ %$/), "train –, test –"]);
    await browser.read("document.querySelector('.curves [name=log]').click()");
    expect((await readOuts())[1]).toBe("train –, test –");
  });
});
