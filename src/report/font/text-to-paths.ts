/** @file Replaces the texts of an SVG by their outlines. */

import { type FontWeight, canDraw, textOutline, textWidth } from "./typeface.ts";

const TEXT_ELEMENT = /<text\b([^>]*)>((?:[^<]|<tspan[^>]*>|<\/tspan>)*)<\/text>/g;
const LINE = /<tspan([^>]*)>([^<]*)<\/tspan>/g;
const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

interface Line {
  text: string;
  /** Distance from the first baseline, downwards. */
  y: number;
}

/**
 * The SVG with its `<text>` elements drawn as paths.
 *
 * A PNG made from it looks the same on a machine without any font: librsvg takes fonts from the
 * system through fontconfig, and an npm package cannot count on either (a container has no fonts,
 * and on Windows an environment variable set in Node does not reach fontconfig).
 * Reads what the figures of this room write: texts placed by `transform`, sizes in `px`, lines as
 * `<tspan dy>`. A text with a character that the bundled font lacks stays for the system's fonts.
 */
export function textToPaths(svg: string): string {
  return svg.replace(TEXT_ELEMENT, (element, attributeText: string, content: string) => {
    const attributes = readAttributes(attributeText);
    const weight: FontWeight = attributes.get("font-weight") === "bold" ? "bold" : "normal";
    const lines = readLines(content);
    if (!lines.every((line) => canDraw(line.text, weight))) return element;
    const fontSize = Number.parseFloat(attributes.get("font-size") ?? "11");
    const anchor = anchorShare(attributes.get("text-anchor"));
    const outline = lines.map(({ text, y }) => {
      const x = anchor === 0 ? 0 : -anchor * textWidth(text, fontSize, weight);
      return textOutline(text, { fontSize, weight, x, y });
    });
    const kept = ["transform", "fill", "fill-opacity", "opacity"]
      .filter((name) => attributes.has(name))
      .map((name) => ` ${name}="${attributes.get(name)}"`);
    return `<path${kept.join("")} d="${outline.join("")}"/>`;
  });
}

function readLines(content: string): Line[] {
  if (!content.includes("<tspan")) return [{ text: decode(content), y: 0 }];
  let y = 0;
  return Array.from(content.matchAll(LINE), ([, attributes = "", text = ""]) => {
    y += Number(readAttributes(attributes).get("dy") ?? 0);
    return { text: decode(text), y };
  });
}

function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
}

function readAttributes(text: string): Map<string, string> {
  return new Map(Array.from(text.matchAll(/([\w-]+)="([^"]*)"/g), ([, name = "", value = ""]) => [name, value]));
}

function anchorShare(anchor: string | undefined): number {
  if (anchor === "middle") return 0.5;
  return anchor === "end" ? 1 : 0;
}
