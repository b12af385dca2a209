/** @file Random windows enlarged to the size of the image, in place on its bytes. */

import { type Fields, type RandomStream, type ValuesOf, sizeOf } from "../../../core/index.ts";
import type { ImageShape } from "../../dataset.ts";
import { defineAugmenter } from "../augmenter.ts";
import { checkRange } from "../bounds.ts";

/** Windows that are tried before the one in the middle is taken. */
const ATTEMPTS = 10;

/** What windows may be. */
const ranges = {
  scale: {
    kind: "range",
    max: 1,
    default: [0.08, 1],
    description: "smallest and largest share of the image's area",
  },
  ratio: { kind: "range", max: 100, default: [3 / 4, 4 / 3], description: "smallest and largest width over height" },
} as const satisfies Fields;

export const resizedCrop = defineAugmenter({
  field: {
    kind: "group",
    fields: ranges,
    default: null,
    description: "enlarge a random window to the size of the image (Szegedy et al. 2014)",
  },
  check: ({ scale, ratio }) => {
    checkRange("resizedCrop.scale", scale, 1);
    checkRange("resizedCrop.ratio", ratio, Infinity);
  },
  change: (image, asked, { imageShape, stream }) => enlarge(image, imageShape, drawWindow(stream, asked, imageShape)),
});

/** Some pixels of an image. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Draws for each attempt the area (uniform) and the ratio (uniform in its logarithm), and, once both sides fit, the row
 * and the column. After ten attempts that do not fit: the largest window in the middle with a ratio in the range.
 *
 * Source: Szegedy et al. 2014, arXiv:1409.4842, section 6; torchvision's RandomResizedCrop.
 */
export function drawWindow(
  stream: RandomStream,
  { scale, ratio }: ValuesOf<typeof ranges>,
  [, imageHeight, imageWidth]: ImageShape,
): Window {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = imageHeight * imageWidth * drawBetween(stream, scale);
    const drawn = Math.exp(drawBetween(stream, [Math.log(ratio[0]), Math.log(ratio[1])]));
    const width = Math.round(Math.sqrt(area * drawn));
    const height = Math.round(Math.sqrt(area / drawn));
    if (width < 1 || height < 1 || width > imageWidth || height > imageHeight) continue;
    const top = stream.integer(imageHeight - height + 1);
    return { top, left: stream.integer(imageWidth - width + 1), height, width };
  }
  return middleWindow(ratio, { imageHeight, imageWidth });
}

function drawBetween(stream: RandomStream, [from, to]: readonly [number, number]): number {
  return from + (to - from) * stream.uniform();
}

function middleWindow(
  [narrowest, widest]: readonly [number, number],
  { imageHeight, imageWidth }: { imageHeight: number; imageWidth: number },
): Window {
  const isNarrow = imageWidth / imageHeight < narrowest;
  const isWide = imageWidth / imageHeight > widest;
  const height = isNarrow ? Math.max(1, Math.round(imageWidth / narrowest)) : imageHeight;
  const width = isWide ? Math.max(1, Math.round(imageHeight * widest)) : imageWidth;
  return {
    top: Math.floor((imageHeight - height) / 2),
    left: Math.floor((imageWidth - width) / 2),
    height,
    width,
  };
}

/**
 * Enlarges a window to the size of the image: bilinear, pixels as squares (`align_corners=False`), half a level to the
 * even one. A window is never larger than its image, so antialiasing, which only shrinking needs, would change nothing.
 */
export function enlarge(image: Uint8Array, imageShape: ImageShape, window: Window): void {
  const [channels, height, width] = imageShape;
  if (window.height === height && window.width === width) return;
  const original = image.slice(0, sizeOf(imageShape));
  // this view rounds half a level to the even one
  const out = new Uint8ClampedArray(image.buffer, image.byteOffset, original.length);
  const columns = sources(width, { from: window.left, length: window.width });
  const rows = sources(height, { from: window.top, length: window.height });
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const upper = (channel * height + rows.first[y]) * width;
      const lower = (channel * height + rows.second[y]) * width;
      const down = rows.share[y];
      for (let x = 0; x < width; x++) {
        const left = columns.first[x];
        const right = columns.second[x];
        const across = columns.share[x];
        const above = (1 - across) * original[upper + left] + across * original[upper + right];
        const below = (1 - across) * original[lower + left] + across * original[lower + right];
        out[at++] = (1 - down) * above + down * below;
      }
    }
  }
}

/** For every place of a side: the two pixels of the window that it lies between, and the second one's share. */
function sources(
  side: number,
  { from, length }: { from: number; length: number },
): { first: Uint32Array; second: Uint32Array; share: Float64Array } {
  const first = new Uint32Array(side);
  const second = new Uint32Array(side);
  const share = new Float64Array(side);
  for (let place = 0; place < side; place++) {
    const source = Math.max(0, (place + 0.5) * (length / side) - 0.5);
    const before = Math.min(Math.floor(source), length - 1);
    first[place] = from + before;
    second[place] = from + Math.min(before + 1, length - 1);
    share[place] = source - before;
  }
  return { first, second, share };
}
