/** @file Figures that are written as SVG by hand: their frame, title and texts. */

import { FONT_FAMILY } from "../../font/typeface.ts";
import { escapeMarkup } from "../../markup.ts";
import { wrapText } from "./wrap-text.ts";

const MARGIN = 14;
const TITLE_SIZE = 16;
const SUBTITLE_SIZE = 12;

/** A line of text with its baseline at (x, y). */
export function svgText(
  text: string,
  {
    x,
    y,
    size,
    weight,
    color,
    anchor,
  }: { x: number; y: number; size: number; weight?: "bold"; color: string; anchor?: "middle" },
): string {
  const bold = weight ? ` font-weight="bold"` : "";
  const anchored = anchor ? ` text-anchor="${anchor}"` : "";
  return `<text${anchored} transform="translate(${x},${y})" font-family="${FONT_FAMILY}" font-size="${size}px"${bold} fill="${color}">${escapeMarkup(text)}</text>`;
}

/** An embedded PNG, enlarged without smoothing. */
export function svgImage(
  png: string,
  { x, y, width, height, tip }: { x: number; y: number; width: number; height: number; tip?: string },
): string {
  const data = tip === undefined ? "" : ` data-tip="${escapeMarkup(tip)}"`;
  return (
    `<image x="${x}" y="${y}" width="${width}" height="${height}"${data} ` +
    `style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>`
  );
}

/** Title and subtitle; `height` is where the content begins. */
export function svgHeader(
  title: string,
  subtitle: readonly string[],
  width: number,
): { markup: string; height: number } {
  const titles = wrapText(title, width, { fontSize: TITLE_SIZE, weight: "bold" });
  const lines = subtitle.flatMap((line) => wrapText(line, width, { fontSize: SUBTITLE_SIZE }));
  let y = 0;
  const draw = (line: string, options: { size: number; weight?: "bold"; color: string }): string => {
    y += options.size + 5;
    return svgText(line, { x: 0, y: y - 5, ...options });
  };
  const markup = [
    ...titles.map((line) => draw(line, { size: TITLE_SIZE, weight: "bold", color: "#111" })),
    ...lines.map((line) => draw(line, { size: SUBTITLE_SIZE, color: "#555" })),
  ].join("");
  return { markup, height: y + 10 };
}

/** The whole SVG around content of the given size. */
export function svgDocument(content: string, { width, height }: { width: number; height: number }): string {
  const [outerWidth, outerHeight] = [width + 2 * MARGIN, height + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="${outerWidth}" height="${outerHeight}" viewBox="0 0 ${outerWidth} ${outerHeight}">`,
    `<rect width="${outerWidth}" height="${outerHeight}" fill="white"/>`,
    `<g transform="translate(${MARGIN},${MARGIN})">${content}</g>`,
    `</svg>`,
  ].join("");
}
