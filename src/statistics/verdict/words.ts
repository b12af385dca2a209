/** @file How verdicts write numbers and lists. */

/** `81.2 %`. */
export function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

/** A size in percentage points, without its sign: `1.4`. */
export function points(difference: number): string {
  return (100 * Math.abs(difference)).toFixed(1);
}

/** A difference in percentage points with its sign: `+1.4`, `−0.3`, `0.0`. */
export function signedPoints(difference: number): string {
  const text = points(difference);
  if (Number(text) === 0) return text;
  return `${difference < 0 ? "−" : "+"}${text}`;
}

/** `p = 0.012`, `p < 0.001`. */
export function pValue(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
}

/** A level as people write it: `95 %`. */
export function levelText(level: number): string {
  return `${Number((100 * level).toPrecision(6))} %`;
}

/** A budget to two digits where it was interpolated: `140`, `7.5`. */
export function about(budget: number): string {
  return Number(budget.toPrecision(2)).toLocaleString("en-US");
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

/** `1 seed`, `5 seeds`. */
export function plural(count: number, singular: string): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? singular : `${singular}s`}`;
}
