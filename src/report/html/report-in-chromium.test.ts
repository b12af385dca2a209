import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../index.ts";
import { budgetStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { testSummary } from "../summary.fixture.ts";
import { type Browser, chromium, startBrowser } from "../../../test/support/chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "graft-browser-"));
const studies = { classic: testSummary({ epochs: 4 }), budgets: withDetails(budgetStudy()) };
const names = ["classic", "budgets"] as const;
const pathOf = (name: keyof typeof studies): string => join(folder, `${name}.html`);
/** Some that are drawn anew for a phone. */
const onPhones = {
  classic: ["accuracy-for-seconds"],
  budgets: ["roc", "operations", "weight-change", "forgetting", "transferability"],
};
const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

/** The contrast of two colours that a browser computed, as WCAG 2 defines it. */
const contrast = `((one, other) => {
  // a mixed colour is told in shares of one
  const light = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((part) => color.startsWith("color(") ? Number(part) : part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
})`;

describe.skipIf(chromium === undefined)("the report in Chromium (left out where it is not installed)", () => {
  let browser: Browser;

  beforeAll(async () => {
    for (const name of names) {
      const page = (await renderReport(studies[name])).find(({ path }) => path === "report.html");
      writeFileSync(pathOf(name), page?.content ?? "");
    }
    browser = await startBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  describe.each(names)("of %s", (name) => {
    test.each([390, 1024, 1440])("does not overflow %d pixels", async (width) => {
      await browser.show(pathOf(name), { width, height: 900 });
      expect(await browser.read("document.documentElement.scrollWidth")).toBe(width);
    });

    test.each([wide, phone])("shows the answer without scrolling at $width x $height", async (view) => {
      await browser.show(pathOf(name), view);
      const ends = await browser.read<number[]>(
        "['h1', '.tiles', '.lines'].map((part) => document.querySelector(part).getBoundingClientRect().bottom)",
      );
      expect(Math.max(...ends)).toBeLessThanOrEqual(view.height);
      const values = await browser.read<string[]>(
        "[...document.querySelectorAll('.tiles b')].map((b) => b.textContent)",
      );
      expect(values[0]).toMatch(/^\d+\.\d % ± \d+\.\d$/);
      expect(values[1]).toMatch(/^[+−]?\d+\.\d points$/);
      expect(values[3]).toMatch(/^\d+ of [\d,]+$/);
    });

    test("shows every accuracy on a phone", async () => {
      await browser.show(pathOf(name), phone);
      const cells = await browser.read<{ text: string; left: number; right: number; width: number }[]>(
        `[...document.querySelectorAll(".strategies .accuracy")].map((cell) => {
          const { left, right, width } = cell.getBoundingClientRect();
          return { text: cell.textContent, left, right, width };
        })`,
      );
      expect(cells).toHaveLength(name === "classic" ? 3 : 5);
      for (const { text, left, right, width } of cells) {
        expect(text).toMatch(/^\d+\.\d %$/);
        expect(width).toBeGreaterThan(20);
        expect([left >= 0, right <= phone.width]).toEqual([true, true]);
      }
    });

    test("draws figures in the font that it carries, and clips none of their texts", async () => {
      await browser.show(pathOf(name), wide);
      expect(
        await browser.read("[...document.fonts].map(({ family, weight, status }) => [family, weight, status])"),
      ).toEqual([
        ["Arimo", "400", "loaded"],
        ["Arimo", "700", "loaded"],
      ]);
      const { texts, clipped } = await browser.read<{ texts: number; clipped: string[] }>(
        `(() => {
          dispatchEvent(new Event("beforeprint"));
          const texts = [...document.querySelectorAll("figure svg text")];
          const clipped = texts.filter((text) => {
            const [own, all] = [text, text.closest("svg")].map((part) => part.getBoundingClientRect());
            return own.left < all.left || own.right > all.right || own.top < all.top || own.bottom > all.bottom;
          });
          return { texts: texts.length, clipped: clipped.map((text) => text.closest("figure").id + ": " + text.textContent) };
        })()`,
      );
      expect(texts).toBeGreaterThan(100);
      expect(clipped).toEqual([]);
    });

    test("draws curves for a phone, none of their texts clipped, nothing to scroll", async () => {
      await browser.show(pathOf(name), phone);
      const { figures, scrolled, clipped } = await browser.read<Record<string, string[]>>(
        `(() => {
          dispatchEvent(new Event("beforeprint"));
          const figures = [...document.querySelectorAll("figure:has(.for-phone)")];
          const texts = figures.flatMap((figure) => [...figure.querySelectorAll(".for-phone text")]);
          const clipped = texts.filter((text) => {
            const [own, all] = [text, text.closest("svg")].map((part) => part.getBoundingClientRect());
            return own.left < all.left - 0.5 || own.right > all.right + 0.5;
          });
          return {
            figures: figures.map(({ id }) => id),
            scrolled: figures.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ id }) => id),
            clipped: clipped.map((text) => text.closest("figure").id + ": " + text.textContent),
          };
        })()`,
      );
      expect(figures).toContain("all-test-accuracy");
      expect(figures).toEqual(expect.arrayContaining(onPhones[name]));
      expect(scrolled).toEqual([]);
      expect(clipped).toEqual([]);
    });

    test.each([false, true])("has texts that can be read, dark %s", async (dark) => {
      await browser.show(pathOf(name), { ...wide, dark });
      const faint = await browser.read<string[]>(
        `(() => {
          dispatchEvent(new Event("beforeprint"));
          const paper = getComputedStyle(document.querySelector("figure")).backgroundColor;
          // numbers in the cells of a matrix lie on shades of their own
          const texts = [...document.querySelectorAll("figure:not([id^=confusion]) svg text, figure[id^=confusion] svg .role-axis-label text")];
          const page = [...document.querySelectorAll("main p, main li, main td, main th, main caption, nav a, .tiles b")];
          const behind = (part) => {
            for (let at = part; at; at = at.parentElement) {
              const { backgroundColor } = getComputedStyle(at);
              if (!/, 0\\)$/.test(backgroundColor)) return backgroundColor;
            }
          };
          return [
            ...texts.map((text) => [${contrast}(getComputedStyle(text).fill, paper), text.textContent]),
            ...page.map((part) => [${contrast}(getComputedStyle(part).color, behind(part)), part.textContent]),
          ].filter(([ratio]) => ratio < 4.5).map(([ratio, text]) => ratio.toFixed(2) + " " + text);
        })()`,
      );
      expect(faint).toEqual([]);
      const paper = await browser.read<string>("getComputedStyle(document.querySelector('figure')).backgroundColor");
      expect(paper).toBe(dark ? "rgb(27, 30, 33)" : "rgb(255, 255, 255)");
    });

    test("prints its summary on one page", async () => {
      // A4 less a centimetre of margin at each edge
      await browser.show(pathOf(name), { width: 718, height: 1047, print: true });
      const { summary, after } = await browser.read<{ summary: number; after: string }>(
        `(() => {
          const part = document.querySelector(".summary");
          return { summary: part.getBoundingClientRect().height, after: getComputedStyle(part).breakAfter };
        })()`,
      );
      expect(summary).toBeLessThan(1047);
      expect(after).toBe("page");
    });
  });

  test("unfolds what a link leads to, and stays below the bar", async () => {
    await browser.show(pathOf("classic"), wide);
    expect(await browser.read("document.querySelector('#doubts').open")).toBe(false);
    await browser.read("document.querySelector('nav a[href=\"#doubts\"]').click()");
    const gap = await browser.read<number>(
      `new Promise((resolve) => {
        const [part, bar] = ["#doubts", "nav"].map((one) => document.querySelector(one));
        // until it has unfolded and nothing moves from one frame to the next
        const look = (before) => {
          const gap = part.getBoundingClientRect().top - bar.getBoundingClientRect().bottom;
          if (part.open && gap === before) resolve(gap);
          else requestAnimationFrame(() => look(gap));
        };
        look(NaN);
      })`,
    );
    expect(await browser.read("document.querySelector('#doubts').open")).toBe(true);
    expect(gap).toBeGreaterThanOrEqual(0);
    await browser.show(pathOf("classic"), wide, "#conclusion");
    expect(await browser.read("document.querySelector('#conclusion details').open")).toBe(true);
  });

  test("leads to every part by keyboard alone", async () => {
    await browser.show(pathOf("budgets"), wide);
    const reached: string[] = [];
    for (let link = 0; link < 8; link++) {
      await browser.press("Tab");
      reached.push(await browser.read("document.activeElement.textContent"));
    }
    expect(reached).toEqual([
      "Answer",
      "Mistakes",
      "Training",
      "Compare",
      "Inside",
      "Method and proof",
      "Doubts",
      "Use it",
    ]);
  });
});
