/** @file Max pooling by windows side by side: where the gradient goes. */

import { type Shape, sizeOf } from "../../../core/index.ts";
import type { Operations, Value, Window } from "../../onnx/index.ts";
import { reshape } from "../reshape.ts";

/** The images of one pooling; elements lie in the order [images, H, W, inner], whatever the shapes say. */
export interface PooledImages {
  x: Value;
  y: Value;
  dy: Value;
  /** Length of a row of the pooled images. */
  width: number;
  /** Elements at one position. */
  inner: number;
  kernel: readonly number[];
  /** Maxima along the columns of every window alone, and the first column of every window, where there is a fast way. */
  rowMaxima?: Value;
  firstColumns?: Value;
}

/** True if windows neither overlap nor leave gaps, and together fill the image without padding. */
export function isSideBySide(spatial: Shape, { kernel, strides, dilations, pads }: Window): boolean {
  return (
    kernel.every((length, axis) => length === strides[axis] && spatial[axis] % length === 0) &&
    dilations.every((dilation) => dilation === 1) &&
    pads.every((pad) => pad === 0)
  );
}

/**
 * dy at the first maximum of each window in row-major order, 0 elsewhere; elements in the order of x, [places, columns].
 *
 * dy goes to the first row whose maximum is the window's, and from there to the first column that holds it.
 * Whatever reaches the last place needs no comparison.
 */
export function spreadToFirst(g: Operations, images: PooledImages): Value {
  const { x, y, dy, width, inner, kernel } = images;
  const [rows, columns] = kernel;
  const places = sizeOf(x.shape) / (columns * inner);
  const perWindow = reshape(g, x, [places, columns * inner]);
  const columnAt = memoize((column: number): Value =>
    column === 0 && images.firstColumns !== undefined
      ? reshape(g, images.firstColumns, [places, inner])
      : g.slice(perWindow, { starts: [column * inner], ends: [(column + 1) * inner], axes: [1] }),
  );
  const rowMaxima = reshape(
    g,
    images.rowMaxima ?? Array.from({ length: columns }, (_, column) => columnAt(column)).reduce(g.max),
    [places / rows / width, rows, width * inner],
  );
  const rowOfWindows = [places / rows / width, 1, width * inner];
  const rowShares = toFirst(g, {
    count: rows,
    valueAt: (row) => g.slice(rowMaxima, { starts: [row], ends: [row + 1], axes: [1] }),
    maximum: reshape(g, y, rowOfWindows),
    dy: reshape(g, dy, rowOfWindows),
  });
  const columnShares = toFirst(g, {
    count: columns,
    valueAt: columnAt,
    maximum: reshape(g, rowMaxima, [places, inner]),
    dy: reshape(g, g.concat(rowShares, 1), [places, inner]),
  });
  return g.concat(columnShares, 1);
}

/** Shares of dy: everything to the first place that holds the maximum. */
function toFirst(
  g: Operations,
  places: { count: number; valueAt: (index: number) => Value; maximum: Value; dy: Value },
): Value[] {
  let remaining = places.dy;
  const shares = Array.from({ length: places.count - 1 }, (_, index) => {
    const share = g.mul(remaining, g.cast(g.equal(places.valueAt(index), places.maximum), "float32"));
    remaining = g.sub(remaining, share);
    return share;
  });
  return [...shares, remaining];
}

function memoize<T>(compute: (index: number) => T): (index: number) => T {
  const known = new Map<number, T>();
  return (index) => {
    const value = known.get(index) ?? compute(index);
    known.set(index, value);
    return value;
  };
}
