/** @file Two classifiers on the same test images: McNemar's exact test, and an interval of the difference of their accuracies. */

import { binomialSurvival } from "../distributions/binomial.ts";
import { normalQuantile } from "../distributions/normal.ts";
import { type Interval, checkLevel } from "../summary.ts";

/** What two finished models say of each other; it holds for these two, not for others of their strategies. */
export interface PairedAnswers {
  images: number;
  /** Images that the first alone answered right, and the second alone. */
  onlyFirst: number;
  onlySecond: number;
  /** First minus second, in [-1, 1]. */
  difference: number;
  interval: Interval;
  /** Two-sided, exact: of the images that one alone answered right, as many for either by chance. */
  p: number;
}

/**
 * Compares answers image by image: 1 right, 0 wrong.
 *
 * @throws RangeError for no images, answers of different lengths, or a level outside (0, 1).
 * Sources: McNemar 1947, "Note on the sampling error of the difference between correlated proportions"; Tango 1998,
 * "Equivalence test and confidence interval for the difference in proportions for the paired-sample design".
 */
export function comparePairedAnswers(
  first: Uint8Array,
  second: Uint8Array,
  { level = 0.95 }: { level?: number } = {},
): PairedAnswers {
  checkLevel(level, "comparePairedAnswers");
  const images = first.length;
  if (images === 0 || second.length !== images) {
    throw new RangeError(
      `comparePairedAnswers: expected the same images for both and at least 1, got ${images} and ${second.length}.`,
    );
  }
  const onlyFirst = first.reduce((sum, right, image) => sum + Number(right > second[image]), 0);
  const onlySecond = second.reduce((sum, right, image) => sum + Number(right > first[image]), 0);
  const discordant = onlyFirst + onlySecond;
  const tail = binomialSurvival(Math.max(onlyFirst, onlySecond), { trials: discordant, chance: 0.5 });
  return {
    images,
    onlyFirst,
    onlySecond,
    difference: (onlyFirst - onlySecond) / images,
    interval: { ...scoreInterval({ images, onlyFirst, onlySecond }, normalQuantile((1 + level) / 2)), level },
    p: Math.min(1, 2 * tail),
  };
}

type Counts = Pick<PairedAnswers, "images" | "onlyFirst" | "onlySecond">;

/** The differences that the score test does not refuse. */
function scoreInterval(counts: Counts, z: number): { low: number; high: number } {
  const estimate = (counts.onlyFirst - counts.onlySecond) / counts.images;
  return {
    low: edge(estimate, -1, (difference) => score(counts, difference) <= z),
    high: edge(estimate, 1, (difference) => score(counts, difference) >= -z),
  };
}

/** Between a difference that is inside and the end of all differences: the last that is inside. */
function edge(inside: number, end: number, isInside: (difference: number) => boolean): number {
  if (isInside(end)) return end;
  let [inner, outer] = [inside, end];
  for (let middle = (inner + outer) / 2; middle !== inner && middle !== outer; middle = (inner + outer) / 2) {
    if (isInside(middle)) inner = middle;
    else outer = middle;
  }
  return inner;
}

/** Distance of what was seen from a difference, in standard errors under that difference. */
function score({ images, onlyFirst, onlySecond }: Counts, difference: number): number {
  const distance = onlyFirst - onlySecond - images * difference;
  if (distance === 0) return 0;
  // the share of images that the second alone answers right is the likeliest one under the difference
  const a = 2 * images;
  const b = -onlyFirst - onlySecond + (2 * images - onlyFirst + onlySecond) * difference;
  const c = -onlySecond * difference * (1 - difference);
  const share = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
  const variance = images * (2 * share + difference * (1 - difference));
  return variance <= 0 ? Math.sign(distance) * Number.POSITIVE_INFINITY : distance / Math.sqrt(variance);
}
