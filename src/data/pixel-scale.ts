/** @file Which values are black and white in pixels that may be no bytes: decided once, for all images of a data set. */

/** What values there are among pixels. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
  /** True where all are whole numbers. */
  readonly isWhole: boolean;
  /** How many are NaN or infinite; they are left out of the rest. */
  readonly notFinite: number;
}

/** How values become bytes. */
export interface PixelScale {
  /** Becomes 0. */
  readonly low: number;
  /** Becomes 255. */
  readonly high: number;
  /** Whole numbers are cut to bytes, as 16 bits are by `// 257`; others are rounded, so that x / 255 comes back as x. */
  readonly isWhole: boolean;
}

/** Scales by the type of the pixels, as NumPy calls it: `uint16`. */
export type PixelScales = Readonly<Record<string, PixelScale>>;

/** Pixels reach from zero to this share of the range that they have, or it is another one. */
const LEAST_SHARE = 1 / 16;

/** A range that pixels usually have. */
interface Level {
  readonly low: number;
  readonly high: number;
  /** Pixels of this range reach so far from zero; `LEAST_SHARE` of `high` where left out. */
  readonly least?: number;
}

/** Where values may lie that are not whole, beyond a level, as a share of it: what resizing adds and is cut off. */
const SLACK = 0.01;

/** By how many bits cameras and scanners count. */
const bitLevels: readonly Level[] = [10, 12, 14, 16].map((bits) => ({ low: 0, high: 2 ** bits - 1 }));

/** Bytes beyond this are shades from 0 to 255. */
const FEW = 16;

/** The first that holds all values is theirs. 0 to 16 are scikit-learn's digits, 0 to 15 four bits. */
const wholeLevels: readonly Level[] = [
  { low: 0, high: 1, least: 1 },
  { low: 0, high: 15, least: 15 },
  { low: 0, high: FEW, least: FEW },
  { low: 0, high: 255, least: 0 },
  ...bitLevels,
  ...[24, 31, 32].map((bits) => ({ low: 0, high: 2 ** bits - 1 })),
  { low: -1, high: 1 },
  // far from zero, or they are measured values rather than shades
  ...[7, 15, 31].map((bits) => ({ low: -(2 ** bits), high: 2 ** bits - 1, least: 2 ** (bits - 1) })),
];

const realLevels: readonly Level[] = [
  { low: 0, high: 1 },
  { low: 0, high: 255 },
  ...bitLevels,
  { low: -0.5, high: 0.5 },
  { low: -1, high: 1 },
];

/** Pixels that are bytes as they should be: these need no look at all of them. */
export const BYTES: PixelScale = { low: 0, high: 255, isWhole: true };

/** True for bytes of which one is brighter than any of few levels. */
export function areShades(values: ArrayLike<number>): boolean {
  return values instanceof Uint8Array && values.some((value) => value > FEW);
}

/** The range of no values. */
export const NO_VALUES: ValueRange = { min: Infinity, max: -Infinity, isWhole: true, notFinite: 0 };

/** The range of `count` values from `start` on, each `step` further than the one before; of all, where none are named. */
export function rangeOf(
  values: ArrayLike<number>,
  { start = 0, step = 1, count = values.length }: { start?: number; step?: number; count?: number } = {},
): ValueRange {
  let { min, max, isWhole, notFinite } = NO_VALUES;
  for (let index = 0, at = start; index < count; index++, at += step) {
    const value = values[at];
    // NaN is neither
    if (value >= min && value <= max) isWhole &&= Number.isInteger(value);
    else if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      isWhole &&= Number.isInteger(value);
    } else notFinite++;
  }
  return { min, max, isWhole, notFinite };
}

/** The range of the values of both. */
export function joinRanges(a: ValueRange, b: ValueRange): ValueRange {
  return {
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    isWhole: a.isWhole && b.isWhole,
    notFinite: a.notFinite + b.notFinite,
  };
}

/** How pixels of this range become bytes; undefined if it is none that says what is black and what is white. */
export function scaleOf({ min, max, isWhole, notFinite }: ValueRange): PixelScale | undefined {
  if (notFinite > 0) return undefined;
  const level = (isWhole ? wholeLevels : realLevels).find(({ low, high, least = LEAST_SHARE * high }) => {
    const slack = isWhole ? 0 : SLACK * (high - low);
    return min >= low - slack && max <= high + slack && Math.max(-min, max) >= least;
  });
  return level && { low: level.low, high: level.high, isWhole };
}

/** True for values that reach far enough to be of this scale, rather than all of them nearly black in it. */
export function usesScale({ min, max }: ValueRange, { high }: PixelScale): boolean {
  return Math.max(-min, max) >= LEAST_SHARE * high;
}

/** The byte that a value becomes; what lies outside of the scale becomes its nearest end. */
export function byteOf({ low, high, isWhole }: PixelScale, value: number): number {
  const scaled = ((value - low) * 255) / (high - low);
  return Math.min(255, Math.max(0, isWhole ? Math.floor(scaled) : Math.round(scaled)));
}

/** The range as a phrase: `float32 from 0 to 0.98`. */
export function rangeText(type: string, { min, max }: ValueRange): string {
  return `${type} from ${numberText(min)} to ${numberText(max)}`;
}

/** What was decided, as a phrase: `pixels of uint16 from 3 to 4087: 0 is taken for black, 4095 for white`. */
export function scaleText(type: string, range: ValueRange, { low, high }: PixelScale): string {
  return `pixels of ${rangeText(type, range)}: ${low} is taken for black, ${high} for white`;
}

/** Why there is no scale for this range, and what to do: the rest of a message after the name of what has it. */
export function noScaleText(type: string, range: ValueRange): string {
  const { notFinite, min, max } = range;
  if (notFinite > 0) {
    const others = max < min ? "" : `, the others ${rangeText(type, range)}`;
    return (
      `expected pixels that are numbers, got ${notFinite} that ${notFinite === 1 ? "is" : "are"} NaN or infinite${others}. ` +
      "Replace them, for example by np.nan_to_num(x)."
    );
  }
  return (
    "expected pixels whose range says what is black and white (0 to 1, -1 to 1, 0 to 255, or that of 10, 12, 14 or 16 bits), " +
    `got ${rangeText(type, range)}. Save (x - low) / (high - low), with one low and one high for all images.`
  );
}

function numberText(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}
