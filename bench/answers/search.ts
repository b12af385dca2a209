/** @file The search for an oracle: which training to try next, given what was tried. */

/** Strategies that have an oracle, the cheapest first; that of `last-layer` is solved for. */
export const oracleStrategies = ["last-layer", "last-two-layers", "full", "scratch"] as const;

export type OracleStrategy = (typeof oracleStrategies)[number];

/** Augmentations that are tried, by name. */
export type AugmentationName = "none" | "mild" | "photo";

/** One training to try; its optimizer, schedule and batch size are always the same. */
export interface Trial {
  readonly rate: number;
  readonly steps: number;
  readonly augmentation: AugmentationName;
}

/** A trial and what came of it; null where it diverged. */
export interface TriedTraining extends Trial {
  readonly accuracy: number | null;
  readonly logLoss: number | null;
}

/** Where a search begins and how far it goes. */
export interface Search {
  readonly firstRate: number;
  readonly steps: number;
  /** The first is the one that rates are compared with. */
  readonly augmentations: readonly AugmentationName[];
}

/** Rates are the first one times a power of 2. */
const COARSE = 2;
/** Powers of 2 to either side of the first rate: a factor of a thousand. */
const FURTHEST = 10;
const LONGER = 3;

/**
 * The next trial of a hill climb; null once it has ended.
 *
 * First rates a factor 4 apart, going on where the best is at an edge, and those a factor 2 from the best; then the best
 * rate for three times as many steps; then, with the best rate and steps, the other augmentations.
 */
export function nextTrial(tried: readonly TriedTraining[], search: Search): Trial | null {
  const { firstRate, steps, augmentations } = search;
  const [augmentation] = augmentations;
  const exponentOf = ({ rate }: Trial): number => Math.round(Math.log2(rate / firstRate));
  const short = tried.filter((trial) => trial.steps === steps && trial.augmentation === augmentation);
  const exponent = nextExponent(new Map(short.map((trial) => [exponentOf(trial), trial])));
  if (exponent !== null) return { rate: firstRate * 2 ** exponent, steps, augmentation };

  const best = bestOf(short);
  if (best === null) return null;
  const longer = { rate: best.rate, steps: LONGER * steps, augmentation };
  if (!tried.some((trial) => isSame(trial, longer))) return longer;

  const { rate, steps: bestSteps } = bestOf(tried.filter((trial) => trial.augmentation === augmentation)) ?? best;
  const others = augmentations.slice(1).map((name) => ({ rate, steps: bestSteps, augmentation: name }));
  return others.find((other) => !tried.some((trial) => isSame(trial, other))) ?? null;
}

/** The most accurate one, the one of smaller log loss among equals; null where all diverged. */
export function bestOf<T extends Pick<TriedTraining, "accuracy" | "logLoss">>(tried: readonly T[]): T | null {
  const [best] = tried.filter(({ accuracy }) => accuracy !== null).sort((a, b) => ranked(a, b));
  return best ?? null;
}

function nextExponent(tried: ReadonlyMap<number, TriedTraining>): number | null {
  const first = [0, -COARSE, COARSE].find((exponent) => !tried.has(exponent));
  if (first !== undefined) return first;
  const exponents = [...tried.keys()];
  const [lowest, highest] = [Math.min(...exponents), Math.max(...exponents)];
  const best = bestOf([...tried].map(([exponent, trial]) => ({ ...trial, exponent })))?.exponent;
  // smaller steps are what helps where everything diverges
  if ((best === undefined || best === lowest) && lowest - COARSE >= -FURTHEST) return lowest - COARSE;
  if (best === highest && highest + COARSE <= FURTHEST) return highest + COARSE;
  if (best === undefined) return null;
  const near = [best - 1, best + 1].filter((exponent) => Math.abs(exponent) <= FURTHEST);
  return near.find((exponent) => !tried.has(exponent)) ?? null;
}

function ranked(
  a: Pick<TriedTraining, "accuracy" | "logLoss">,
  b: Pick<TriedTraining, "accuracy" | "logLoss">,
): number {
  return (b.accuracy ?? 0) - (a.accuracy ?? 0) || (a.logLoss ?? Infinity) - (b.logLoss ?? Infinity);
}

function isSame(a: Trial, b: Trial): boolean {
  return a.rate === b.rate && a.steps === b.steps && a.augmentation === b.augmentation;
}
