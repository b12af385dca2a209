/** @file Shapes: lists of axis lengths, and what broadcasting makes of two. */

import { GraphError } from "./errors.ts";

/** Axis lengths, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** `[64, 3, 32, 32]`, as error messages print it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** True if ranks and all lengths are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/**
 * The shape two operands broadcast to, by NumPy's rule.
 *
 * @throws GraphError if an axis differs and neither length is 1.
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new GraphError(
        `broadcast: expected equal lengths or 1 on every axis, got ${formatShape(a)} and ${formatShape(b)}.`,
      );
    }
    return x === 1 ? y : x;
  });
}

/**
 * A possibly negative axis as an index from the front.
 *
 * @throws GraphError if the axis is outside [-rank, rank).
 */
export function normalizeAxis(axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new GraphError(`axis: expected an integer in [${-rank}, ${rank}), got ${axis}.`);
  }
  return axis < 0 ? axis + rank : axis;
}
