/**
 * @file What a worker thread is handed, as memory rather than as views of it.
 *
 * Deno looks through every value that a thread is handed, and so through every element of a view: a data set of
 * photographs takes it seconds, a large one ends in "Invalid array length". What it finds in memory itself it leaves alone.
 */

import { PaintedPixels, type Painting } from "../shapes10/painted-pixels.ts";
import { PixelFile, type PixelPlace } from "./pixel-file.ts";

/** The views that may be handed over. */
const views = { Uint8Array, Uint16Array, Uint32Array, Int32Array, BigInt64Array };

/** A view taken apart. */
interface ViewedMemory {
  readonly viewAs: keyof typeof views;
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly length: number;
}

/** The same data with every view, file and painting in it taken apart, for `fromThreadData`; the memory stays the same. */
export function toThreadData(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return memoryOf(value);
  if (value instanceof PixelFile) return { pixelsAt: mapValues({ ...value }, toThreadData) };
  if (value instanceof PaintedPixels) return { paintedFrom: mapValues({ ...value }, toThreadData) };
  return mapValues(value, toThreadData);
}

/** The data that `toThreadData` was given. */
export function fromThreadData(value: unknown): unknown {
  if (isPixelFile(value)) return new PixelFile(mapValues(value.pixelsAt, fromThreadData) as PixelPlace);
  if (isPainting(value)) return new PaintedPixels(mapValues(value.paintedFrom, fromThreadData) as Painting);
  if (!isViewedMemory(value)) return mapValues(value, fromThreadData);
  const { viewAs, buffer, byteOffset, length } = value;
  // shared memory too, which the types of five constructors at once do not say
  return new views[viewAs](buffer as ArrayBuffer, byteOffset, length);
}

function memoryOf(view: ArrayBufferView): ViewedMemory {
  const viewAs = Object.prototype.toString.call(view).slice("[object ".length, -1);
  if (!isViewName(viewAs)) throw new Error(`internal: a thread was to be handed a view of the kind ${viewAs}`);
  const { buffer, byteOffset, byteLength } = view;
  return { viewAs, buffer, byteOffset, length: byteLength / views[viewAs].BYTES_PER_ELEMENT };
}

function isViewName(name: string): name is keyof typeof views {
  return Object.hasOwn(views, name);
}

function isViewedMemory(value: unknown): value is ViewedMemory {
  return typeof value === "object" && value !== null && "viewAs" in value;
}

function isPixelFile(value: unknown): value is { pixelsAt: PixelPlace } {
  return typeof value === "object" && value !== null && "pixelsAt" in value;
}

function isPainting(value: unknown): value is { paintedFrom: Painting } {
  return typeof value === "object" && value !== null && "paintedFrom" in value;
}

function mapValues(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, change(entry)]));
}
