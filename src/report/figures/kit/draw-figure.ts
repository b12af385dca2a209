/** @file One figure as SVG and PNG. */

import { printableLines } from "../../../core/index.ts";
import { escapeMarkup } from "../../markup.ts";
import { svgToPng } from "../svg/rasterize.ts";
import { renderSvg } from "../svg/render-svg.ts";
import { type Figure, figureSpec } from "./figure.ts";

/** The figure as SVG, and as PNG at twice its size. */
export async function drawFigure(figure: Omit<Figure, "name">): Promise<{ svg: string; png: Uint8Array }> {
  // names from files: what XML forbids would spoil the whole figure
  const drawing = printableLines(await renderSvg(figureSpec(figure)));
  // Read out in place of the hundreds of marks inside.
  const svg = drawing.replace("<svg ", `<svg role="img" aria-label="${escapeMarkup(figure.title)}" `);
  return { svg, png: await svgToPng(svg, { fewColors: !svg.includes("<image") }) };
}
