/** @file A figure of Vega's in a quarter of its elements, for a page: it looks the same. */

import { corners } from "./corners.ts";

/** Text outside tags, or an element. */
type Node = string | Element;

interface Element {
  name: string;
  attributes: Map<string, string>;
  children: Node[];
}

/** Said by the page's style sheet, or by nobody who reads them. */
const UNREAD = new Set(["class", "font-family", "pointer-events", "stroke-miterlimit", "style", "version"]);

/** What is so anyway. */
const DEFAULTS: Readonly<Record<string, string>> = {
  opacity: "1",
  "stroke-width": "1",
  "stroke-dasharray": "1,0",
  "text-anchor": "start",
  transform: "translate(0,0)",
  x1: "0",
  x2: "0",
  y1: "0",
  y2: "0",
};

/** What an element takes from the group that it lies in. */
const INHERITED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "text-anchor"];

/** Neighbours of one look are a group from this many on. */
const FEWEST = 3;

/** What marks of one series may have in common. */
const SHARED = ["data-series", "data-tip", "fill", "stroke", "stroke-width"];

/** What is nearer to a line than this, in pixels, is on it. */
const LEAST_AWAY = 0.1;

/** Vega's circle. */
const CIRCLE = /^M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0$/;

/** The same drawing with fewer elements and attributes. Reads what this room's figures are made of; series and tips stay. */
export function compactSvg(svg: string): string {
  return textOf(compact(parse(svg)));
}

function parse(svg: string): Element {
  const root: Element = { name: "", attributes: new Map(), children: [] };
  const open = [root];
  for (const [, end, name, attributes = "", selfClosed, text] of svg.matchAll(
    /<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g,
  )) {
    const parent = open[open.length - 1];
    if (text !== undefined) parent.children.push(text);
    else if (end === "/") open.pop();
    else {
      const pairs = Array.from(attributes.matchAll(/([\w:-]+)="([^"]*)"/g), ([, key, value]) => [key, value] as const);
      const element: Element = { name, attributes: new Map(pairs), children: [] };
      parent.children.push(element);
      if (selfClosed !== "/") open.push(element);
    }
  }
  return root;
}

/** From the leaves up. */
function compact(element: Element): Element {
  const attributes = new Map([...element.attributes].filter(([name, value]) => isRead(name, value)));
  const children = element.children.flatMap((child) => {
    if (typeof child === "string") return [child];
    const own = compact(child);
    if (isNothing(own)) return [];
    return own.name === "g" && own.attributes.size === 0 ? own.children : [own];
  });
  if (element.name !== "g") return asCircle(straightened({ name: element.name, attributes, children }));
  const whole = { name: "g", attributes, children: groupSeries(joinLines(children)) };
  hoist(whole, INHERITED);
  return whole;
}

function isRead(name: string, value: string): boolean {
  return !UNREAD.has(name) && DEFAULTS[name] !== value;
}

/** Vega frames every group, also where it paints nothing. */
function isNothing({ name, attributes, children }: Element): boolean {
  if (name === "g") return children.length === 0;
  if (name !== "path") return false;
  const isPainted = attributes.has("fill") || attributes.has("stroke");
  return attributes.get("display") === "none" || (!isPainted && !attributes.has("data-series"));
}

/** Lines of one look that lie upright or level, as a grid has them, become one path. */
function joinLines(children: Node[]): Node[] {
  const joined: Node[] = [];
  let last: { look: string; path: Element } | undefined;
  for (const child of children) {
    const line = typeof child === "string" ? undefined : gridLine(child);
    if (line === undefined) {
      last = undefined;
      joined.push(child);
    } else if (last?.look === line.look) {
      last.path.attributes.set("d", `${last.path.attributes.get("d")}${line.d}`);
    } else {
      const attributes = new Map([...line.rest, ["d", line.d] as const]);
      last = { look: line.look, path: { name: "path", attributes, children: [] } };
      joined.push(last.path);
    }
  }
  return joined;
}

