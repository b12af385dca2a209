import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { textToPaths } from "./text-to-paths.ts";
import { canDraw, textOutline, textWidth } from "./typeface.ts";

describe("textWidth", () => {
  // Advance widths of Helvetica in thousandths of an em, from Adobe's metrics (AFM).
  it.each([
    ["Hello", "normal", 722 + 556 + 222 + 222 + 556],
    ["100 %", "normal", 3 * 556 + 278 + 889],
    ["Epoch", "bold", 667 + 611 + 611 + 556 + 611],
  ] as const)("of %j in %s is that of Helvetica", (text, weight, expected) => {
    expect(textWidth(text, 1000, weight)).toBeCloseTo(expected, -0.5);
  });

  it("counts a missing character as one em", () => {
    expect(textWidth("猫", 20)).toBe(20);
    expect(canDraw("猫")).toBe(false);
    expect(canDraw("Ärger – ±5 % · “x” − y…")).toBe(true);
  });
});

it("draws a glyph's outline inside its box, on the baseline", () => {
  const numbers = (textOutline("H", { fontSize: 100 }).match(/-?[\d.]+/g) ?? []).map(Number);
  const xs = numbers.filter((_, index) => index % 2 === 0);
  const ys = numbers.filter((_, index) => index % 2 === 1);
  expect(Math.min(...xs)).toBeGreaterThan(0);
  expect(Math.max(...xs)).toBeLessThan(72.3);
  expect(Math.max(...ys)).toBe(0);
  expect(Math.min(...ys)).toBeCloseTo(-68.8, 0); // capitals of Arimo are 0.688 em high
});

it("draws accents of composed letters above the letter", () => {
  const top = (text: string): number =>
    Math.min(
      ...[...textOutline(text, { fontSize: 100 }).matchAll(/[MLQ ](-?[\d.]+) (-?[\d.]+)/g)].map(([, , y]) => Number(y)),
    );
  expect(top("Ä")).toBeLessThan(top("A") - 10);
});

describe("textToPaths", () => {
  it("replaces texts, lines and entities by outlines", () => {
    const svg = textToPaths(
      '<svg><text text-anchor="end" transform="translate(5,6)" font-size="10px" fill="#444">a &lt; b</text>' +
        '<text font-weight="bold" font-size="16px"><tspan>one</tspan><tspan x="0" dy="20">two</tspan></text></svg>',
    );
    expect(svg).not.toContain("<text");
    expect(svg).toContain(
      `<path transform="translate(5,6)" fill="#444" d="${textOutline("a < b", { fontSize: 10, x: -textWidth("a < b", 10) })}"/>`,
    );
    expect(svg).toContain(textOutline("two", { fontSize: 16, weight: "bold", y: 20 }));
  });

  it("leaves a text alone that the font cannot draw", () => {
    const svg = '<svg><text font-size="10px">猫</text></svg>';
    expect(textToPaths(svg)).toBe(svg);
  });

  it("puts ink where a viewer would put the text", async () => {
    const svg = textToPaths(
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="white"/>' +
        '<text transform="translate(20,15)" text-anchor="middle" font-size="14px" fill="black">HH</text></svg>',
    );
    const { data, info } = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true });
    const dark = [...data].flatMap((value, index) => (value < 100 ? [index % info.width] : []));
    expect(Math.min(...dark)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...dark)).toBeLessThan(30);
    expect(dark.length).toBeGreaterThan(40);
  });
});
