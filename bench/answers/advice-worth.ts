/** @file What recommendations were worth, on the test images that the studies had not seen when they made them. */

import type { Advice, DefaultsFile } from "./results.ts";

/** What somebody would do who never asks. */
const ALWAYS = "full";
/** Accuracies are shares of whole numbers of images. */
const ROUNDING = 1e-9;

/** Over all studies that gave advice. */
export interface AdviceWorth {
  readonly studies: number;
  /** The best strategy's accuracy minus the recommended one's, and minus that of always fine-tuning everything. */
  readonly regret: { readonly mean: number; readonly worst: number };
  readonly regretOfAlways: { readonly mean: number; readonly worst: number };
  /** Mean squared difference between the probability that was said and whether it was so. */
  readonly brier: number;
  readonly brierOfAlways: number;
  /** Recommendations that were said to be sure, and those of them that were right. */
  readonly sure: number;
  readonly right: number;
}

/** Null where no study gave any. */
export function adviceWorth({ cells }: Pick<DefaultsFile, "cells">): AdviceWorth | null {
  const judged = cells.flatMap(({ advice }) => (advice === undefined ? [] : [judge(advice)]));
  if (judged.length === 0) return null;
  const mean = (of: (one: Judged) => number): number => judged.reduce((sum, one) => sum + of(one), 0) / judged.length;
  const regretOf = (of: (one: Judged) => number): AdviceWorth["regret"] => ({
    mean: mean(of),
    worst: Math.max(...judged.map(of)),
  });
  const sure = judged.filter(({ isSure }) => isSure);
  return {
    studies: judged.length,
    regret: regretOf(({ regret }) => regret),
    regretOfAlways: regretOf(({ regretOfAlways }) => regretOfAlways),
    brier: mean(({ probability, isRight }) => (probability - Number(isRight)) ** 2),
    brierOfAlways: mean(({ isAlwaysRight }) => 1 - Number(isAlwaysRight)),
    sure: sure.length,
    right: sure.filter(({ isRight }) => isRight).length,
  };
}

type Judged = ReturnType<typeof judge>;

function judge({ recommended, isSure, region, strategies }: Advice) {
  const best = Math.max(...strategies.map(({ accuracy }) => accuracy));
  const regretOf = (name: string): number =>
    best - (strategies.find(({ strategy }) => strategy === name)?.accuracy ?? 0);
  const isWithin = (regret: number): boolean => regret <= region + ROUNDING;
  const [regret, regretOfAlways] = [regretOf(recommended), regretOf(ALWAYS)];
  const probability = strategies.find(({ strategy }) => strategy === recommended)?.probability ?? 0;
  return {
    isSure,
    probability,
    regret,
    regretOfAlways,
    isRight: isWithin(regret),
    isAlwaysRight: isWithin(regretOfAlways),
  };
}
