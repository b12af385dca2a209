/** @file The colours of figures and pages: what each is on white paper and on a dark page. */

/** One colour in both palettes. Marks have a contrast of at least 3:1 with what they lie on, texts of 4.5:1. */
export interface Ink {
  /** On white paper; figures are drawn with these. */
  readonly light: string;
  /** On `darkCard`. */
  readonly dark: string;
}

/** What figures lie on in a dark page. */
export const darkCard = "#1b1e21";

/**
 * What tells series apart. They stay apart under the common kinds of colour blindness; yellow is left out, white paper
 * swallows it.
 *
 * Source: Okabe and Ito 2008, "Color universal design"; the paler ones darkened until they can be seen on white.
 */
export const seriesInks = {
  blue: { light: "#0072B2", dark: "#4DA3E0" },
  orange: { light: "#B87A00", dark: "#E69F00" },
  green: { light: "#00875F", dark: "#2FBF8F" },
  vermilion: { light: "#D55E00", dark: "#FF8A3D" },
  purple: { light: "#B5588F", dark: "#E08EBF" },
  sky: { light: "#2E8BC7", dark: "#9AD4F7" },
  black: { light: "#000000", dark: "#FFFFFF" },
} satisfies Record<string, Ink>;

/** More of them, for figures of many classes. */
export const furtherInks = {
  violet: { light: "#7B3294", dark: "#C58BE0" },
  brown: { light: "#A6611A", dark: "#D9A066" },
  grey: { light: "#8A8A8A", dark: "#9A9A9A" },
  steel: { light: "#6E93B5", dark: "#8FB2D1" },
  moss: { light: "#6C962D", dark: "#A6D854" },
  sand: { light: "#A88350", dark: "#E5C494" },
} satisfies Record<string, Ink>;

/** Texts of figures. */
export const textInks = {
  ink: { light: "#222222", dark: "#E8E9EA" },
  soft: { light: "#555555", dark: "#A9AFB6" },
  source: { light: "#006AA6", dark: "#5CB0EA" },
  target: { light: "#B84A00", dark: "#FF9D5C" },
} satisfies Record<string, Ink>;

/** Lines that help to read: the ends of scales, and thresholds. */
export const ruleInks = {
  rule: { light: "#777777", dark: "#8A9097" },
} satisfies Record<string, Ink>;

/** What only guides the eye and may be faint: grids and frames; and the edge by which a point stands off a line. */
export const faintInks = {
  grid: { light: "#ECECEC", dark: "#2A2E32" },
  frame: { light: "#D0D0D0", dark: "#3A3F45" },
  paper: { light: "#FFFFFF", dark: darkCard },
} satisfies Record<string, Ink>;

/** All by name. */
export const inks = { ...seriesInks, ...furtherInks, ...textInks, ...ruleInks, ...faintInks };

const names = new Map(Object.entries(inks).map(([name, { light }]) => [light.toLowerCase(), name]));

/** The property that stands for a figure's colour in a page, `var(--blue)`; the colour itself where it is no ink. */
export function inkOf(color: string): string {
  const name = names.get(color.toLowerCase());
  return name === undefined ? color : `var(--${name})`;
}

/** An SVG whose colours follow the page that holds it; it lies on the page's own paper. Colours of no ink, such as shades, stay. */
export function themed(svg: string): string {
  const bare = svg.replace(/(<svg [^>]*>)<rect width="[^"]*" height="[^"]*" fill="#FFFFFF"\/>/, "$1");
  return bare.replace(/<[^>]*>/g, (tag) =>
    tag.replace(/ (fill|stroke)="(#[\da-f]{6})"/gi, (_, name: string, color: string) => ` ${name}="${inkOf(color)}"`),
  );
}

/** The inks as custom properties of a style sheet. */
export function inkProperties(shade: keyof Ink): string {
  return Object.entries(inks)
    .map(([name, ink]) => `--${name}: ${ink[shade]};`)
    .join(" ");
}
