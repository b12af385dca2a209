/** @file What a model file says of the images that it wants. */

import { interpolations } from "../../core/index.ts";
import type { Normalization } from "../../engine/nn/index.ts";
import type { Preparation } from "../preparation.ts";
import type { ChannelOrder, ImageLayout } from "./graph/image-input.ts";
import type { OwnPixels } from "./own-normalization.ts";

/** What a file says; null where it says nothing. */
export interface BackbonePreprocessing {
  readonly layout: ImageLayout;
  readonly channelOrder: ChannelOrder | null;
  /** Where the file takes bytes as they are, names its mean and deviation, or begins with operators that tell. */
  readonly normalization: Normalization | null;
  /** How that is known, to go on from "as": `its metadata says`; null where it is not. */
  readonly normalizationSource: string | null;
  /** How photographs get its size, as a model that Graft exported says. */
  readonly preparation: Pick<Preparation, "shorterSide" | "interpolation">;
  /** The names of its classes, in the order of its scores. */
  readonly classNames: readonly string[] | null;
  /** What the file says of itself in words. */
  readonly description: string;
}

/** What a file knows that has to do with its images. */
interface FileFacts {
  readonly layout: ImageLayout;
  readonly channels: number;
  readonly takesBytes: boolean;
  readonly ownPixels: OwnPixels | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly description: string;
}

/**
 * From the type of its input and its metadata: `mean` and `std` (JSON lists, of pixels in [0, 1]), the
 * `Image.NominalPixelRange` and `Image.BitmapPixelFormat` of ONNX's image metadata, and `classes`, `labels` or `names` (JSON lists, or objects with
 * a number for each name or a name for each number, the latter also as Python writes them). What its first operators do
 * to the pixels outweighs a mean and a deviation in the metadata, which are then those of the operators.
 */
export function preprocessingOf(facts: FileFacts): BackbonePreprocessing {
  const { layout, metadata, description } = facts;
  const channelOrder = channelOrderOf(facts);
  const [normalization, normalizationSource] = normalizationOf(facts) ?? [null, null];
  const classNames = classesIn(metadata);
  return {
    layout,
    channelOrder,
    normalization,
    normalizationSource,
    preparation: preparationIn(metadata),
    classNames,
    description,
  };
}

/** What a file says of the order of its channels; null where it says nothing. */
export function channelOrderOf({ channels, metadata }: Pick<FileFacts, "channels" | "metadata">): ChannelOrder | null {
  if (channels === 1) return "grey";
  const [order] = /^(?:rgb|bgr)/i.exec(metadata["Image.BitmapPixelFormat"] ?? "") ?? [];
  return order === undefined ? null : (order.toUpperCase() as ChannelOrder);
}

/** By what ONNX's image metadata call the range of pixels: mean and deviation of those in [0, 1]. */
const ranges: Readonly<Record<string, readonly [mean: number, std: number] | undefined>> = {
  NominalRange_0_255: [0, 1 / 255],
  Normalized_0_1: [0, 1],
  Normalized_1_1: [0.5, 0.5],
};

function normalizationOf({ channels, takesBytes, metadata, ownPixels }: FileFacts): [Normalization, string] | null {
  const every = (mean: number, std: number): Normalization => ({
    mean: Array<number>(channels).fill(mean),
    std: Array<number>(channels).fill(std),
  });
  // what undoes a division by 255
  if (takesBytes) return [every(0, 1 / 255), "its input takes bytes"];
  const range = ranges[metadata["Image.NominalPixelRange"] ?? ""];
  if (range !== undefined) return [every(...range), "its metadata says"];
  if (ownPixels !== null) {
    const { most, operators } = ownPixels;
    return [every(0, 1 / most), `its first operators (${operators.join(", ")}) do the rest`];
  }
  const [mean, std] = [numbers(metadata.mean, channels), numbers(metadata.std, channels)];
  return mean !== null && std !== null && std.every((value) => value > 0) ? [{ mean, std }, "its metadata says"] : null;
}

function preparationIn(metadata: Readonly<Record<string, string>>): BackbonePreprocessing["preparation"] {
  const shorterSide = Number(metadata.resizeShorter);
  const interpolation = interpolations.find((name) => name === metadata.interpolation);
  return {
    ...(Number.isInteger(shorterSide) ? { shorterSide } : {}),
    ...(interpolation === undefined ? {} : { interpolation }),
  };
}

function numbers(text: string | undefined, count: number): number[] | null {
  const value = parsed(text);
  const isList = Array.isArray(value) && value.every((one) => typeof one === "number" && Number.isFinite(one));
  return isList && value.length === count ? (value as number[]) : null;
}

function classesIn(metadata: Readonly<Record<string, string>>): readonly string[] | null {
  for (const key of ["classes", "labels", "names"]) {
    const names = namesOf(parsed(metadata[key]));
    if (names !== null) return names;
  }
  return null;
}

function namesOf(value: unknown): string[] | null {
  if (Array.isArray(value)) return value.length > 0 && value.every(isText) ? value : null;
  if (typeof value !== "object" || value === null) return null;
  const entries = Object.entries(value).map(([a, b]): [number, unknown] =>
    isText(b) ? [Number(a), b] : [Number(b), a],
  );
  const names = entries.sort(([a], [b]) => a - b);
  return names.length > 0 && names.every(([index, name], place) => index === place && isText(name))
    ? names.map(([, name]) => String(name))
    : null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Names as Python writes a dictionary of them: `{0: 'cat', 1: "crow's nest"}`; undefined for all else. */
function pythonNames(text: string): unknown {
  const entry = /\s*(\d+)\s*:\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*(?:,|$)/y;
  const [, inner] = /^\s*\{(.*)\}\s*$/s.exec(text) ?? [];
  if (inner === undefined) return undefined; // said in a way of its own: as good as not said
  const names: Record<string, string> = {};
  while (entry.lastIndex < inner.length) {
    const found = entry.exec(inner);
    if (found === null) return undefined;
    names[found[1]] = found[2].slice(1, -1).replaceAll(/\\(.)/g, "$1");
  }
  return names;
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return pythonNames(text);
  }
}
