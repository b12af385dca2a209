/** @file Numbers and lists as people read them; nowhere else do ratios become percent. */

/** What stands for a number that does not exist. */
export const NOTHING = "–";

/** `81.2 %`; the dash for a value that is not finite. */
export function percent(ratio: number | undefined, digits = 1): string {
  return isNumber(ratio) ? `${(100 * ratio).toFixed(digits)} %` : NOTHING;
}

/** A difference of two ratios in percentage points, with its sign: `+3.2`, `−0.4`, `0.0`. */
export function points(difference: number, digits = 1): string {
  const text = (100 * Math.abs(difference)).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${difference < 0 ? "−" : "+"}${text}`;
}

/** A size in percentage points, without its sign: `1.4`. */
export function unsignedPoints(difference: number): string {
  return (100 * Math.abs(difference)).toFixed(1);
}

/** `0.532`: a loss in nats; very large ones as `1.2e+20`. */
export function loss(value: number | undefined): string {
  if (!isNumber(value)) return NOTHING;
  return Math.abs(value) < 1e4 ? value.toFixed(3) : value.toExponential(1);
}

/** `594,986`. */
export function count(value: number | undefined): string {
  return isNumber(value) ? Math.round(value).toLocaleString("en-US") : NOTHING;
}

/** `0.42 s`, `8.1 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(ms: number | undefined): string {
  if (!isNumber(ms)) return NOTHING;
  const seconds = ms / 1000;
  if (ms < 100) return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  return minutesAndHours(Math.round(seconds));
}

/** Whole seconds, as a clock that runs shows them: `0.4 s`, `8 s`, `3 min 05 s`, `2 h 07 min`. */
export function time(ms: number): string {
  if (ms > 0 && ms < 950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : minutesAndHours(seconds);
}

/** `170.1 MB`, in powers of 1,000 as disks and downloads are sold. */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${power === 0 ? value : (value / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** `p = 0.012`, `p < 0.001`. */
export function pValue(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
}

/** `91 %`; nothing is certain: `over 99 %`, `under 1 %`. */
export function oddsText(probability: number): string {
  if (probability > 0.99) return "over 99 %";
  return probability < 0.01 ? "under 1 %" : percent(probability, 0);
}

/** `1 point`, `3.3 points`: the width of a region of practical equivalence. */
export function regionText(region: number): string {
  const width = Number((100 * region).toFixed(1));
  return `${width} ${width === 1 ? "point" : "points"}`;
}

/** `94.2 to 97.0 %`, of accuracies that cannot leave 0 and 1. */
export function accuracyInterval([low, high]: readonly [low: number, high: number]): string {
  return `${(100 * Math.max(0, low)).toFixed(1)} to ${percent(Math.min(1, high))}`;
}

/** A level as people write it: `95 %`. */
export function levelText(level: number): string {
  return `${Number((100 * level).toPrecision(6))} %`;
}

/** To two digits, as what is interpolated deserves: `140`, `7.5`. */
export function about(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString("en-US");
}

/** `12 times`, `3.4 times`: how often `part` fits into `whole`. */
export function times(ratio: number): string {
  return `${ratio < 9.95 ? ratio.toFixed(1) : Math.round(ratio).toLocaleString("en-US")} times`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** `1 class`, `8 classes`. */
export function plural(quantity: number, singular: string, many = `${singular}s`): string {
  return `${count(quantity)} ${quantity === 1 ? singular : many}`;
}

/** True for a finite number; records read back from JSON may hold null where a loss was not finite. */
export function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function minutesAndHours(seconds: number): string {
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
