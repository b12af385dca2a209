/** @file Reflection at the edges of an image without repeating the edge: … c b | a b c | b a …. */

/** The place in [0, length − 1] that a place outside mirrors, however far outside; fractions keep theirs. */
export function reflect(place: number, length: number): number {
  const last = length - 1;
  if (place >= 0 && place <= last) return place;
  if (last === 0) return 0;
  const folded = Math.abs(place) % (2 * last);
  return folded <= last ? folded : 2 * last - folded;
}
