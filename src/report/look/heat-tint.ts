/** @file The colours by which a map of where a model looked lies over a photo. */

/**
 * Red, green, blue and opacity, 0–255, at equal distances from the coolest place to the hottest: told apart by anyone,
 * and in grey too.
 *
 * Source: "inferno" of matplotlib.
 */
const stops = [
  [0, 0, 4, 150],
  [87, 16, 110, 150],
  [188, 55, 84, 150],
  [249, 142, 9, 150],
  [252, 255, 164, 150],
] as const;

/** What lies over a photo without its colours: [height, width, 4] bytes of red, green, blue and opacity, for a map of [height, width] bytes. */
export function heatTint(map: Uint8Array): Uint8Array {
  const tint = new Uint8Array(4 * map.length);
  for (const [place, heat] of map.entries()) {
    const at = (heat / 255) * (stops.length - 1);
    const below = Math.min(stops.length - 2, Math.floor(at));
    const [low, high] = [stops[below], stops[below + 1]];
    tint.set(
      low.map((level, channel) => Math.round(level + (at - below) * (high[channel] - level))),
      4 * place,
    );
  }
  return tint;
}
