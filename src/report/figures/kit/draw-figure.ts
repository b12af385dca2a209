/** @file One figure as SVG and PNG. */

import type { TopLevelSpec } from "vega-lite";
import { printableLines } from "../../../core/index.ts";
import { escapeMarkup } from "../../markup.ts";
import { svgToPng } from "../svg/rasterize.ts";
import { renderSvg } from "../svg/render-svg.ts";
import { type Figure, figureSpec, phoneSpec } from "./figure.ts";

/** The figure as SVG, and as PNG at twice its size. */
export async function drawFigure(figure: Omit<Figure, "name">): Promise<{ svg: string; png: Uint8Array }> {
  const svg = await drawSvg(figure);
  return { svg, png: await svgToPng(svg) };
}

/** The figure as SVG. */
export async function drawSvg(figure: Omit<Figure, "name">): Promise<string> {
  return drawSpec(figureSpec(figure), figure);
}

/** The figure as a phone shows it; null where it cannot be narrower. */
export async function drawForPhone(figure: Omit<Figure, "name">): Promise<string | null> {
  const spec = phoneSpec(figure);
  return spec && drawSpec(spec, figure);
}

async function drawSpec(spec: TopLevelSpec, { title }: Pick<Figure, "title">): Promise<string> {
  // names from files: what XML forbids would spoil the whole figure
  const drawing = printableLines(await renderSvg(spec));
  // Read out in place of the hundreds of marks inside.
  return drawing.replace("<svg ", `<svg role="img" aria-label="${escapeMarkup(title)}" `);
}
