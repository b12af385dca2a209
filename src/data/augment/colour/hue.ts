/** @file Turns the colours of an image around the colour wheel. */

/**
 * Shifts the hue of every pixel by so many turns, by way of hue, saturation and value.
 *
 * colors: [3, pixels], reals in [0, 255], changed in place.
 * Source: torchvision's adjust_hue, `_rgb2hsv` and `_hsv2rgb`.
 */
export function shiftHue(colors: Float64Array, turns: number): void {
  const pixels = colors.length / 3;
  for (let at = 0; at < pixels; at++) {
    const red = colors[at];
    const green = colors[at + pixels];
    const blue = colors[at + 2 * pixels];
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    // greys have no hue
    if (chroma === 0) continue;
    const sixths = 6 * fraction(hueOf({ red, green, blue, value, chroma }) + turns);
    colors[at] = channelOf(5, { sixths, value, chroma });
    colors[at + pixels] = channelOf(3, { sixths, value, chroma });
    colors[at + 2 * pixels] = channelOf(1, { sixths, value, chroma });
  }
}

interface Pixel {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly value: number;
  readonly chroma: number;
}

/** In turns from red, unreduced; of equal largest channels red counts before green, and green before blue. */
function hueOf({ red, green, blue, value, chroma }: Pixel): number {
  if (value === red) return (green - blue) / chroma / 6;
  if (value === green) return (2 + (blue - red) / chroma) / 6;
  return (4 + (red - green) / chroma) / 6;
}

/** value − chroma · clamp(min(k, 4 − k), 0, 1) with k = (offset + hue in sixths) mod 6. */
function channelOf(
  offset: number,
  { sixths, value, chroma }: { sixths: number; value: number; chroma: number },
): number {
  const k = (offset + sixths) % 6;
  return value - chroma * Math.max(0, Math.min(k, 4 - k, 1));
}

function fraction(turns: number): number {
  return turns - Math.floor(turns);
}
