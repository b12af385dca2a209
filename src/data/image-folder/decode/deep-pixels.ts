/** @file Image files whose pixels are no bytes: 16 bits, whole numbers, floats. */

import type { Metadata, Sharp } from "sharp";
import { type ElementType, numbersOf } from "../../arrays/data-array.ts";
import type { PixelScales } from "../../pixel-scale.ts";
import { imageKind } from "./image-kind.ts";
import { mayTakeWords } from "./plain/pnm.ts";
import { holdsBytes } from "./tiff-samples.ts";

/** Where a PNG file says how many bits its samples have. */
const PNG_DEPTH_AT = 24;

/** Added to signed grey pixels, whose negative ones the library would cut off. */
const SHIFT = 2 ** 15;

const native = (kind: string, itemBytes: number, name: string): ElementType => ({
  kind,
  itemBytes,
  isLittleEndian: true,
  name,
});

/** Types of pixels by the library's names. */
const types = {
  char: native("i", 1, "int8"),
  short: native("i", 2, "int16"),
  ushort: native("u", 2, "uint16"),
  int: native("i", 4, "int32"),
  uint: native("u", 4, "uint32"),
  float: native("f", 4, "float32"),
} as const;

type Depth = keyof typeof types;

/** Colours that are black, grey and white by the numbers themselves. */
const plainSpaces: ReadonlySet<string> = new Set(["b-w", "grey16", "srgb", "rgb16", "scrgb"]);

/** What an image is whose pixels are no bytes. */
export interface DeepImage {
  readonly depth: Depth;
  /** The library's name of its colours. */
  readonly space: Metadata["space"];
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Numbers as they are in an image, without alpha, pixel by pixel. */
export interface DeepNumbers {
  readonly values: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Pixels of a type of which nothing says what is black and what is white. */
export class UnscaledPixels extends Error {
  override readonly name = "UnscaledPixels";
}

/** The scale of 16 bits that are used in full, which the library cuts to 8. */
export const FULL_16_BITS: PixelScales = { uint16: { low: 0, high: 2 ** 16 - 1, isWhole: true } };

/** False for the many images whose pixels are surely bytes, by the bytes of their file or the first of them. */
export function mayBeDeep(start: Uint8Array): boolean {
  const kind = imageKind(start);
  if (kind === "PNM") return mayTakeWords(start);
  return (kind === "TIFF" && !holdsBytes(start)) || (kind === "PNG" && start[PNG_DEPTH_AT] === 16);
}

/** Undefined for an image whose pixels are bytes, or of colours that are not plain numbers. */
export async function deepImage(image: Sharp): Promise<DeepImage | undefined> {
  const { depth, space, width, height, channels } = await image.metadata();
  const isDeep = Object.hasOwn(types, depth) && plainSpaces.has(space);
  return isDeep ? { depth: depth as Depth, space, width, height, channels } : undefined;
}

/** The type of an image's pixels, as NumPy calls it. */
export function typeNameOf({ depth }: DeepImage): string {
  return types[depth].name;
}

/** Bytes that all pixels of an image take as they are. */
export function deepBytes({ depth, width, height, channels }: DeepImage): number {
  return width * height * channels * types[depth].itemBytes;
}

/** The numbers of an image, at the size that it is given by then. */
export async function deepNumbers(image: Sharp, { depth, space }: DeepImage): Promise<DeepNumbers> {
  const isShifted = depth === "short" && space === "grey16";
  const read = isShifted ? image.linear(1, SHIFT) : image;
  const type = isShifted ? types.float : types[depth];
  const { data, info } = await read
    .removeAlpha()
    .toColourspace(space)
    .raw({ depth: isShifted ? "float" : depth })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const values = numbersOf({ where: "", type, shape: [height, width, channels], fortranOrder: false, data });
  if (values === undefined || values.length !== width * height * channels) {
    throw new Error(`internal: ${data.length} bytes of ${type.name}`);
  }
  return { values: isShifted ? Int16Array.from(values, (value) => value - SHIFT) : values, width, height, channels };
}
