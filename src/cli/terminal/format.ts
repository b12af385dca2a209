/** @file Numbers as the command line writes them. */

/** Stands for a number that does not exist. */
const NOTHING = "–";

/** `78.1 %` for 0.781. */
export function percent(ratio: number, digits = 1): string {
  return Number.isFinite(ratio) ? `${(100 * ratio).toFixed(digits)} %` : NOTHING;
}

/** `0.512`: a loss in nats. */
export function loss(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  return Math.abs(value) < 1e4 ? value.toFixed(3) : value.toExponential(1);
}

/** `40,000`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `0.4 s`, `8 s`, `3 min 05 s`, `2 h 07 min`. */
export function time(ms: number): string {
  if (ms > 0 && ms < 950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** `170.1 MB`, in powers of 1,000 as disks and downloads are sold. */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${power === 0 ? value : (value / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** `1 run`, `4 runs`. */
export function plural(quantity: number, singular: string, many = `${singular}s`): string {
  return `${count(quantity)} ${quantity === 1 ? singular : many}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
