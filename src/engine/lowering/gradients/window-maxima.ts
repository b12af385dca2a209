/** @file Max pooling one axis after another: where the gradient goes. */

import { type Shape, sizeOf } from "../../../core/index.ts";
import type { Operations, Value, Window } from "../../onnx/index.ts";
import { reshape } from "../reshape.ts";

/** Below every number of an image. */
const LOWEST = -3.4028234663852886e38;

/** The images of one pooling; elements lie in the order [images, spatial…, inner], whatever the shapes say. */
export interface PooledImages {
  x: Value;
  y: Value;
  dy: Value;
  /** Lengths of x and of y along the spatial axes. */
  spatial: Shape;
  pooled: Shape;
  window: Window;
  /** Elements at one position. */
  inner: number;
  /** Maxima along the last axis alone, where there is a fast way to them. */
  lastMaxima?: Value | undefined;
  /** Fast ways to move along the last axis. */
  alongLast?: Moves | undefined;
}

/** How places along an axis are taken and moved; what is returned lies as [outer, places, inner]. */
export interface Moves {
  /** So many places of the image, from the first on, every stride-th; none lies outside. */
  readonly taken: (at: { first: number; stride: number; length: number }) => Value;
  /** Places moved to begin later, or earlier, and cut or filled with 0 to a length. */
  readonly moved: (values: Value, at: { begin: number; length: number }) => Value;
}

/**
 * dy at the first maximum of each window in row-major order, 0 elsewhere; elements in the order of x.
 *
 * Windows are pooled along the last axis, then along the one before it, and so on; dy goes back the same way: to the
 * first row whose maximum is the window's, from there to the first column that holds it. Shares of overlapping windows
 * add up.
 */
export function spreadToFirst(g: Operations, { x, y, dy, inner, ...images }: PooledImages): Value {
  const { spatial, pooled, window, lastMaxima, alongLast } = images;
  const places = sizeOf(x.shape) / sizeOf(spatial) / inner;
  const last = spatial.length - 1;
  let values = x;
  const slides = spatial
    .map((_, axis) => axis)
    .toReversed()
    .map((axis) => {
      const slide = new Slide(g, values, {
        outer: places * sizeOf(spatial.slice(0, axis)),
        inner: inner * sizeOf(pooled.slice(axis + 1)),
        length: spatial[axis],
        pooled: pooled[axis],
        kernel: window.kernel[axis],
        stride: window.strides[axis],
        dilation: window.dilations[axis],
        begin: window.pads[axis],
        moves: axis === last ? alongLast : undefined,
      });
      if (axis > 0) values = axis === last && lastMaxima !== undefined ? lastMaxima : slide.maxima();
      return { slide, maxima: axis === 0 ? y : values };
    });
  return slides.toReversed().reduce((shares, { slide, maxima }) => slide.spread(maxima, shares), dy);
}

/** A window that slides along one axis of [outer, length, inner]. */
interface SlideOptions {
  outer: number;
  inner: number;
  length: number;
  pooled: number;
  kernel: number;
  stride: number;
  dilation: number;
  /** Padding in front. */
  begin: number;
  moves: Moves | undefined;
}

/**
 * Every stride-th place along the axis is a plane; what one position of the window sees is one of the planes, moved.
 * So nothing is ever spread out by zeros.
 */
class Slide {
  readonly #g: Operations;
  readonly #values: Value;
  readonly #options: SlideOptions;
  /** Places of a plane. */
  readonly #places: number;
  readonly #planes = new Map<number, Value>();
  readonly #seen = new Map<number, Value>();

  constructor(g: Operations, values: Value, options: SlideOptions) {
    this.#g = g;
    this.#values = values;
    this.#options = options;
    this.#places = Math.ceil(options.length / options.stride);
  }

