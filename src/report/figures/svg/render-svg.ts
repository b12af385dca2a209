/** @file Vega-Lite specification to SVG, without a browser. */

import type { TopLevelSpec } from "vega-lite";
import { textWidth } from "../../font/typeface.ts";
import { markData } from "./mark-data.ts";

/** Draws a specification. The first one loads Vega, which takes a quarter of a second. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  // Without a canvas Vega guesses widths at 0.8 em a character; the bundled font knows them.
  const { textMetrics } = vega as unknown as { textMetrics: { width: TextMeasure } };
  textMetrics.width = (item: TextItem, text: unknown): number =>
    textWidth(String(text ?? ""), item.fontSize ?? 11, item.fontWeight === "bold" ? "bold" : "normal");
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return markData(shortenNumbers(svg));
}

/** Hundredths of a pixel are enough; texts between the tags, and what pointers are told, stay as they are. */
function shortenNumbers(svg: string): string {
  return svg.replace(/<[^>]*>/g, (tag) =>
    tag.replace(/aria-label="[^"]*"|-?\d+\.\d{3,}(?:e-?\d+)?/g, (part) =>
      part.startsWith("aria-label") ? part : String(Math.round(Number(part) * 100) / 100),
    ),
  );
}

/** Vega's hook for measuring text, which its type declarations leave out. */
type TextMeasure = (item: TextItem, text: unknown) => number;

interface TextItem {
  fontSize?: number;
  fontWeight?: string | number;
}
