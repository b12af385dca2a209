/** @file Paints one image: a textured shape among clutter, partly hidden, under uneven light, with noise. */

import { type RandomStream, stream as streamOf } from "../../core/index.ts";
import type { SignedDistance } from "./signed-distances.ts";
import { type Texture, drawBetween, clamp, randomTexture } from "./textures.ts";

/** Width and height of an image. */
export const IMAGE_SIDE = 32;

const PIXELS = IMAGE_SIDE * IMAGE_SIDE;

/** No shape of radius 1 goes further from its centre, even squeezed. */
const SHAPE_REACH = 1.45;

/** Red, green and blue in [0, 255]. */
type Colour = readonly [number, number, number];

/** Three planes of IMAGE_SIDE x IMAGE_SIDE values in [0, 255]. */
type Canvas = Float32Array;

/** A texture between two colours. */
interface Paint {
  readonly colours: readonly [Colour, Colour];
  readonly texture: Texture;
}

/** Where paint goes: wherever `distance`, in pixels, is negative, and that is nowhere beyond `reach` of the centre. */
interface Region {
  readonly centreX: number;
  readonly centreY: number;
  readonly reach: number;
  readonly distance: SignedDistance;
}

const everywhere: Region = { centreX: 16, centreY: 16, reach: 16, distance: () => -1 };

const canvas: Canvas = new Float32Array(3 * PIXELS);

/** Normal noise; every plane of every image starts at a random place of it. */
const noiseTape = tapeOfNoise(32_768);

/** Writes one random image of `shape` into `image`, [3, 32, 32] bytes. */
export function paintImage(image: Uint8Array, shape: SignedDistance, stream: RandomStream): void {
  const ground = randomPaint(stream, randomColour(stream));
  cover(canvas, ground, everywhere);
  const clutter = 2 + stream.integer(4);
  for (let i = 0; i < clutter; i++) cover(canvas, randomPaint(stream, randomColour(stream)), fleck(stream));
  cover(canvas, randomPaint(stream, colourUnlike(ground, stream)), place(shape, stream));
  if (stream.uniform() < 0.5) cover(canvas, randomPaint(stream, randomColour(stream)), occluder(stream));
  develop(canvas, image, stream);
}

/** Lays paint on a region; its edge is one pixel soft. */
function cover(onto: Canvas, { colours: [first, second], texture }: Paint, region: Region): void {
  const { centreX, centreY, reach, distance } = region;
  const top = Math.max(0, Math.floor(centreY - reach - 1));
  const bottom = Math.min(IMAGE_SIDE, Math.ceil(centreY + reach + 1));
  const left = Math.max(0, Math.floor(centreX - reach - 1));
  const right = Math.min(IMAGE_SIDE, Math.ceil(centreX + reach + 1));
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const opacity = clamp(0.5 - distance(x + 0.5, y + 0.5));
      if (opacity === 0) continue;
      const share = texture(x, y);
      for (let channel = 0; channel < 3; channel++) {
        const at = channel * PIXELS + y * IMAGE_SIDE + x;
        const colour = first[channel] + (second[channel] - first[channel]) * share;
        onto[at] += (colour - onto[at]) * opacity;
      }
    }
  }
}

/** The shape at a random place, size and angle. */
function place(shape: SignedDistance, stream: RandomStream): Region {
  const radius = drawBetween(stream, 7.5, 13);
  const play = Math.max(1.5, 15 - radius);
  const centreX = IMAGE_SIDE / 2 + drawBetween(stream, -play, play);
  const centreY = IMAGE_SIDE / 2 + drawBetween(stream, -play, play);
  const angle = 2 * Math.PI * stream.uniform();
  const squeeze = drawBetween(stream, 0.82, 1.2);
  const cosine = Math.cos(angle) / radius;
  const sine = Math.sin(angle) / radius;
  const distance: SignedDistance = (x, y) => {
    const dx = x - centreX;
    const dy = y - centreY;
    return shape((cosine * dx + sine * dy) * squeeze, (cosine * dy - sine * dx) / squeeze) * radius;
  };
  return { centreX, centreY, reach: SHAPE_REACH * radius, distance };
}

