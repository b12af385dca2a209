/** @file What transfer gains over training from random weights. */

import type { Interval, Verdict } from "../../statistics/index.ts";
import { differenceOf } from "./study-analysis.ts";

/** Accuracy of a transferred strategy less that of one from random weights. */
export interface Gain extends Interval {
  transferred: string;
  scratch: string;
  difference: number;
}

/** Of a strategy, on whichever side it is, against the best of the other side; null where one side has none that is ranked. */
export function gainOf(verdict: Verdict, strategy: string): Gain | null {
  const [transferred, scratch] = [true, false].map((transfers) => {
    const side = verdict.ranking.filter((one) => one.transfers === transfers).map((one) => one.strategy);
    return side.find((name) => name === strategy) ?? side[0];
  });
  const found = differenceOf(verdict, transferred, scratch);
  return found && { transferred, scratch, ...found };
}
