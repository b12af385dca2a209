/** @file For tests: where the texts of a figure are. */

import { textWidth } from "../../font/typeface.ts";

/** A line of text and the rectangle it fills, in pixels of the figure. */
export interface TextBox {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The texts of an SVG that nests translations and may turn a text by -90 degrees. */
export function textBoxes(svg: string): TextBox[] {
  const boxes: TextBox[] = [];
  const stack: [number, number][] = [[0, 0]];
  const tokens = svg.matchAll(/<g\b([^>]*?)(\/?)>|<\/g>|<text\b([^>]*)>(.*?)<\/text>/gs);
  for (const [token, group, selfClosed, attributes, content] of tokens) {
    const [x, y] = stack.at(-1) ?? [0, 0];
    if (token === "</g>") stack.pop();
    else if (group !== undefined) {
      const [dx, dy] = translation(group);
      if (selfClosed !== "/") stack.push([x + dx, y + dy]);
    } else boxes.push(...linesOf(attributes ?? "", content ?? "", { x, y }));
  }
  return boxes;
}

/** Pairs of texts that cover each other. */
export function overlaps(boxes: TextBox[]): [string, string][] {
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b): [string, string] => [a.text, b.text]),
  );
}

/** Width and height of the figure. */
export function sizeOfSvg(svg: string): { width: number; height: number } {
  const [, width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
}

function linesOf(attributes: string, content: string, origin: { x: number; y: number }): TextBox[] {
  const fontSize = Number(/font-size="([\d.]+)px"/.exec(attributes)?.[1] ?? 11);
  const weight = attributes.includes('font-weight="bold"') ? "bold" : "normal";
  const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1];
  const share = anchor === "middle" ? 0.5 : anchor === "end" ? 1 : 0;
  const [dx, dy] = translation(attributes);
  const spans = [...content.matchAll(/<tspan([^>]*)>([^<]*)<\/tspan>/g)];
  const lines =
    spans.length > 0 ? spans.map(([, span = "", line = ""]) => ({ span, line })) : [{ span: "", line: content }];
  let shift = 0;
  return lines.map(({ span, line }) => {
    shift += Number(/dy="([\d.]+)"/.exec(span)?.[1] ?? 0);
    const text = line.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    const width = textWidth(text, fontSize, weight);
    const [x, y] = [origin.x + dx, origin.y + dy];
    const [ascent, descent] = [0.73 * fontSize, 0.21 * fontSize];
    if (attributes.includes("rotate(-90)")) {
      const bottom = y + share * width;
      return { text, left: x + shift - ascent, right: x + shift + descent, top: bottom - width, bottom };
    }
    const left = x - share * width;
    return { text, left, right: left + width, top: y + shift - ascent, bottom: y + shift + descent };
  });
}

function translation(attributes: string): [number, number] {
  const [, x, y] = /transform="translate\(([-\d.e]+),([-\d.e]+)\)/.exec(attributes) ?? [];
  return [Number(x ?? 0), Number(y ?? 0)];
}
