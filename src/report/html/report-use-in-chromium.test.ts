import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../index.ts";
import { budgetStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { type Browser, chromium, startBrowser } from "../../../test/support/chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "graft-browser-"));
const path = join(folder, "report.html");
const wide = { width: 1440, height: 900 };

/** The size of a page, and of what a browser makes of it at once. */
const MOST_BYTES = 1_500_000;
const MOST_ELEMENTS = 5000;

describe.skipIf(chromium === undefined)("what a report in Chromium does (left out where it is not installed)", () => {
  let browser: Browser;
  let page = "";

  beforeAll(async () => {
    const file = (await renderReport(withDetails(budgetStudy()))).find((one) => one.path === "report.html");
    page = String(file?.content);
    writeFileSync(path, page);
    browser = await startBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Chooses in a form as a person does. */
  const choose = (control: string, value: string): Promise<unknown> =>
    browser.read(`(() => {
      const control = document.querySelector(${JSON.stringify(control)});
      control.value = ${JSON.stringify(value)};
      control.dispatchEvent(new Event("input", { bubbles: true }));
    })()`);
  const textsOf = (selector: string): Promise<string[]> =>
    browser.read(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent.trim())`);
  const hash = (): Promise<string> => browser.read("location.hash");
  const until = (expression: string): Promise<unknown> =>
    browser.read(`new Promise((resolve) => {
      const look = () => (${expression} ? resolve(true) : requestAnimationFrame(look));
      look();
    })`);

  test("is light, and few elements at first", async () => {
    expect(page.length).toBeLessThan(MOST_BYTES);
    await browser.show(path, wide);
    expect(await browser.read<number>("document.querySelectorAll('*').length")).toBeLessThan(MOST_ELEMENTS);
  });

  test("puts in figures that a reader comes near, by unfolding, by a link and on paper", async () => {
    const isThere = (name: string): string => `document.querySelector('#${name} svg') !== null`;
    await browser.show(path, wide);
    expect(await browser.read(isThere("learning-curves"))).toBe(true);
    expect(await browser.read(isThere("feature-maps"))).toBe(false);
    await browser.read("(document.getElementById('inside').open = true)");
    await browser.read("document.getElementById('feature-maps').scrollIntoView()");
    await until(isThere("feature-maps"));
    expect(await browser.read("document.getElementById('feature-maps').tabIndex")).toBe(0);
    expect(await browser.read("document.querySelectorAll('#feature-maps .toggles button').length > 1")).toBe(true);
    await browser.show(path, wide, "#operations");
    await until(isThere("operations"));
    await browser.show(path, wide);
    await browser.read("dispatchEvent(new Event('beforeprint'))");
    expect(await browser.read("document.querySelectorAll('noscript').length")).toBe(0);
    expect(await browser.read("document.querySelectorAll('figure:not(:has(svg))').length")).toBe(0);
  });

  test("is whole without scripts: figures, the first wrong answers, the largest budget", async () => {
    await browser.show(path, { ...wide, scripts: false });
    expect(await browser.read("document.querySelectorAll('noscript svg').length")).toBeGreaterThan(10);
    expect(await browser.read("document.querySelectorAll('figure:not(:has(svg))').length")).toBe(0);
    expect((await textsOf(".shots .sure")).length).toBeGreaterThan(2);
    expect(await textsOf(".how-sure:not([hidden])")).toEqual([expect.stringMatching(/^1,000 training images/)]);
    const unused =
      "[...document.querySelectorAll('.filters, .budget, .more, .curves')].map((one) => one.checkVisibility())";
    expect(await browser.read(unused)).toEqual(Array(5).fill(false));
  });

  describe("mistakes", () => {
    test("a cell shows its images, by keyboard too, and the address says which", async () => {
      await browser.show(path, wide);
      const all = await textsOf(".said");
      await browser.read("document.querySelector('.matrix td[tabindex=\"0\"]').focus()");
      await browser.press("ArrowRight");
      await browser.press("Enter");
      const { truth, answer, shown } = await browser.read<{ truth: string; answer: string; shown: string }>(
        `(() => {
          const { dataset, textContent } = document.querySelector('.matrix td[aria-selected="true"]');
          return { truth: dataset.true, answer: dataset.answer, shown: textContent };
        })()`,
      );
      expect([truth, answer]).toEqual(["0", "1"]);
      expect(Number(shown)).toBeGreaterThan(0);
      expect(new Set(await textsOf(".shots .truth"))).toEqual(new Set(["airplane"]));
      expect(new Set(await textsOf(".shots .answer"))).toEqual(new Set(["horse"]));
      expect(await textsOf(".said")).not.toEqual(all);
      expect(await hash()).toBe("#mistakes?true=0&answer=1");
      await browser.press("Enter");
      expect(await textsOf(".said")).toEqual(all);
      await browser.show(path, wide, "#mistakes?true=1&answer=0&order=unsure");
      expect(new Set(await textsOf(".shots .truth"))).toEqual(new Set(["horse"]));
      const sure = (await textsOf(".shots .sure")).map((text) => Number.parseFloat(text));
      expect(sure.length).toBeGreaterThan(1);
      expect(sure).toEqual(sure.toSorted((a, b) => a - b));
    });

    test("are filtered by model, by how sure it was and by whether all were wrong", async () => {
      await browser.show(path, wide);
      await choose("[name=sure]", "80");
      const sure = (await textsOf(".shots .sure")).map((text) => Number.parseFloat(text));
      expect(sure.length).toBeGreaterThan(0);
      expect(Math.min(...sure)).toBeGreaterThanOrEqual(80);
      await choose("[name=sure]", "0");
      await choose("[name=of]", "all");
      for (const text of await textsOf(".shots .sure")) expect(text).toMatch(/5 of 5 models wrong$/);
      await choose("[name=of]", "one");
      await choose("[name=model]", "last-layer");
      expect(await textsOf(".matrix .model-name")).toEqual(["Last layer only"]);
      expect(await hash()).toBe("#mistakes?model=last-layer");
    });

    test("are enlarged with what each model says, and turned by arrow keys", async () => {
      await browser.show(path, wide);
      await browser.read("document.querySelector('.shots button').click()");
      const [first] = await textsOf("dialog .file");
      expect(await textsOf("dialog tbody th")).toHaveLength(5);
      for (const verdict of await textsOf("dialog .verdict")) expect(verdict).toMatch(/^(right|wrong)$/);
      await browser.press("ArrowRight");
      expect(await textsOf("dialog .file")).not.toEqual([first]);
      await browser.press("Escape");
      expect(await browser.read("document.querySelector('dialog').open")).toBe(false);
    });

    test("show beside an image where the model looked, if a map of it was kept", async () => {
      await browser.show(path, wide, "#mistakes?model=last-layer");
      const seen = await browser.read<{ name: string; heat: boolean; colors: string[] }[]>(
        `(() => {
          document.querySelector(".shots button").click();
          const [after, canvas, heat] = [".after", "canvas", ".heat"].map((one) => document.querySelector("dialog " + one));
          const seen = [];
          for (;;) {
            const { data } = canvas.getContext("2d").getImageData(0, 0, 4, 4);
            seen.push({
              name: document.querySelector("dialog .file").textContent,
              heat: heat.checkVisibility(),
              colors: [data.slice(0, 4), data.slice(-4), data.slice(32, 36)].map((color) => [...color].join(" ")),
            });
            if (after.disabled) return seen;
            after.click();
          }
        })()`,
      );
      expect(new Set(seen.map(({ heat }) => heat))).toEqual(new Set([true, false]));
      // from the darkest to the brightest; what a canvas gives back of colours that are not opaque is rounded
      const [{ colors } = { colors: [] }] = seen.filter(({ heat }) => heat);
      expect(colors[0]).toMatch(/^0 0 [2-6] 150$/);
      expect(colors[1]).toMatch(/^25\d 25\d 16\d 150$/);
      // a little brighter than the middle one
      expect(colors[2]).toMatch(/^19\d [67]\d 7\d 150$/);
      expect(await textsOf("dialog .model-name")).toEqual(["Last layer only"]);
    });

    test("stand beside right answers with where the model looked, by choice and on the diagonal", async () => {
      await browser.show(path, wide, "#mistakes?of=right");
      const files = await textsOf(".shots .file");
      expect(files.length).toBeGreaterThanOrEqual(6);
      expect(await textsOf(".shots .answer")).toEqual(await textsOf(".shots .truth"));
      expect(await textsOf(".said")).toEqual([
        expect.stringMatching(/^\d+ images.* answered right, of which is known where the model looked$/),
      ]);
      await browser.read("document.querySelector('.shots button').click()");
      expect(await browser.read("document.querySelector('dialog .heat').checkVisibility()")).toBe(true);
      await browser.show(path, wide, "#mistakes?true=0&answer=0");
      expect(new Set(await textsOf(".shots .truth"))).toEqual(new Set(["airplane"]));
      expect(new Set(await textsOf(".shots .answer"))).toEqual(new Set(["airplane"]));
    });

    test("draw each image from the sprite", async () => {
      await browser.show(path, wide);
      const { source, width, places } = await browser.read<{ source: string; width: number; places: string[] }>(
        `(async () => {
          const pictures = [...document.querySelectorAll(".shots .picture:not(.none)")];
          const source = getComputedStyle(pictures[0]).backgroundImage;
          const image = new Image();
          image.src = source.slice(5, -2);
          await image.decode();
          return {
            source: source.slice(0, 27),
            width: image.naturalWidth,
            places: pictures.map((one) => getComputedStyle(one).backgroundPosition),
          };
        })()`,
      );
      expect(source).toBe('url("data:image/webp;base64');
      expect(width).toBe(20 * 32);
      expect(places.length).toBeGreaterThan(3);
      expect(new Set(places).size).toBe(places.length);
    });

    test("have names that can neither be markup nor turn a text around", async () => {
      await browser.show(path, wide, "#mistakes?order=file");
      const names = await browser.read<string[]>(
        `JSON.parse(document.querySelector(".mistakes template").content.textContent).images.map(({ name }) => name)`,
      );
      expect(names).toContain(String.raw`test/\u{202e}<b>"2".jpg`);
      expect(await browser.read("document.querySelectorAll('.shots bdi b').length")).toBe(0);
      expect(await browser.read("document.body.textContent.includes('\\u202e')")).toBe(false);
    });
  });

  test("names of classes can neither be markup nor turn a text around", async () => {
    const evil = budgetStudy({ seeds: [0] });
    evil.target.classNames = ['<img src=x onerror="window.hurt = 1">', "\u202e</template><script>hurt = 1</script>"];
    const file = (await renderReport(withDetails(evil))).find((one) => one.path === "report.html");
    const evilPath = join(folder, "evil.html");
    writeFileSync(evilPath, String(file?.content));
    await browser.show(evilPath, wide);
    await browser.read("dispatchEvent(new Event('beforeprint'))");
    await browser.read("document.querySelector('.shots button').click()");
    expect(await browser.read("window.hurt ?? 'unhurt'")).toBe("unhurt");
    expect(await browser.read("document.querySelectorAll('img, script:not(:last-of-type)').length")).toBe(0);
    expect(await browser.read("document.documentElement.outerHTML.includes('\u202e')")).toBe(false);
    expect(await textsOf("dialog .truth")).toEqual([expect.stringMatching(/^<img src=x|^\\u\{202e\}<\/template>/)]);
  });

  test("the slider ranks the strategies at another budget and says how sure that is", async () => {
    await browser.show(path, wide);
    const said = (): Promise<string[]> => textsOf(".how-sure:not([hidden])");
    const names = (): Promise<string[]> => textsOf(".strategies tbody th");
    const [before, ranked] = [await said(), await names()];
    expect(before[0]).toMatch(
      /^1,000 training images of each class: From scratch .* likely within 1 point of the best/,
    );
    await choose("#images", "0");
    expect(await textsOf(".budget output")).toEqual(["10"]);
    expect((await said())[0]).toMatch(/^10 training images of each class: Last layer only/);
    expect((await names())[0]).toMatch(/^Last layer only/);
    expect(await names()).not.toEqual(ranked);
    expect(await hash()).toBe("#answer?images=10");
    await browser.show(path, wide, "#answer?images=50");
    expect((await said())[0]).toMatch(/^50 training/);
  });

  test("the comparison is sorted by a click on a column", async () => {
    await browser.show(path, wide);
    const column = (): Promise<string[]> => textsOf(".comparison tbody tr td:nth-child(2)");
    await browser.read("document.querySelectorAll('.comparison thead button')[1].click()");
    const down = (await column()).map((text) => Number.parseFloat(text));
    expect(down.length).toBeGreaterThan(3);
    expect(down).toEqual(down.toSorted((a, b) => b - a));
    await browser.read("document.querySelectorAll('.comparison thead button')[1].click()");
    expect((await column()).map((text) => Number.parseFloat(text))).toEqual(down.toReversed());
    expect(await textsOf(".comparison [aria-sort]")).toHaveLength(1);
  });
});
