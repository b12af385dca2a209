/** @file Maps of source and target images, in pixels and as the source network sees them. */

import { plural } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { FeatureMapRecord } from "../../runs/record-parts.ts";
import { type Figure, columnWidth } from "../kit/figure.ts";
import { studyLine } from "../kit/figure-words.ts";
import { type SeriesStyle, modelStyle } from "../kit/palette.ts";
import type { XyAxis, XySeries } from "../kit/xy-panel.ts";
import { xyView } from "../kit/xy-view.ts";
import { inks } from "../../look/inks.ts";

const LARGEST = 330;
/** Room around the points, as a share of their extent. */
const MARGIN = 0.04;
const RAW_PIXELS = "raw pixels";
const { vermilion, black, purple, violet, brown } = inks;
const STRONG = [vermilion, black, purple, violet, brown];
const { sky, green, orange, blue, grey, steel, moss, sand } = inks;
const PALE = [sky, green, orange, blue, grey, steel, moss, sand];

const methodNames: Record<FeatureMapRecord["method"], string> = { pca: "PCA", tsne: "t-SNE" };

/** Images as points in the plane; null where the study made no maps. */
export function featureMapFigure(summary: StudySummary): Figure | null {
  const maps = summary.featureMaps.filter(({ points }) => points.length > 0);
  if (maps.length === 0) return null;
  const styles = mapStyles(summary, maps);
  const columns = maps.length === 1 ? 1 : 2;
  const size = Math.min(LARGEST, columnWidth(columns));
  const images = Math.max(...maps.map(({ points }) => points.length));
  return {
    name: "feature-maps",
    title: "Maps of source and target images",
    subtitle: [studyLine(summary), `${plural(images, "image")} a map. ${meaningsOf(maps).join(" ")}`],
    legend: styles,
    keys: "points",
    views: maps.map((map) => mapView(map, { styles, size })),
    columns,
    ...(columns === 1 ? { width: size } : {}),
  };
}

/** What it means to lie near each other, in the maps that there are. */
function meaningsOf(maps: readonly FeatureMapRecord[]): string[] {
  const kinds = new Set<string>(
    maps.flatMap(({ method, features }) => [method, features === RAW_PIXELS ? features : "features"]),
  );
  const meanings = {
    [RAW_PIXELS]: "Raw pixels: near each other are images whose pixels are alike.",
    features: "Features: near each other are images that the source network sees as alike.",
    pca: "PCA shows the two directions of largest variance, with their share of it where it is known.",
    tsne: "t-SNE keeps neighbours together; its axes and the distances between groups mean nothing.",
  };
  return Object.entries(meanings).flatMap(([kind, meaning]) => (kinds.has(kind) ? [meaning] : []));
}

function mapView(
  { method, features, points, explained }: FeatureMapRecord,
  { styles, size }: { styles: readonly SeriesStyle[]; size: number },
): object {
  const name = methodNames[method];
  const series = styles.flatMap((style): XySeries[] => {
    const own = points.filter((point) => nameOf(point) === style.name);
    const tip = `${name} of ${features}`;
    return own.length === 0 ? [] : [{ ...style, points: own.map(({ x, y }) => ({ x, y, tip })) }];
  });
  const axis = (values: number[], place: number): XyAxis => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = MARGIN * (high - low || 1);
    const share = explained?.[place];
    const title = share === undefined ? null : `PC ${place + 1} (${Math.round(100 * share)} %)`;
    return { title, scale: "linear", ticks: [], domain: [low - margin, high + margin] };
  };
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return xyView({
    title: `${name} of ${features === RAW_PIXELS ? features : `features of ${features}`}`,
    x: axis(xs, 0),
    y: axis(ys, 1),
    series,
    lines: false,
    pointSize: 22,
    opacity: 0.75,
    width: size,
    height: size,
  });
}

/** Target classes first, in strong colours and as diamonds; source classes are circles in pale ones. */
function mapStyles(summary: StudySummary, maps: readonly FeatureMapRecord[]): SeriesStyle[] {
  const shown = new Set(maps.flatMap(({ points }) => points.map(nameOf)));
  const target = summary.target.classNames.map((className, index): SeriesStyle => ({
    name: nameOf({ className, task: "target" }),
    color: STRONG[index % STRONG.length].light,
    dash: [1, 0],
    shape: index % 2 === 0 ? "diamond" : "triangle-up",
  }));
  const source = (summary.source?.classNames ?? []).map((className, index): SeriesStyle => ({
    ...modelStyle(index, nameOf({ className, task: "source" })),
    color: PALE[index % PALE.length].light,
    shape: "circle",
  }));
  return [...target, ...source].filter((style) => shown.has(style.name));
}

function nameOf({ className, task }: { className: string; task: "source" | "target" }): string {
  return task === "target" ? `${className} (target)` : className;
}
