/** @file Brightness, contrast, saturation and hue, in place on the bytes of one RGB image. */

import type { Fields, RandomStream, ValuesOf } from "../../../core/index.ts";
import { defineAugmenter, strength } from "../augmenter.ts";
import { checkChannels } from "../bounds.ts";
import { shiftHue } from "./hue.ts";

const WHITE = 255;

/** How far the colours of an image may go. */
const strengths = {
  brightness: strength(1, "factors from 1 - brightness to 1 + brightness"),
  contrast: strength(1, "factors on the distance to the image's mean grey"),
  saturation: strength(1, "factors on the distance to each pixel's grey"),
  hue: strength(0.5, "turns of the colour wheel, to either side"),
} satisfies Fields;

export const colorJitter = defineAugmenter({
  field: {
    kind: "group",
    fields: strengths,
    default: null,
    description: "change brightness, contrast, saturation and hue in random order; images of three channels only",
  },
  check: (_, [channels]) => checkChannels("colorJitter", channels, { among: [3], which: "red, green and blue" }),
  change: (image, asked, { stream }) => changeColors(image, drawColorChanges(stream, asked)),
});

/** One change of colours: a factor on what is named, or a shift of the hue. */
export interface ColorChange {
  readonly kind: keyof typeof strengths;
  readonly amount: number;
}

const KINDS = ["brightness", "contrast", "saturation", "hue"] as const;

/**
 * Draws the order of the four changes, then the amount of each whose strength is not 0, brightness first and hue last.
 *
 * Source: torchvision's ColorJitter.
 */
export function drawColorChanges(stream: RandomStream, asked: ValuesOf<typeof strengths>): ColorChange[] {
  const order = stream.permutation(KINDS.length);
  const amounts = KINDS.map((kind) => {
    const most = asked[kind];
    if (most === 0) return undefined;
    const [from, to] = kind === "hue" ? [-most, most] : [Math.max(0, 1 - most), 1 + most];
    return from + (to - from) * stream.uniform();
  });
  return Array.from(order, (place) => ({ kind: KINDS[place], amount: amounts[place] })).filter(
    (change): change is ColorChange => change.amount !== undefined,
  );
}

/**
 * Makes the changes in their order, as torchvision does on images of real numbers: values are kept in [0, 255] after
 * each and become whole after the last, half a level the even one.
 */
export function changeColors(image: Uint8Array, changes: readonly ColorChange[]): void {
  if (changes.length === 0) return;
  const colors = Float64Array.from(image);
  for (const { kind, amount } of changes) changesByKind[kind](colors, amount);
  new Uint8ClampedArray(image.buffer, image.byteOffset, image.length).set(colors);
}

/** colors: [3, pixels], reals in [0, 255]. */
const changesByKind: Readonly<Record<keyof typeof strengths, (colors: Float64Array, amount: number) => void>> = {
  brightness: (colors, factor) => {
    for (let at = 0; at < colors.length; at++) colors[at] = clamped(factor * colors[at]);
  },
  // away from the mean grey of the image, or towards it
  contrast: (colors, factor) => {
    const pixels = colors.length / 3;
    let sum = 0;
    for (let at = 0; at < pixels; at++) sum += greyOf(colors, at);
    const mean = sum / pixels;
    for (let at = 0; at < colors.length; at++) colors[at] = clamped(factor * colors[at] + (1 - factor) * mean);
  },
  // away from every pixel's own grey, or towards it
  saturation: (colors, factor) => {
    const pixels = colors.length / 3;
    for (let at = 0; at < pixels; at++) {
      const rest = (1 - factor) * greyOf(colors, at);
      for (let place = at; place < colors.length; place += pixels)
        colors[place] = clamped(factor * colors[place] + rest);
    }
  },
  hue: shiftHue,
};

/** Luma of one pixel, ITU-R BT.601. */
function greyOf(colors: Float64Array, at: number): number {
  const pixels = colors.length / 3;
  return 0.2989 * colors[at] + 0.587 * colors[at + pixels] + 0.114 * colors[at + 2 * pixels];
}

function clamped(value: number): number {
  return value < 0 ? 0 : value > WHITE ? WHITE : value;
}
