/** @file Numbers as people read them; the only room where ratios become percent. */

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
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
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

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
