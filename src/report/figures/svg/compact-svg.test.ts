import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { budgetStudy, withDetails } from "../../study-of-budgets.fixture.ts";
import { drawNamed } from "../draw-named.fixture.ts";
import { compactSvg } from "./compact-svg.ts";

const TEXT = /<text\b([^>]*)>(.*?)<\/text>/gs;
const textsIn = (svg: string): string[] =>
  Array.from(svg.matchAll(TEXT), ([, attributes, text]) => `${/transform="[^"]*"/.exec(attributes)?.[0]} ${text}`);
const greyPixels = (svg: string): Promise<Buffer> =>
  sharp(Buffer.from(svg.replace(TEXT, "")))
    .greyscale()
    .raw()
    .toBuffer();
const count = (svg: string): number => svg.match(/<\w/g)?.length ?? 0;
const seriesIn = (svg: string): Set<string> => new Set(svg.match(/data-series="[^"]*"/g));
const tipsIn = (svg: string): Set<string> => new Set(svg.match(/data-tip="[^"]*"/g));

describe("compactSvg", () => {
  const names = ["gain-over-scratch", "learning-curves", "confusion-target", "feature-maps", "roc"];

  it.each(names)("looks the same, keeps series and tips, and is smaller: %s", async (name) => {
    const before = (await drawNamed(withDetails(budgetStudy()), name))[name];
    const after = compactSvg(before);
    // texts take their font from the page, so they are compared by themselves
    const [one, other] = await Promise.all([before, after].map(greyPixels));
    expect(textsIn(after)).toEqual(textsIn(before));
    expect(other.length).toBe(one.length);
    const differing = one.filter((value, at) => Math.abs(value - other[at]) > 24).length;
    expect(differing / one.length).toBeLessThan(0.002);
    expect(seriesIn(after)).toEqual(seriesIn(before));
    expect(tipsIn(after)).toEqual(tipsIn(before));
    expect(after.length).toBeLessThan(0.65 * before.length);
    expect(count(after)).toBeLessThan(count(before));
  });

  it("joins the lines of a grid, and leaves alone those that tell something", () => {
    const line = (x: number, more = "") => `<line transform="translate(${x},0)" x2="0" y2="9" stroke="#ccc"${more}/>`;
    expect(compactSvg(`<svg><g class="grid">${line(1)}${line(2)}</g></svg>`)).toBe(
      `<svg><g><path stroke="#ccc" d="M1,0v9M2,0v9"/></g></svg>`.replace(/<\/?g>/g, ""),
    );
    expect(compactSvg(`<svg><g>${line(1, ' data-series="a"')}</g></svg>`)).toContain('data-series="a"');
  });

  it("says once what neighbours of one series have in common", () => {
    const point = (x: number) =>
      `<path data-series="a" data-tip="t" transform="translate(${x},1.04)" d="M2,0A2,2,0,1,1,-2,0A2,2,0,1,1,2,0" fill="#123"/>`;
    const other = `<path data-series="b" d="M0,0h1" fill="#456"/>`;
    const points = [1, 2, 3].map((x) => `<circle cx="${x}" cy="1" r="2"/>`).join("");
    expect(compactSvg(`<svg><g fill="none">${[1, 2, 3].map(point).join("")}${other}</g></svg>`)).toBe(
      `<svg><g fill="none"><g data-series="a" data-tip="t" fill="#123">${points}</g>${other}</g></svg>`,
    );
  });

  it("leaves out points of a line that lie on it, and only those", () => {
    const pathOf = (d: string) => `<svg><path d="${d}" stroke="#123"/></svg>`;
    const compacted = (d: string) => compactSvg(pathOf(d));
    expect(compacted("M0,9L0,6L0.05,3L0,0L4,0L9,0L9,1")).toBe(pathOf("M0,9L0,0L9,0L9,1"));
    // there and back again
    expect(compacted("M0,0L5,0L0,0L0,3")).toBe(pathOf("M0,0L5,0L0,0L0,3"));
    for (const d of ["M0,0L1,1L2,2Z", "M0,0C1,1,2,2,3,3", "M0,0L1,1M2,2L3,3"]) expect(compacted(d)).toBe(pathOf(d));
  });

  it("keeps texts and what they escape", () => {
    const svg = `<svg><text transform="translate(1,2)" font-size="9px">a &lt; b<tspan x="0" dy="5">&amp;</tspan></text></svg>`;
    expect(compactSvg(svg)).toBe(svg);
  });
});
