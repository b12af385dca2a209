import { describe, expect, it } from "vitest";
import {
  type Ink,
  darkCard,
  furtherInks,
  inkProperties,
  inks,
  ruleInks,
  seriesInks,
  textInks,
  themed,
} from "./inks.ts";

/** As WCAG 2 defines it. */
function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((start) => Number.parseInt(color.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const named = (some: Record<string, Ink>): [string, Ink][] => Object.entries(some);

describe("inks", () => {
  it("measures contrast as WCAG does", () => {
    expect(contrast("#000000", "#FFFFFF")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#FFFFFF")).toBeCloseTo(4.48, 2);
  });

  it.each(named({ ...seriesInks, ...furtherInks, ...ruleInks }))("%s is seen on both papers", (_, { light, dark }) => {
    expect(contrast(light, "#FFFFFF")).toBeGreaterThanOrEqual(3);
    expect(contrast(dark, darkCard)).toBeGreaterThanOrEqual(3);
  });

  it.each(named(textInks))("%s is read on both papers", (_, { light, dark }) => {
    expect(contrast(light, "#FFFFFF")).toBeGreaterThanOrEqual(4.5);
    expect(contrast(dark, darkCard)).toBeGreaterThanOrEqual(4.5);
  });

  it("differ from each other, so that a colour names its ink", () => {
    const lights = Object.values(inks).map(({ light }) => light.toLowerCase());
    expect(new Set(lights).size).toBe(lights.length);
  });
});

describe("themed", () => {
  it("lets inks follow the page, takes the paper away and keeps shades and texts", () => {
    const svg =
      '<svg width="9"><rect width="9" height="9" fill="#FFFFFF"/><path fill="#0072b2" stroke="#FFFFFF"/>' +
      '<rect fill="rgb(8, 81, 156)"/><text fill="#1a1a1a">fill="#0072B2"</text></svg>';
    expect(themed(svg)).toBe(
      '<svg width="9"><path fill="var(--blue)" stroke="var(--paper)"/>' +
        '<rect fill="rgb(8, 81, 156)"/><text fill="#1a1a1a">fill="#0072B2"</text></svg>',
    );
    expect(inkProperties("dark")).toContain("--blue: #4DA3E0;");
  });
});