  /** Of every window: [outer, pooled, inner]. */
  maxima(): Value {
    const { kernel } = this.#options;
    return Array.from({ length: kernel }, (_, offset) => this.#seenAt(offset)).reduce(this.#g.max);
  }

  /** Of every window, its dy to the first place that holds its maximum. */
  spread(maxima: Value, dy: Value): Value {
    const g = this.#g;
    const { outer, pooled, inner, kernel } = this.#options;
    const [maximum, whole] = [maxima, dy].map((value) => reshape(g, value, [outer, pooled, inner]));
    const sums = new Map<number, Value>();
    let remaining = whole;
    for (let offset = 0; offset < kernel; offset++) {
      const isRest = offset === kernel - 1 && this.#isAlwaysInside(offset);
      const share = isRest ? remaining : g.mul(remaining, g.cast(g.equal(this.#seenAt(offset), maximum), "float32"));
      if (offset < kernel - 1) remaining = g.sub(remaining, share);
      const { plane, shift } = this.#placeOf(offset);
      const placed = this.#move(share, { begin: shift, length: this.#places, value: 0 });
      const sum = sums.get(plane);
      sums.set(plane, sum === undefined ? placed : g.add(sum, placed));
    }
    return this.#together(sums);
  }

  #together(sums: ReadonlyMap<number, Value>): Value {
    const g = this.#g;
    const { outer, inner, length, stride } = this.#options;
    const nothing = (): Value => g.expand(g.scalar(0), [outer, this.#places, inner]);
    const planes = Array.from({ length: stride }, (_, plane) => sums.get(plane) ?? nothing());
    const whole = reshape(g, stride === 1 ? planes[0] : g.concat(planes, 2), [outer, stride * this.#places, inner]);
    return stride * this.#places === length ? whole : g.slice(whole, { starts: [0], ends: [length], axes: [1] });
  }

  /** What the window sees at one of its positions, the lowest number outside of the image. */
  #seenAt(offset: number): Value {
    return remember(this.#seen, offset, () => {
      const { plane, shift } = this.#placeOf(offset);
      const values = remember(this.#planes, plane, () => this.#planeAt(plane));
      return this.#move(values, { begin: -shift, length: this.#options.pooled, value: LOWEST });
    });
  }

  /** [outer, places, inner]; past the end of the axis the lowest number. */
  #planeAt(plane: number): Value {
    const g = this.#g;
    const { outer, inner, length, stride, moves } = this.#options;
    if (moves !== undefined && stride > 1 && plane + stride * (this.#places - 1) < length) {
      return reshape(g, moves.taken({ first: plane, stride, length: this.#places }), [outer, this.#places, inner]);
    }
    const missing = stride * this.#places - length;
    const whole =
      missing === 0
        ? this.#values
        : padWith(g, reshape(g, this.#values, [outer, length, inner]), { end: missing, value: LOWEST });
    const planes = reshape(g, whole, [outer, this.#places, stride * inner]);
    if (stride === 1) return planes;
    return g.slice(planes, { starts: [plane * inner], ends: [(plane + 1) * inner], axes: [2] });
  }

  /** [outer, n, inner] moved to begin later, or earlier, and cut or filled to a length. */
  #move(values: Value, { begin, length, value }: { begin: number; length: number; value: number }): Value {
    const end = length - values.shape[1] - begin;
    if (begin <= 0 && end <= 0) {
      if (begin === 0 && end === 0) return values;
      return this.#g.slice(values, { starts: [-begin], ends: [values.shape[1] + end], axes: [1] });
    }
    const { outer, inner, moves } = this.#options;
    if (value === 0 && moves !== undefined) {
      return reshape(this.#g, moves.moved(values, { begin, length }), [outer, length, inner]);
    }
    return padWith(this.#g, values, { begin, end, value });
  }

  /** The plane that a position of the first window lies in, and where in it. */
  #placeOf(offset: number): { plane: number; shift: number } {
    const { stride } = this.#options;
    const at = this.#positionOf(offset);
    const shift = Math.floor(at / stride);
    return { plane: at - shift * stride, shift };
  }

  /** Along the axis, of the first window. */
  #positionOf(offset: number): number {
    const { dilation, begin } = this.#options;
    return offset * dilation - begin;
  }

  #isAlwaysInside(offset: number): boolean {
    const { length, pooled, stride } = this.#options;
    const first = this.#positionOf(offset);
    return first >= 0 && first + (pooled - 1) * stride < length;
  }
}

/** Along the middle axis; a negative number of places is cut off. */
function padWith(
  g: Operations,
  values: Value,
  { begin = 0, end, value }: { begin?: number; end: number; value: number },
): Value {
  return g.op("Pad", [values, g.ints([0, begin, 0, 0, end, 0]), g.scalar(value)], { mode: "constant" });
}

function remember<T>(known: Map<number, T>, key: number, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