/** Clutter: a short stroke with round ends anywhere. */
function fleck(stream: RandomStream): Region {
  return stroke(stream, {
    length: drawBetween(stream, 0, 9),
    thickness: drawBetween(stream, 0.8, 2.6),
    spread: IMAGE_SIDE,
  });
}

/** Something thin in front of the shape. */
function occluder(stream: RandomStream): Region {
  return stroke(stream, { length: drawBetween(stream, 8, 40), thickness: drawBetween(stream, 1, 2.2), spread: 14 });
}

/** A line segment of half width `thickness` whose middle lies within a square of side `spread` about the centre. */
function stroke(
  stream: RandomStream,
  { length, thickness, spread }: { length: number; thickness: number; spread: number },
): Region {
  const centreX = IMAGE_SIDE / 2 + drawBetween(stream, -spread / 2, spread / 2);
  const centreY = IMAGE_SIDE / 2 + drawBetween(stream, -spread / 2, spread / 2);
  const angle = Math.PI * stream.uniform();
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const distance: SignedDistance = (x, y) => {
    const along = Math.abs(cosine * (x - centreX) + sine * (y - centreY)) - length / 2;
    const across = sine * (x - centreX) - cosine * (y - centreY);
    const beyond = along > 0 ? along : 0;
    return Math.sqrt(beyond * beyond + across * across) - thickness;
  };
  return { centreX, centreY, reach: length / 2 + thickness, distance };
}

function randomPaint(stream: RandomStream, main: Colour): Paint {
  const strength = drawBetween(stream, 0, 0.45);
  const other = randomColour(stream);
  const mixed = main.map((value, channel) => value + (other[channel] - value) * strength);
  return { colours: [main, [mixed[0], mixed[1], mixed[2]]], texture: randomTexture(stream) };
}

function randomColour(stream: RandomStream): Colour {
  const grey = drawBetween(stream, 35, 220);
  const saturation = drawBetween(stream, 0, 95);
  const channel = (): number => 255 * clamp((grey + saturation * (2 * stream.uniform() - 1)) / 255);
  return [channel(), channel(), channel()];
}

/** A colour that stands out from both colours of `paint`. */
function colourUnlike({ colours }: Paint, stream: RandomStream): Colour {
  for (let wanted = 110; ; wanted -= 2) {
    const colour = randomColour(stream);
    if (colours.every((other) => contrast(colour, other) >= wanted)) return colour;
  }
}

/** Distance of two colours, up to 442. */
function contrast(a: Colour, b: Colour): number {
  return Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2);
}

/** Light that falls off to one side, sensor noise, and rounding to bytes. */
function develop(from: Canvas, image: Uint8Array, stream: RandomStream): void {
  const angle = 2 * Math.PI * stream.uniform();
  const fall = drawBetween(stream, 0, 0.3) / IMAGE_SIDE;
  const slopeX = Math.cos(angle) * fall;
  const slopeY = Math.sin(angle) * fall;
  const exposure = drawBetween(stream, 0.85, 1.12) - 16 * (slopeX + slopeY);
  const noise = drawBetween(stream, 3, 14);
  for (let channel = 0; channel < 3; channel++) {
    let tape = stream.integer(noiseTape.length - PIXELS);
    for (let y = 0; y < IMAGE_SIDE; y++) {
      for (let x = 0; x < IMAGE_SIDE; x++) {
        const at = channel * PIXELS + y * IMAGE_SIDE + x;
        const value = from[at] * (exposure + slopeX * x + slopeY * y) + noise * noiseTape[tape++];
        image[at] = 255 * clamp(value / 255) + 0.5;
      }
    }
  }
}

function tapeOfNoise(length: number): Float32Array {
  const stream = streamOf(0, "shapes10", "noise");
  return Float32Array.from({ length }, () => stream.normal());
}
