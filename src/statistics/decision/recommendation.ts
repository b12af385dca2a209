/** @file What to do at one budget: the cheapest strategy that is likely as good as the best, how sure, and what it risks. */

import { type DrawnPrior, type Luck, drawLuck, drawPrior, drawScores } from "./joint-draws.ts";
import { type ScoreEstimates, estimatesOf } from "./score-estimates.ts";
import { type UsualStanding, usualPrior } from "./usual-standing.ts";

/** Vectors drawn of what the accuracies may be: a probability is off by half a point at most, mostly. */
const DRAWS = 10_000;
/** A strategy is recommended from this probability of lying within the region of the best. */
const SURE_FROM = 0.75;
/** A region holds this many test images at least: one image more or less is no difference. */
const LEAST_IMAGES = 2;
/** Below this probability of lying within the region of the best a strategy is out of the running. */
const OUT_BELOW = 0.05;
/** More seeds than this are not looked for, unless an option has them already. */
const MOST_SEEDS = 20;

/** One strategy of a budget that may be recommended. */
export interface Option {
  strategy: string;
  /** Place in the estimates. */
  cell: number;
  /** Of one run that stands alone; orders strategies that are as good as each other. */
  seconds: number;
  seeds: number;
  /** Absent where other tasks say nothing of it. */
  usual?: UsualStanding | undefined;
}

/** What is known of one strategy. */
export interface Prospect {
  strategy: string;
  accuracy: number;
  /** 90 % of what its accuracy may be by its own measurements, over new seeds and new images; within [0, 1]. */
  interval: [low: number, high: number];
  /** That it lies within the region of the best. */
  probability: number;
  /** Accuracy that is lost with it against the best, in the mean. */
  expectedRegret: number;
  seconds: number;
  seeds: number;
  /** False where further seeds for it would change nothing. */
  inTheRunning: boolean;
}

export interface Recommendation {
  /** Width of the region of practical equivalence: accuracies closer than this count as equal. */
  region: number;
  /** By probability, then by cost. */
  prospects: Prospect[];
  /** The cheapest with a probability of at least `sureFrom`, or the most probable one. */
  recommended: string;
  isSure: boolean;
  sureFrom: number;
  /** Those that count as equal to it: as sure as it has to be, and not cheaper. */
  equals: string[];
  /** Seeds in all with which it would be sure if the accuracies stay as they are; null where test images are what is missing. */
  seedsNeeded: number | null;
  /** True where how strategies usually stand has its part in the probabilities; absent in records of earlier versions. */
  knowsUsual?: boolean;
  /** Of the recommended strategy, were there seeds without end: what the number of test images alone leaves open. */
  regretOfImages: number;
}

/**
 * Recommends one of the options.
 *
 * Probabilities come from draws of all accuracies at once, which know that strategies saw the same test images, and how
 * strategies usually stand to each other: that counts as much as test images and seeds leave open.
 *
 * @throws RangeError without an option.
 */
export function recommend(
  study: ScoreEstimates,
  options: readonly Option[],
  { region }: { region: number },
): Recommendation {
  if (options.length === 0) throw new RangeError("recommend: expected at least 1 option, got 0.");
  const estimates = estimatesOf(
    study,
    options.map(({ cell }) => cell),
  );
  const luck = drawLuck(estimates, { draws: DRAWS });
  const usual = usualPrior(
    estimates.means,
    options.map((option) => option.usual),
  );
  const prior = usual && drawPrior(usual, { draws: DRAWS });
  const oddsWith = (seeds?: number): Odds =>
    oddsOf(seeds === undefined ? estimates : withSeeds(estimates, options, seeds), { luck, prior, region });
  const odds = oddsWith();
  const intervals = intervalsOf(estimates, luck);
  const prospects = options
    .map(({ strategy, seconds, seeds }, index): Prospect => ({
      strategy,
      accuracy: estimates.means[index],
      interval: intervals[index],
      probability: odds.within[index],
      expectedRegret: odds.regrets[index],
      seconds,
      seeds,
      inTheRunning: odds.within[index] >= OUT_BELOW,
    }))
    .sort((a, b) => b.probability - a.probability || a.seconds - b.seconds);
  const sure = prospects.filter(({ probability }) => probability >= SURE_FROM);
  const chosen = sure.toSorted((a, b) => a.seconds - b.seconds)[0] ?? prospects[0];
  const place = options.findIndex(({ strategy }) => strategy === chosen.strategy);
  return {
    region,
    prospects,
    recommended: chosen.strategy,
    isSure: sure.length > 0,
    sureFrom: SURE_FROM,
    equals: sure.filter((one) => one !== chosen).map(({ strategy }) => strategy),
    seedsNeeded: sure.length > 0 ? chosen.seeds : seedsToBeSure(options, oddsWith),
    knowsUsual: prior !== null,
    regretOfImages: oddsWith(Number.POSITIVE_INFINITY).regrets[place],
  };
}

/** The width of the region of practical equivalence on so many test images. */
export function regionFor({ testImages }: ScoreEstimates, equivalence: number): number {
  return Math.max(equivalence, LEAST_IMAGES / testImages);
}

interface Odds {
  within: number[];
  regrets: number[];
}

function oddsOf(
  estimates: ScoreEstimates,
  { region, ...known }: { luck: Luck; prior: DrawnPrior | null; region: number },
): Odds {
  const within = estimates.means.map(() => 0);
  const regrets = estimates.means.map(() => 0);
  drawScores(estimates, known, (accuracies) => {
    const best = Math.max(...accuracies);
    for (const [index, accuracy] of accuracies.entries()) {
      if (best - accuracy <= region) within[index]++;
      regrets[index] += best - accuracy;
    }
  });
  return { within: within.map(perDraw), regrets: regrets.map(perDraw) };
}

/** Of the measurements alone. */
function intervalsOf(estimates: ScoreEstimates, luck: Luck): [number, number][] {
  const values = estimates.means.map(() => new Float64Array(DRAWS));
  let draw = 0;
  drawScores(estimates, { luck }, (accuracies) => {
    for (const [index, accuracy] of accuracies.entries()) values[index][draw] = accuracy;
    draw++;
  });
  return values.map((of): [number, number] => {
    const sorted = of.toSorted();
    // draws know nothing of the ends of accuracy
    return [Math.max(0, sorted[Math.floor(0.05 * DRAWS)]), Math.min(1, sorted[Math.ceil(0.95 * DRAWS) - 1])];
  });
}

function perDraw(sum: number): number {
  return sum / DRAWS;
}

/** The estimates with as many seeds for every option and the same means. */
function withSeeds(estimates: ScoreEstimates, options: readonly Option[], seeds: number): ScoreEstimates {
  return {
    ...estimates,
    seeds: estimates.seeds.map((variance, index) => (variance * options[index].seeds) / seeds),
  };
}

function seedsToBeSure(options: readonly Option[], oddsWith: (seeds: number) => Odds): number | null {
  const isSureWith = (seeds: number): boolean => Math.max(...oddsWith(seeds).within) >= SURE_FROM;
  const most = Math.max(...options.map(({ seeds }) => seeds));
  // where some options have fewer seeds than others, as many for all may be enough
  let [low, high] = [most - 1, Math.max(most, MOST_SEEDS)];
  if (!isSureWith(high)) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isSureWith(middle)) high = middle;
    else low = middle;
  }
  return high;
}
