/** @file The points of a line of straight pieces that make its shape. */

type Point = readonly [x: number, y: number];

/** The first, the last and what is further than `leastAway` from the line without it. Source: Douglas and Peucker 1973. */
export function corners(points: readonly Point[], leastAway: number): readonly Point[] {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points[points.length - 1]];
  let [farthest, most] = [0, leastAway];
  for (let at = 1; at < points.length - 1; at++) {
    const away = distance(points[at], first, last);
    if (away > most) [farthest, most] = [at, away];
  }
  if (farthest === 0) return [first, last];
  const [before, after] = [points.slice(0, farthest + 1), points.slice(farthest)];
  return [...corners(before, leastAway).slice(0, -1), ...corners(after, leastAway)];
}

/** From a point to the nearest between two others. */
function distance([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x1 + share * dx - x, y1 + share * dy - y);
}
