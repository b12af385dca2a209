/** @file The ten shapes as signed distance functions around the origin. */

/**
 * Distance from a point to the outline, negative inside.
 *
 * Shapes are about 1 in radius and cover similar areas. Outside a corner the
 * distance may be too small, never near an edge, where anti-aliasing reads it.
 */
export type SignedDistance = (x: number, y: number) => number;

type Normal = readonly [x: number, y: number];

/** Outward normals of a regular polygon with one side facing −y. */
function regularNormals(sides: number): readonly Normal[] {
  return Array.from({ length: sides }, (_, side) => {
    const angle = (2 * Math.PI * side) / sides;
    return [Math.sin(angle), -Math.cos(angle)];
  });
}

const triangleNormals = regularNormals(3);
const hexagonNormals = regularNormals(6);

/** The shape of every class, in order of class id. */
export const shapes = {
  disc: (x, y) => length(x, y) - 0.78,
  square: (x, y) => box(x, y, { halfWidth: 0.7, halfHeight: 0.7 }),
  triangle: (x, y) => polygon(x, y + 0.12, { normals: triangleNormals, apothem: 0.56 }),
  ring: (x, y) => Math.abs(length(x, y) - 0.67) - 0.21,
  cross: (x, y) =>
    Math.min(box(x, y, { halfWidth: 0.95, halfHeight: 0.3 }), box(x, y, { halfWidth: 0.3, halfHeight: 0.95 })),
  star: (x, y) => star(x, y, { points: 5, outer: 1.05, inner: 0.5 }),
  crescent: (x, y) => Math.max(length(x - 0.12, y) - 0.95, 0.72 - length(x - 0.55, y)),
  heart: (x, y) => heart(x * 0.68, y * 0.68 + 0.55) / 0.68,
  hexagon: (x, y) => polygon(x, y, { normals: hexagonNormals, apothem: 0.75 }),
  bars: (x, y) => box(x, Math.abs(Math.abs(y) - 0.31) - 0.31, { halfWidth: 0.85, halfHeight: 0.19 }),
} satisfies Record<string, SignedDistance>;

function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

function box(x: number, y: number, { halfWidth, halfHeight }: { halfWidth: number; halfHeight: number }): number {
  return Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);
}

/** The largest distance to the lines through the sides of a polygon whose sides all have the distance `apothem`. */
function polygon(x: number, y: number, { normals, apothem }: { normals: readonly Normal[]; apothem: number }): number {
  let distance = -Infinity;
  for (const [normalX, normalY] of normals) distance = Math.max(distance, normalX * x + normalY * y);
  return distance - apothem;
}

/** Folds the plane onto half a point, then measures to the line from the tip to the notch. */
function star(
  x: number,
  y: number,
  { points, outer, inner }: { points: number; outer: number; inner: number },
): number {
  const half = Math.PI / points;
  const turned = Math.atan2(x, y) + 2 * Math.PI;
  const angle = Math.abs((turned % (2 * half)) - half);
  const radius = length(x, y);
  // The notch lies at angle 0 of the folded plane, the tip at `half`.
  const px = radius * Math.cos(angle);
  const py = radius * Math.sin(angle);
  const edgeX = outer * Math.cos(half) - inner;
  const edgeY = outer * Math.sin(half);
  return ((px - inner) * edgeY - py * edgeX) / length(edgeX, edgeY);
}

/** Tip at the origin, lobes towards +y. Source: Inigo Quilez, "2D distance functions". */
function heart(x: number, y: number): number {
  const side = Math.abs(x);
  if (side + y > 1) return length(side - 0.25, y - 0.75) - Math.SQRT2 / 4;
  const along = 0.5 * Math.max(side + y, 0);
  const distance = Math.min(length(side, y - 1), length(side - along, y - along));
  return side > y ? distance : -distance;
}
