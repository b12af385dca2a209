/** @file The pixels of a part of shapes10, each image painted when it is first looked at. */

import { sizeOf, stream } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import type { StoredPixels } from "../pixels.ts";
import { IMAGE_SIDE, paintImage } from "./painter.ts";
import { shapes } from "./signed-distances.ts";

export const PAINTED_SHAPE: ImageShape = [3, IMAGE_SIDE, IMAGE_SIDE];
const IMAGE_BYTES = sizeOf(PAINTED_SHAPE);
const outlines = Object.values(shapes);

/** What an image is painted from beside its place, and where it is kept; all threads share the memory. */
export interface Painting {
  readonly seed: number;
  readonly part: "train" | "test";
  /** [count, 3, 32, 32]. */
  readonly bytes: Uint8Array;
  /** 1 for each image that is there. */
  readonly isPainted: Uint8Array;
}

/** Pixels in shared memory that come to be by being read; whoever paints an image, it is the same. */
export class PaintedPixels implements Painting, StoredPixels {
  readonly seed: number;
  readonly part: "train" | "test";
  readonly bytes: Uint8Array;
  readonly isPainted: Uint8Array;

  constructor({ seed, part, bytes, isPainted }: Painting) {
    this.seed = seed;
    this.part = part;
    this.bytes = bytes;
    this.isPainted = isPainted;
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  read(start: number, into: Uint8Array): void {
    const end = start + into.length;
    for (let index = Math.floor(start / IMAGE_BYTES); index * IMAGE_BYTES < end; index++) this.#paint(index);
    into.set(this.bytes.subarray(start, end));
  }

  /** The shared memory itself, once all images are in it. */
  paintAll(): Uint8Array {
    for (let index = 0; index < this.isPainted.length; index++) this.#paint(index);
    return this.bytes;
  }

  #paint(index: number): void {
    if (Atomics.load(this.isPainted, index) === 1) return;
    const image = this.bytes.subarray(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES);
    paintImage(image, outlines[classOf(index)], stream(this.seed, "shapes10", this.part, index));
    Atomics.store(this.isPainted, index, 1);
  }
}

/** Nothing of it painted yet. */
export function unpainted({ seed, part, count }: Pick<Painting, "seed" | "part"> & { count: number }): PaintedPixels {
  const bytes = new Uint8Array(new SharedArrayBuffer(count * IMAGE_BYTES));
  return new PaintedPixels({ seed, part, bytes, isPainted: new Uint8Array(new SharedArrayBuffer(count)) });
}

/** Of the image number `index`; the classes take turns. */
export function classOf(index: number): number {
  return index % outlines.length;
}