/** A line that tells nothing of its own; undefined for any other element. */
function gridLine({ name, attributes }: Element): { d: string; look: string; rest: [string, string][] } | undefined {
  if (name !== "line" || attributes.has("data-series")) return undefined;
  const [, x = "0", y = "0"] = /^translate\(([-\d.]+),([-\d.]+)\)$/.exec(attributes.get("transform") ?? "") ?? [];
  const [x2, y2] = [attributes.get("x2"), attributes.get("y2")];
  if (attributes.has("transform") && x === "0" && y === "0") return undefined;
  if (x2 !== undefined && y2 !== undefined) return undefined;
  const rest = [...attributes].filter(([key]) => !["transform", "x2", "y2"].includes(key));
  return { d: `M${x},${y}${y2 === undefined ? `h${x2 ?? 0}` : `v${y2}`}`, look: JSON.stringify(rest), rest };
}

/** A line of straight pieces without the points that lie on it to a tenth of a pixel; any other element as it is. */
function straightened(element: Element): Element {
  const d = element.attributes.get("d") ?? "";
  if (!/^M[-\d.]+,[-\d.]+(?:L[-\d.]+,[-\d.]+){2,}$/.test(d)) return element;
  const points = d
    .slice(1)
    .split("L")
    .map((point) => {
      const [x, y] = point.split(",").map(Number);
      return [x, y] as const;
    });
  element.attributes.set("d", `M${corners(points, LEAST_AWAY).join("L")}`);
  return element;
}

/** A point as a circle, to a tenth of a pixel; any other element as it is. */
function asCircle(element: Element): Element {
  const { d = "", transform = "", ...rest } = Object.fromEntries(element.attributes);
  const [, radius] = CIRCLE.exec(d) ?? [];
  const [, x, y] = /^translate\(([-\d.]+),([-\d.]+)\)$/.exec(transform) ?? [];
  if (radius === undefined || x === undefined || y === undefined) return element;
  const place = { cx: tenths(x), cy: tenths(y), r: radius };
  return { name: "circle", attributes: new Map(Object.entries({ ...rest, ...place })), children: [] };
}

function tenths(number: string): string {
  return String(Math.round(10 * Number(number)) / 10);
}

/** Neighbours of one series say together which one. */
function groupSeries(children: Node[]): Node[] {
  const runs: Node[][] = [];
  const seriesOf = (node: Node): string | undefined =>
    typeof node === "string" ? undefined : node.attributes.get("data-series");
  for (const child of children) {
    const last = runs.at(-1);
    if (last !== undefined && seriesOf(child) !== undefined && seriesOf(child) === seriesOf(last[0])) last.push(child);
    else runs.push([child]);
  }
  return runs.flatMap((run) => {
    if (run.length < FEWEST || run.length === children.length) return run;
    const group: Element = { name: "g", attributes: new Map(), children: run };
    hoist(group, SHARED);
    return [group];
  });
}

/** What all elements of a group have in common is said once. */
function hoist({ attributes, children }: Element, names: readonly string[]): void {
  const elements = children.filter((child) => typeof child !== "string");
  if (elements.length < 2 || elements.length < children.length) return;
  for (const name of names) {
    const value = elements[0].attributes.get(name);
    if (value === undefined || elements.some((one) => one.attributes.get(name) !== value)) continue;
    for (const one of elements) one.attributes.delete(name);
    attributes.set(name, value);
  }
}

function textOf({ children }: Element): string {
  return children
    .map((child) => {
      if (typeof child === "string") return child;
      const { name, attributes } = child;
      const said = Array.from(attributes, ([key, value]) => ` ${key}="${value}"`).join("");
      const content = textOf(child);
      return content === "" ? `<${name}${said}/>` : `<${name}${said}>${content}</${name}>`;
    })
    .join("");
}
